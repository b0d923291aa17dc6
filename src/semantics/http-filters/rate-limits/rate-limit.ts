import { isObject, numberOf } from '../../../envoy/json.ts'
import { continueWith, undecided } from '../../filters/filter-result.ts'
import { isNever, switchedOffBy } from '../../filters/filter-switch.ts'
import type { HttpFilterType } from '../../filters/http-filter-type.ts'
import { because } from '../../reasons/reason.ts'
import { descriptorsOf, descriptorText, rateLimitsOf } from './descriptors.ts'

/**
 * A rate limit that a service keeps. It is called with the descriptors that the limits of the route make of the request, and not at all
 * without one. https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/rate_limit_filter
 */
export const rateLimit: HttpFilterType = {
  types: ['envoy.extensions.filters.http.ratelimit.v3.RateLimit', 'envoy.config.filter.http.rate_limit.v2.RateLimit'],
  names: ['envoy.rate_limit', 'envoy.filters.http.ratelimit'],
  opensMetadata: [{ namespace: 'envoy.filters.http.ratelimit' }],
  evaluate(input) {
    const { config, overrides, context, levels } = input
    // It looks at routes that forward only.
    if (!isObject(levels[1]?.route)) return continueWith()
    const off = switchedOffBy(config, 'filter_enabled', context)
    if (off !== undefined) return continueWith({ reason: because('filter-switched-off', { field: off }) })
    // Where it is not known whether a request is one from inside, it may count.
    const { internal } = context.request
    const passed =
      config.request_type === 'internal' ? internal === false : config.request_type === 'external' && internal
    const limits = !passed ? rateLimitsOf(config, overrides[0], levels) : []
    const descriptors = descriptorsOf(limits, numberOf(config.stage) ?? 0, input)
    if (descriptors.length === 0) return continueWith({ reason: because('rate-limit-no-descriptor', {}) })
    if (isNever(config.filter_enforced, context) && config.failure_mode_deny !== true)
      return continueWith({ reason: because('filter-switched-off', { field: 'filter_enforced' }) })
    return undecided(because('rate-limit-descriptors-decide', { descriptors: descriptors.map(descriptorText) }))
  },
}
