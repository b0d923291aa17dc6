import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { continueWith } from '../filters/filter-result.ts'
import { type HttpFilterType, stateOf } from '../filters/http-filter-type.ts'
import { type RequestState, withMetadata } from '../filters/request-state.ts'

/** Writes fixed dynamic metadata. */
export const setMetadata: HttpFilterType = {
  types: ['envoy.extensions.filters.http.set_metadata.v3.Config'],
  names: ['envoy.filters.http.set_metadata'],
  evaluate: (input) =>
    continueWith({
      state: withEntries(input.config, stateOf(input)),
      routesAgain: input.config.clear_route_cache === true,
    }),
}

function withEntries(config: JsonObject, state: RequestState): RequestState {
  const old: JsonObject[] = config.metadata_namespace === undefined ? [] : [{ ...config, allow_overwrite: true }]
  return [...old, ...objectsOf(config.metadata)].reduce((current, entry) => {
    const namespace = stringOf(entry.metadata_namespace) ?? ''
    const taken = current.known.dynamicMetadata?.[namespace] !== undefined
    return taken && entry.allow_overwrite !== true ? current : withMetadata(current, namespace, objectOf(entry.value))
  }, state)
}
