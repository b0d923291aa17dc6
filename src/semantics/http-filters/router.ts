import { continueWith } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'

/** The last filter: it acts on the route that was found. */
export const router: HttpFilterType = {
  types: ['envoy.extensions.filters.http.router.v3.Router'],
  names: ['envoy.router', 'envoy.filters.http.router'],
  evaluate: () => continueWith(),
}
