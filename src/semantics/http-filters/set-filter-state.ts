import { continueWith } from '../filters/filter-result.ts'
import { withFilterStateValues } from '../filters/filter-state.ts'
import { type HttpFilterType, stateOf } from '../filters/http-filter-type.ts'

/** Writes filter state from format strings. */
export const setFilterState: HttpFilterType = {
  types: ['envoy.extensions.filters.http.set_filter_state.v3.Config'],
  names: ['envoy.filters.http.set_filter_state'],
  evaluate(input) {
    const { request, known } = stateOf(input)
    const source = { headers: request.headers, client: request.client, connection: input.context.connection, known }
    const set = withFilterStateValues(input.config.on_request_headers, source)
    return continueWith({
      state: { request, known: { ...known, ...set } },
      routesAgain: input.config.clear_route_cache === true,
    })
  },
}
