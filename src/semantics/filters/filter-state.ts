import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { type FormatSource, formatString, formatText } from '../matching/format-string.ts'
import type { HeaderValue } from '../matching/http-headers.ts'
import type { StreamState } from '../matching/stream-state.ts'

/** The names by which Envoy itself reads filter state. */
export const filterStateKeys = {
  tcpCluster: 'envoy.tcp_proxy.cluster',
  dynamicHost: 'envoy.upstream.dynamic_host',
  dynamicPort: 'envoy.upstream.dynamic_port',
  originalDestination: 'envoy.network.transport_socket.original_dst_address',
  upstreamServerName: 'envoy.network.upstream_server_name',
  upstreamSubjectAltNames: 'envoy.network.upstream_subject_alt_names',
} as const

/** Filter state by key, known and not. */
export type FilterState = Pick<StreamState, 'filterState' | 'unknownFilterState'>

/**
 * Filter state after a list of `FilterStateValue`: values from format strings, one after the other.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/common/set_filter_state/v3/value.proto
 */
export function withFilterStateValues(values: unknown, source: FormatSource & { known: StreamState }): FilterState {
  let { known } = source
  for (const entry of objectsOf(values)) {
    const value = formatted(objectOf(entry.format_string), { ...source, known })
    const key = stringOf(entry.object_key) || stringOf(entry.factory_key)
    if (key && !(value === '' && entry.skip_if_empty === true))
      known = { ...known, ...withFilterState(known, key, value) }
  }
  return { filterState: known.filterState, unknownFilterState: known.unknownFilterState }
}

/** The state with this value under this key. */
export function withFilterState(before: FilterState, key: string, value: HeaderValue): FilterState {
  const { [key]: _, ...known } = before.filterState ?? {}
  const { [key]: __, ...unknown } = before.unknownFilterState ?? {}
  return typeof value === 'string'
    ? { filterState: { ...known, [key]: value }, unknownFilterState: unknown }
    : { filterState: known, unknownFilterState: { ...unknown, [key]: value.fact } }
}

function formatted(format: JsonObject, source: FormatSource): HeaderValue {
  return formatString(formatText(format) ?? '', source, format.omit_empty_values === true ? '' : '-')
}
