import { isObject, type JsonObject, objectOf, objectsOf, stringsOf } from '../../envoy/json.ts'
import { continueWith, respond } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { isPreflight } from '../http/preflight.ts'
import { fullMatch } from '../matching/regex.ts'
import { stringMatches } from '../matching/string-match.ts'
import type { CorsMismatch } from '../reasons/filter-reasons.ts'
import { because } from '../reasons/reason.ts'
import type { RouteContext } from '../routes/route-match.ts'

/** Cross-origin resource sharing: answers preflights. */
export const cors: HttpFilterType = {
  types: ['envoy.extensions.filters.http.cors.v3.Cors'],
  names: ['envoy.cors', 'envoy.filters.http.cors'],
  evaluate({ context, levels, overrides }) {
    const { request } = context
    const origin = request.headers.first('origin')
    if (!origin) return continueWith()
    const aside = standsAside(context, levels, overrides[0], origin)
    if (!isPreflight(request)) {
      // Without the headers of CORS a browser keeps the answer from the page.
      return aside === 'origin'
        ? continueWith({ reason: because('cors-origin-not-allowed', { origin }) })
        : continueWith()
    }
    if (aside !== undefined)
      return continueWith({ reason: because('cors-preflight-passed', { origin, mismatch: aside }) })
    const reason = because('cors-preflight-answered', {})
    return respond({ kind: 'directResponse', status: 200, details: 'cors_response', reason })
  },
}

/**
 * Why the CORS filter leaves a request to others; undefined where it answers a preflight: from an origin that the policy in force allows,
 * or from any if the policy keeps preflights to itself (`forward_not_matching_preflights`).
 * @param levels most specific first, for `cors` of the route action or virtual host
 * @param typed the most specific per-filter configuration, which counts first
 */
function standsAside(
  { request, runtime, chance }: Pick<RouteContext, 'request' | 'runtime' | 'chance'>,
  levels: readonly JsonObject[],
  typed: JsonObject | undefined,
  origin: string,
): CorsMismatch | undefined {
  // The filter knows no policy for a route that redirects or answers directly.
  if (!levels.some((level) => isObject(level.route))) return levels.length === 0 ? 'no-route' : 'no-forwarding'
  const policy =
    typed ?? levels.map((level) => level.cors ?? objectOf(level.route).cors).find((found) => isObject(found))
  if (!isObject(policy)) return 'no-policy'
  if (policy.enabled === false) return 'off'
  if (isObject(policy.filter_enabled) && isPreflight(request)) {
    const { numerator, denominator } = runtime.fraction(policy.filter_enabled)
    if (chance.draw([Math.min(numerator, denominator), Math.max(0, denominator - numerator)]) !== 0) return 'off'
  }
  const keeps = policy.forward_not_matching_preflights === false && isPreflight(request)
  return keeps || allows(policy, origin) ? undefined : 'origin'
}

function allows(policy: JsonObject, origin: string): boolean {
  return (
    objectsOf(policy.allow_origin_string_match).some((matcher) => stringMatches(matcher, origin) === true) ||
    stringsOf(policy.allow_origin).some((allowed) => allowed === '*' || allowed === origin) ||
    stringsOf(policy.allow_origin_regex).some((regex) => fullMatch(regex, origin))
  )
}
