import { isObject, type JsonObject, numberOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { continueWith, undecided } from '../../filters/filter-result.ts'
import { switchedOffBy } from '../../filters/filter-switch.ts'
import type { HttpFilterType } from '../../filters/http-filter-type.ts'
import { because } from '../../reasons/reason.ts'
import { type Descriptor, descriptorsOf, rateLimitsOf } from './descriptors.ts'

/**
 * A rate limit that the proxy keeps itself, in token buckets: one for all requests and one for each descriptor. It limits nothing
 * unless `filter_enabled` and `filter_enforced` are set.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/local_rate_limit_filter
 */
export const localRateLimit: HttpFilterType = {
  types: ['envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit'],
  names: ['envoy.filters.http.local_ratelimit'],
  evaluate(input) {
    const { overrides, context, levels } = input
    const config = overrides[0] ?? input.config
    const off =
      switchedOffBy(config, 'filter_enabled', context, 0) ?? switchedOffBy(config, 'filter_enforced', context, 0)
    if (off !== undefined) return continueWith({ reason: because('filter-switched-off', { field: off }) })
    const made = descriptorsOf(rateLimitsOf(config, undefined, levels), numberOf(config.stage) ?? 0, input)
    const buckets = objectsOf(config.descriptors)
    const limits = isObject(config.token_bucket) || made.some((one) => buckets.some((bucket) => counts(bucket, one)))
    return limits
      ? undecided(because('depends-on-earlier-requests', {}))
      : continueWith({ reason: because('rate-limit-no-bucket', {}) })
  },
}

/** Whether a bucket counts requests of this descriptor, or may; an entry without a value stands for any. */
function counts({ entries }: JsonObject, descriptor: Descriptor): boolean {
  if (!descriptor.certain) return true
  const wanted = objectsOf(entries)
  return (
    wanted.length === descriptor.entries.length &&
    wanted.every(({ key, value }, place) => {
      const entry = descriptor.entries[place]
      if (entry === undefined || entry.key !== stringOf(key)) return false
      return !value || entry.value === undefined || entry.value === value
    })
  )
}
