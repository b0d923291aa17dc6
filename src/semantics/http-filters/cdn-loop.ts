import { continueWith, undecided } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { because } from '../reasons/reason.ts'

/** Refuses requests that have passed this CDN before; a request without CDN-Loop has not. */
export const cdnLoop: HttpFilterType = {
  types: ['envoy.extensions.filters.http.cdn_loop.v3.CdnLoopConfig'],
  names: ['envoy.filters.http.cdn_loop'],
  evaluate: ({ context }) =>
    context.request.headers.get('cdn-loop') === undefined
      ? continueWith()
      : undecided(because('cdn-loop-header-decides', {})),
}
