import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { continueWith } from '../filters/filter-result.ts'
import { type HttpFilterType, stateOf } from '../filters/http-filter-type.ts'
import { type RequestState, withMetadataEntries } from '../filters/request-state.ts'
import { cookieOf } from '../matching/cookies.ts'
import { type DecodedRequest, withHeader } from '../matching/http-headers.ts'
import { replaceAll } from '../matching/regex.ts'

/** Copies headers and cookies into dynamic metadata. */
export const headerToMetadata: HttpFilterType = {
  types: ['envoy.extensions.filters.http.header_to_metadata.v3.Config'],
  names: ['envoy.filters.http.header_to_metadata'],
  evaluate: (input) =>
    continueWith({
      state: withHeaderValues(input.overrides[0] ?? input.config, stateOf(input)),
      routesAgain: input.config.clear_route_cache === true,
    }),
}

function withHeaderValues(config: JsonObject, state: RequestState): RequestState {
  const written: [namespace: string, value: JsonObject][] = []
  let { request } = state
  for (const rule of objectsOf(config.request_rules)) {
    const value = ruleValue(rule, state.request)
    const target = objectOf(value === undefined ? rule.on_header_missing : rule.on_header_present)
    const text = rewritten(target, value)
    const key = stringOf(target.key)
    if (key && text !== undefined && text !== '')
      written.push([stringOf(target.metadata_namespace) || 'envoy.filters.http.header_to_metadata', { [key]: text }])
    const header = stringOf(rule.header)
    if (rule.remove === true && header) request = withHeader(request, header, undefined)
  }
  return withMetadataEntries({ ...state, request }, written)
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
