import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { continueWith } from '../filters/filter-result.ts'
import { type HttpFilterType, stateOf } from '../filters/http-filter-type.ts'
import type { RequestState } from '../filters/request-state.ts'
import { formatString, formatText } from '../matching/format-string.ts'
import type { DecodedRequest } from '../matching/http-headers.ts'

/** Writes filter state from format strings. */
export const setFilterState: HttpFilterType = {
  types: ['envoy.extensions.filters.http.set_filter_state.v3.Config'],
  names: ['envoy.filters.http.set_filter_state'],
  evaluate: (input) =>
    continueWith({
      state: withFilterState(input.config, stateOf(input)),
      routesAgain: input.config.clear_route_cache === true,
    }),
}

function withFilterState(config: JsonObject, state: RequestState): RequestState {
  const values = { ...state.known.filterState }
  for (const entry of objectsOf(config.on_request_headers)) {
    const value = formattedState(objectOf(entry.format_string), state.request)
    const key = stringOf(entry.object_key) || stringOf(entry.factory_key)
    if (!key || (value === '' && entry.skip_if_empty === true)) continue
    if (value === undefined) delete values[key]
    else values[key] = value
  }
  return { ...state, known: { ...state.known, filterState: values } }
}

/** Undefined where the value is not known. */
function formattedState(format: JsonObject, request: DecodedRequest): string | undefined {
  const value = formatString(formatText(format) ?? '', request, format.omit_empty_values === true ? '' : '-')
  return typeof value === 'string' ? value : undefined
}
