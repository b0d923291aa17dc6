import { type JsonObject, objectsOf, stringOf, stringsOf } from '../../../envoy/json.ts'
import { continueWith, respond, undecided } from '../../filters/filter-result.ts'
import type { FilterInput, HttpFilterType } from '../../filters/http-filter-type.ts'
import { cookieOf } from '../../matching/cookies.ts'
import type { DecodedRequest } from '../../matching/http-headers.ts'
import { queryOf } from '../../matching/query-match.ts'
import { because } from '../../reasons/reason.ts'
import { known } from './known-text.ts'

/**
 * A key that the client has to send; Envoy hides the keys in its dumps, and then whether one is right stays open.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/api_key_auth_filter
 */
export const apiKeyAuth: HttpFilterType = {
  types: ['envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth'],
  names: ['envoy.filters.http.api_key_auth'],
  authorizes: true,
  evaluate(input) {
    const key = listOf(input, 'key_sources')
      .map((source) => keyAt(source, input.context.request))
      .find((found) => found !== '')
    if (key === undefined) return refuse('missing')
    const credentials = listOf(input, 'credentials')
    const found = credentials.find((credential) => known(stringOf(credential.key)) === key)
    const allKnown = credentials.every((credential) => known(stringOf(credential.key)) !== undefined)
    if (found === undefined) return allKnown ? refuse('unknown') : undecided(because('api-key-decides', {}))
    const allowed = stringsOf(input.overrides[0]?.allowed_clients)
    return allowed.length === 0 || allowed.includes(stringOf(found.client) ?? '') ? continueWith() : refuse('client')
  },
}

const answers = {
  missing: { status: 401, details: 'missing_api_key' },
  unknown: { status: 401, details: 'unknown_api_key' },
  client: { status: 403, details: 'client_not_allowed' },
} as const

function refuse(problem: keyof typeof answers) {
  return respond({ kind: 'denied', ...answers[problem], reason: because('api-key-refused', { problem }) })
}

/** A list of the route's configuration, or of the filter's where the route has none. */
function listOf({ config, overrides }: FilterInput, field: 'key_sources' | 'credentials'): readonly JsonObject[] {
  const own = objectsOf(overrides[0]?.[field])
  return own.length > 0 ? own : objectsOf(config[field])
}

/** The key at one place; empty where there is none. */
function keyAt({ header, query, cookie }: JsonObject, { headers, path }: DecodedRequest): string {
  if (stringOf(header)) return (headers.first(stringOf(header) ?? '') ?? '').replace(/^Bearer /, '')
  if (stringOf(query)) return queryOf(path ?? '').get(stringOf(query) ?? '') ?? ''
  return cookieOf(headers, stringOf(cookie) ?? '') ?? ''
}
