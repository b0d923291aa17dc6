import { isObject, type JsonObject, numberOf, objectOf, stringOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import type { HttpFilter } from '../http-filters/filters-of-route.ts'
import type { DecodedRequest } from '../matching/http-headers.ts'
import { inputsFrom, type MatcherFacts } from '../matching/matcher-inputs.ts'
import { evaluateMatcher, type MatcherInput, type MatcherValue } from '../matching/matcher-tree.ts'
import { because } from '../reasons/reason.ts'
import { redirectLocation } from '../routes/redirect.ts'
import { bodyFrom, formatted } from './data-source.ts'
import { headersAdded } from './local-reply-config.ts'
import type { Reply } from './reply.ts'

/** A response as a custom_response filter sees it. */
export interface SeenResponse {
  readonly status: number
  readonly location: string | undefined
  /** `name: value`, of those that mappers added. */
  readonly headers: readonly string[]
}

export interface ResponsePolicy {
  readonly filter: string
  readonly kind: 'local' | 'redirect'
  readonly config: JsonObject
}

/** Whether it is a custom_response filter that is on. */
export function replacesResponses({ filter, disabled }: HttpFilter): boolean {
  return !disabled && filter.message === 'CustomResponse'
}

/**
 * The policy that replaces a response: that of the most specific matcher that finds one, the filter's own last.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/custom_response_filter
 */
export function policyFor(
  { name, filter, overrides }: HttpFilter,
  response: SeenResponse,
  facts: MatcherFacts,
): ResponsePolicy | 'undecided' | undefined {
  for (const { config } of [...overrides, filter]) {
    const matcher = config.custom_response_matcher
    if (!isObject(matcher)) continue
    const found = evaluateMatcher(matcher, inputsAtResponse(response, facts))
    if ('undecided' in found) return 'undecided'
    if (found.action === undefined) continue
    const { message, config: policy } = typedConfig(found.action)
    if (message === 'LocalResponsePolicy') return { filter: name, kind: 'local', config: policy }
    return message === 'RedirectPolicy' ? { filter: name, kind: 'redirect', config: policy } : 'undecided'
  }
  return undefined
}

function inputsAtResponse(response: SeenResponse, facts: MatcherFacts): MatcherInput {
  const others = inputsFrom(facts)
  return (input) => {
    if (input.message === 'HttpResponseStatusCodeMatchInput') return String(response.status)
    if (input.message === 'HttpResponseStatusCodeClassMatchInput') return `${Math.floor(response.status / 100)}xx`
    if (input.message !== 'HttpResponseHeaderMatchInput') return others(input)
    return responseHeader(response, (stringOf(input.config.header_name) ?? '').toLowerCase(), input.message)
  }
}

function responseHeader({ status, location, headers }: SeenResponse, name: string, input: string): MatcherValue {
  if (name === ':status') return String(status)
  if (name === 'location') return location
  const prefix = `${name}: `
  const values = headers
    .filter((line) => line.toLowerCase().startsWith(prefix))
    .map((line) => line.slice(prefix.length))
  // Envoy, its filters and routes add headers of their own.
  const isKnown = values.length > 0 && values.every((value) => !value.includes('%'))
  return isKnown ? values.join(',') : { undecided: because('matcher-input-unknown', { input: `${input} ${name}` }) }
}

/** The answer that a `LocalResponsePolicy` sends in place of another one. */
export function localResponse({ filter, config }: ResponsePolicy, before: Reply): Reply {
  const status = numberOf(config.status_code)
  const source = `custom_response ${filter}: local_response_policy`
  const own = isObject(config.body) ? bodyFrom(config.body, `${source}.body`) : { source, text: '' }
  return {
    status: status ?? before.status,
    changes: [...before.changes, because('response-replaced', { filter, status })],
    body: isObject(config.body_format) ? formatted(own, config.body_format, `${source}.body_format`) : own,
    headers: headersAdded(config.response_headers_to_add),
    conditions: before.conditions,
  }
}

export interface ResponseTarget {
  readonly scheme: string
  readonly authority: string
  readonly path: string
}

/** Where a `RedirectPolicy` gets the response; undefined where that is no absolute URI. */
export function redirectTarget({ config }: ResponsePolicy, request: DecodedRequest): ResponseTarget | undefined {
  const uri = stringOf(config.uri) ?? redirectLocation({}, objectOf(config.redirect_action), request)
  const [, scheme, authority, path = ''] = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(uri) ?? []
  if (scheme === undefined || authority === undefined) return undefined
  return { scheme: scheme.toLowerCase(), authority, path: path.startsWith('/') ? path : `/${path}` }
}
