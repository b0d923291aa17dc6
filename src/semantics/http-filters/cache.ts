import { continueWith, undecided } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { because } from '../reasons/reason.ts'

/** A cache of responses: it answers GET and HEAD without credentials. (CacheabilityUtils::canServeRequestFromCache) */
export const cache: HttpFilterType = {
  types: [
    'envoy.extensions.filters.http.cache.v3.CacheConfig',
    'envoy.extensions.filters.http.cache_v2.v3.CacheV2Config',
  ],
  names: ['envoy.filters.http.cache', 'envoy.filters.http.cache_v2'],
  evaluate({ config: own, overrides, context }) {
    const config = overrides[0] ?? own
    const { method, headers } = context.request
    if (config.disabled === true) return continueWith({ reason: because('filter-switched-off', { field: 'disabled' }) })
    if (method !== 'GET' && method !== 'HEAD') return continueWith({ reason: because('method-not-cached', { method }) })
    return headers.first('authorization') === undefined ? undecided(because('cache-can-answer', {})) : continueWith()
  },
}
