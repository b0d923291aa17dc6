import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { type FormatSource, formatString, formatText } from '../matching/format-string.ts'
import type { HeaderValue } from '../matching/http-headers.ts'
import type { StreamState } from '../matching/stream-state.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'

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
  const set = copied(source.known)
  const known = { ...source.known, ...set }
  for (const entry of objectsOf(values)) {
    const value = formatted(objectOf(entry.format_string), { ...source, known })
    const key = stringOf(entry.object_key) || stringOf(entry.factory_key)
    if (key && !(value === '' && entry.skip_if_empty === true)) put(set, key, value)
  }
  return set
}

/** The state with this value under this key. */
export function withFilterState(before: FilterState, key: string, value: HeaderValue): FilterState {
  const after = copied(before)
  put(after, key, value)
  return after
}

/** Without what every object inherits: keys are words of a configuration. */
interface OwnFilterState {
  readonly filterState: Record<string, string>
  readonly unknownFilterState: Record<string, UnknownFact>
}

function copied({ filterState, unknownFilterState }: FilterState): OwnFilterState {
  return {
    filterState: Object.assign(Object.create(null), filterState),
    unknownFilterState: Object.assign(Object.create(null), unknownFilterState),
  }
}

function put({ filterState, unknownFilterState }: OwnFilterState, key: string, value: HeaderValue): void {
  delete filterState[key]
  delete unknownFilterState[key]
  if (typeof value === 'string') filterState[key] = value
  else unknownFilterState[key] = value.fact
}

function formatted(format: JsonObject, source: FormatSource): HeaderValue {
  return formatString(formatText(format) ?? '', source, format.omit_empty_values === true ? '' : '-')
}
