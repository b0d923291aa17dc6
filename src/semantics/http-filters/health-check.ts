import { objectOf, objectsOf } from '../../envoy/json.ts'
import { continueWith, respond, undecided } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { headersMatch, unknownOfHeaders } from '../matching/header-match.ts'
import { because } from '../reasons/reason.ts'

/**
 * Answers health checks in place of the upstream. Where no header tells them, every request is one:
 * https://github.com/envoyproxy/envoy/blob/main/source/extensions/filters/http/health_check/health_check.cc
 */
export const healthCheck: HttpFilterType = {
  types: ['envoy.extensions.filters.http.health_check.v3.HealthCheck'],
  names: ['envoy.health_check', 'envoy.filters.http.health_check'],
  evaluate({ config: own, overrides, context }) {
    const config = overrides[0] ?? own
    const checks = objectsOf(config.headers)
    const isCheck = headersMatch(checks, context.request.headers)
    if (config.pass_through_mode === true || isCheck === false) return continueWith()
    if (isCheck === undefined) {
      const unknown = [unknownOfHeaders(checks, context.request.headers)]
      return undecided(because('depends-on-unknown', { unknown }))
    }
    if (Object.keys(objectOf(config.cluster_min_healthy_percentages)).length > 0)
      return undecided(because('health-check-by-endpoints', {}))
    const reason = because('health-check-answered', {})
    return respond({ kind: 'directResponse', status: 200, details: 'health_check_ok', reason })
  },
}
