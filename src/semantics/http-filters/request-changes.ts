import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import type { TraceRequest } from '../connection/request.ts'
import { appended } from '../http/header-options.ts'
import { cookieOf } from '../matching/cookies.ts'
import { formatString, formatText } from '../matching/format-string.ts'
import { type DecodedRequest, withHeader } from '../matching/http-headers.ts'
import { replaceAll } from '../matching/regex.ts'
import type { HttpFilter } from './http-filters.ts'
import type { RbacContext } from './rbac.ts'
import { shadowMetadata } from './rbac-shadow.ts'

/** What filters have made of the request so far. */
export interface RequestState {
  readonly request: DecodedRequest
  readonly known: Pick<TraceRequest, 'dynamicMetadata' | 'filterState'>
}

export interface RequestChange {
  readonly state: RequestState
  /** The filter makes Envoy look up the route again. */
  readonly routesAgain: boolean
}

/** What a filter that changes headers, metadata or filter state leaves behind; undefined for all others. */
export function changeBy(
  { filter, perRoute, everyLevel }: HttpFilter,
  state: RequestState,
  { connection, downstreamTls }: Pick<RbacContext, 'connection' | 'downstreamTls'>,
): RequestChange | undefined {
  const { message, type, config } = filter
  const change = (changed: RequestState): RequestChange => ({
    state: changed,
    routesAgain: config.clear_route_cache === true,
  })
  if (type.includes('.set_metadata.')) return change(setMetadata(config, state))
  if (type.includes('.header_to_metadata.')) return change(headersToMetadata(perRoute?.config ?? config, state))
  if (type.includes('.set_filter_state.')) return change(setFilterState(config, state))
  if (message === 'RBAC') {
    const metadata = shadowMetadata(perRoute === undefined ? config : objectOf(perRoute.config.rbac), {
      ...state,
      connection,
      downstreamTls,
    })
    return metadata === undefined
      ? undefined
      : change(Object.entries(metadata).reduce((now, [name, value]) => withMetadata(now, name, objectOf(value)), state))
  }
  if (message !== 'HeaderMutation') return undefined
  const levels = everyLevel.map((level) => level.config)
  const ordered = config.most_specific_header_mutations_wins === true ? levels.reverse() : levels
  // Listener level first, then all levels of the route.
  const mutations = [config, ...ordered].flatMap((level) => objectsOf(objectOf(level.mutations).request_mutations))
  return change({ ...state, request: mutated(state.request, mutations) })
}

function setMetadata(config: JsonObject, state: RequestState): RequestState {
  const old: JsonObject[] = config.metadata_namespace === undefined ? [] : [{ ...config, allow_overwrite: true }]
  return [...old, ...objectsOf(config.metadata)].reduce((current, entry) => {
    const namespace = stringOf(entry.metadata_namespace) ?? ''
    const taken = current.known.dynamicMetadata?.[namespace] !== undefined
    return taken && entry.allow_overwrite !== true ? current : withMetadata(current, namespace, objectOf(entry.value))
  }, state)
}

function headersToMetadata(config: JsonObject, state: RequestState): RequestState {
  let current = state
  for (const rule of objectsOf(config.request_rules)) {
    const value = ruleValue(rule, state.request)
    const target = objectOf(value === undefined ? rule.on_header_missing : rule.on_header_present)
    const written = rewritten(target, value)
    if (stringOf(target.key) && written !== undefined && written !== '') {
      const namespace = stringOf(target.metadata_namespace) || 'envoy.filters.http.header_to_metadata'
      current = withMetadata(current, namespace, { [stringOf(target.key) ?? '']: written })
    }
    const header = stringOf(rule.header)
    if (rule.remove === true && header)
      current = { ...current, request: withHeader(current.request, header, undefined) }
  }
  return current
}

function ruleValue({ header, cookie }: JsonObject, { headers }: DecodedRequest): string | undefined {
  return header ? headers.get(stringOf(header) ?? '') : cookieOf(headers, stringOf(cookie) ?? '') || undefined
}

/** A value of the rule's own, or the header's, rewritten and typed as the rule says. */
function rewritten(target: JsonObject, value: string | undefined): Json | undefined {
  const fixed = stringOf(target.value)
  let text = fixed || value
  if (isObject(target.regex_value_rewrite) && text !== undefined) {
    const pattern = stringOf(objectOf(target.regex_value_rewrite.pattern).regex) ?? ''
    text = replaceAll(pattern, stringOf(target.regex_value_rewrite.substitution) ?? '', text)
  }
  if (target.type !== 'NUMBER' || text === undefined) return text
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isNaN(number) ? undefined : number
}

function setFilterState(config: JsonObject, state: RequestState): RequestState {
  const values = { ...state.known.filterState }
  for (const entry of objectsOf(config.on_request_headers)) {
    const value = formattedState(objectOf(entry.format_string), state.request)
    const key = stringOf(entry.object_key) || stringOf(entry.factory_key)
    if (key && value !== undefined && !(value === '' && entry.skip_if_empty === true)) values[key] = value
  }
  return { ...state, known: { ...state.known, filterState: values } }
}

function formattedState(format: JsonObject, request: DecodedRequest): string | undefined {
  return formatString(formatText(format) ?? '', request, format.omit_empty_values === true ? '' : '-')
}

/** The request after the connection manager's `early_header_mutation_extensions`, which come before routing. */
export function mutatedEarly(request: DecodedRequest, connectionManager: JsonObject): DecodedRequest {
  return objectsOf(connectionManager.early_header_mutation_extensions)
    .map(typedConfig)
    .filter(({ message }) => message === 'HeaderMutation')
    .reduce((current, { config }) => mutated(current, objectsOf(config.mutations)), request)
}

function mutated(before: DecodedRequest, mutations: readonly JsonObject[]): DecodedRequest {
  let request = before
  for (const mutation of mutations) {
    if (typeof mutation.remove === 'string') request = withHeader(request, mutation.remove, undefined)
    if (!isObject(mutation.append)) continue
    const { key, value } = objectOf(mutation.append.header)
    const name = stringOf(key) ?? ''
    const text = formatString(stringOf(value) ?? '', request, '')
    const present = request.headers.all(name)
    const after = appended(mutation.append, present.length === 0 ? undefined : present, text)
    if (after !== undefined) request = withHeader(request, name, after)
  }
  return request
}

function withMetadata(state: RequestState, namespace: string, value: JsonObject): RequestState {
  const all = state.known.dynamicMetadata ?? {}
  const merged = { ...all, [namespace]: { ...objectOf(all[namespace]), ...value } }
  return { ...state, known: { ...state.known, dynamicMetadata: merged } }
}
