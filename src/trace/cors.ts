import { isObject, type JsonObject, objectOf, objectsOf, stringsOf } from '../envoy/json.ts'
import { unwrap } from '../envoy/typed-config.ts'
import type { DecodedRequest } from './http-headers.ts'
import { fullMatch } from './regex.ts'
import { stringMatches } from './string-match.ts'

/**
 * Whether the CORS filter answers the request: a preflight from an origin that the policy in force allows.
 * @param levels most specific first; the policy is per-filter configuration, or `cors` of the route action or virtual host
 */
export function corsPreflight(request: DecodedRequest, levels: readonly JsonObject[], filterName: string): boolean {
  const origin = request.headers.first('origin')
  const asks = request.headers.get('access-control-request-method') !== undefined
  if (request.method !== 'OPTIONS' || origin === undefined || !asks) return false
  const policy = levels.map((level) => policyOf(level, filterName)).find((found) => found !== undefined)
  if (policy === undefined || policy.enabled === false) return false
  return (
    objectsOf(policy.allow_origin_string_match).some((matcher) => stringMatches(matcher, origin) === true) ||
    stringsOf(policy.allow_origin).some((allowed) => allowed === '*' || allowed === origin) ||
    stringsOf(policy.allow_origin_regex).some((regex) => fullMatch(regex, origin))
  )
}

function policyOf(level: JsonObject, filterName: string): JsonObject | undefined {
  const typed = objectOf(level.typed_per_filter_config)[filterName]
  if (isObject(typed)) return unwrap(typed).config
  const own = level.cors ?? objectOf(level.route).cors
  return isObject(own) ? own : undefined
}
