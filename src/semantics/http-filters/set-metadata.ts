import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { continueWith } from '../filters/filter-result.ts'
import { type HttpFilterType, stateOf } from '../filters/http-filter-type.ts'
import { type RequestState, withMetadataEntries } from '../filters/request-state.ts'

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
  const taken = new Set(Object.keys(state.known.dynamicMetadata ?? {}))
  const written = [...old, ...objectsOf(config.metadata)].flatMap((entry) => {
    const namespace = stringOf(entry.metadata_namespace) ?? ''
    if (taken.has(namespace) && entry.allow_overwrite !== true) return []
    taken.add(namespace)
    return [[namespace, objectOf(entry.value)] as const]
  })
  return withMetadataEntries(state, written)
}
