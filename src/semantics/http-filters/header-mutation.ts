import { objectOf, objectsOf } from '../../envoy/json.ts'
import { continueWith } from '../filters/filter-result.ts'
import { type HttpFilterType, stateOf } from '../filters/http-filter-type.ts'
import { mutated } from '../http/header-mutations.ts'

/** Adds, changes and removes headers: the filter's own mutations first, then those of all levels of the route. */
export const headerMutation: HttpFilterType = {
  types: ['envoy.extensions.filters.http.header_mutation.v3.HeaderMutation'],
  names: ['envoy.filters.http.header_mutation'],
  evaluate(input) {
    const { config, overrides } = input
    const ordered = config.most_specific_header_mutations_wins === true ? overrides.toReversed() : overrides
    const mutations = [config, ...ordered].flatMap((level) => objectsOf(objectOf(level.mutations).request_mutations))
    const state = stateOf(input)
    return continueWith({
      state: { ...state, request: mutated(state.request, mutations) },
      routesAgain: config.clear_route_cache === true,
    })
  },
}
