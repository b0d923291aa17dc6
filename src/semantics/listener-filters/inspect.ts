import { isObject, type JsonObject, numberOf, objectOf, objectsOf } from '../../envoy/json.ts'
import { type TypedConfig, typedConfig } from '../../envoy/model/typed-config.ts'
import type { Connection } from '../connection.ts'
import { listenerFilterType } from './index.ts'
import { serverName } from './server-name.ts'

/**
 * What the listener's filters find out about a connection: transport, SNI, ALPN, and what a PROXY header says.
 * @param connection as accepted, nothing inspected yet
 * @param version Envoy's version; up to 1.16 a TLS inspector was added where a filter chain needed it
 */
export function inspect(listener: JsonObject, connection: Connection, version: number): Connection {
  let seen: Connection = {
    ...connection,
    transport: 'raw_buffer',
    sni: '',
    sniUnknown: undefined,
    alpn: [],
  }
  if (isObject(objectOf(listener.udp_listener_config).quic_options)) {
    return { ...seen, transport: 'quic', ...serverName(connection.tls), alpn: connection.tls?.alpn ?? [] }
  }
  const filters = objectsOf(listener.listener_filters)
    .filter((filter) => !isDisabled(objectOf(filter.filter_disabled), connection.local?.port))
    .map(typedConfig)
  if (version < 1017 && needsTlsInspector(listener)) filters.push(addedTlsInspector)
  if (usesProxyProto(listener)) filters.push(addedProxyProtocol)
  for (const filter of filters) seen = { ...seen, ...listenerFilterType(filter)?.inspect?.(connection) }
  return { ...seen, proxyHeader: undefined }
}

const addedTlsInspector: TypedConfig = { message: 'envoy.listener.tls_inspector', type: '', config: {} }

const addedProxyProtocol: TypedConfig = { message: 'envoy.filters.listener.proxy_protocol', type: '', config: {} }

/** What `use_proxy_proto` of the first filter chain stands for. (ListenerImpl::buildProxyProtocolListenerFilter) */
function usesProxyProto(listener: JsonObject): boolean {
  return objectOf(objectsOf(listener.filter_chains)[0]).use_proxy_proto === true
}

/** Whether the listener reads PROXY headers: of every connection, or of those that have one. */
export function proxyProtocolOf(listener: JsonObject): 'required' | 'optional' | undefined {
  if (usesProxyProto(listener)) return 'required'
  const reader = objectsOf(listener.listener_filters)
    .map(typedConfig)
    .find((filter) => listenerFilterType(filter)?.readsProxyHeader)
  if (reader === undefined) return undefined
  return reader.config.allow_requests_without_proxy_protocol === true ? 'optional' : 'required'
}

/** Whether connections to the upstream come from the client's address. */
export function keepsSource(listener: JsonObject): boolean {
  return objectsOf(listener.listener_filters).some(
    (filter) => listenerFilterType(typedConfig(filter))?.keepsSource === true,
  )
}

/** original_dst restores the destination, as a filter of its own or implied by use_original_dst; TPROXY needs neither. */
export function restoresDestination(listener: JsonObject): boolean {
  if (listener.use_original_dst === true || listener.transparent === true) return true
  return objectsOf(listener.listener_filters).some(
    (filter) => listenerFilterType(typedConfig(filter))?.restoresDestination === true,
  )
}

/** ListenerImpl::buildTlsInspector of Envoy 1.16 and before. */
function needsTlsInspector(listener: JsonObject): boolean {
  return objectsOf(listener.filter_chains)
    .map((chain) => objectOf(chain.filter_chain_match))
    .some(
      (match) =>
        match.transport_protocol === 'tls' ||
        (match.transport_protocol === undefined &&
          (match.server_names !== undefined || match.application_protocols !== undefined)),
    )
}

/** `ListenerFilterChainMatchPredicate`; a port range ends before `end`. */
function isDisabled(predicate: JsonObject, port: number | undefined): boolean {
  if (predicate.any_match === true) return true
  if (isObject(predicate.not_match)) return !isDisabled(predicate.not_match, port)
  if (isObject(predicate.and_match)) return objectsOf(predicate.and_match.rules).every((rule) => isDisabled(rule, port))
  if (isObject(predicate.or_match)) return objectsOf(predicate.or_match.rules).some((rule) => isDisabled(rule, port))
  const range = objectOf(predicate.destination_port_range)
  return port !== undefined && port >= (numberOf(range.start) ?? 0) && port < (numberOf(range.end) ?? 0)
}
