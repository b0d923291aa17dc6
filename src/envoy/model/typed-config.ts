import { isObject, type JsonObject, objectOf, stringOf } from '../json.ts'

/** An extension's configuration and what it is. */
export interface TypedConfig {
  /** Last part of the message name without package: `HttpConnectionManager`, `RBAC`, `Router`. */
  readonly message: string
  /** Full message name: `envoy.extensions.filters.http.rbac.v3.RBAC`. Empty when only the filter's name is known. */
  readonly type: string
  readonly config: JsonObject
}

/**
 * The configuration of an extension as it is found in a filter, transport socket, matcher input or cluster type:
 * `typed_config` (Any, or a TypedStruct around the real type), or the untyped Struct `config` of API v2, where only the name
 * tells the type. Envoy itself goes by the type URL and takes names as free text.
 */
export function typedConfig(holder: JsonObject): TypedConfig {
  const typed = holder.typed_config
  if (isObject(typed) && typed['@type'] !== undefined) return unwrap(typed)
  const name = stringOf(holder.name) ?? ''
  const config = typed ?? holder.config ?? holder.hidden_envoy_deprecated_config
  return { message: messagesByName.get(name) ?? name, type: '', config: objectOf(config) }
}

/** The message inside an Any; TypedStruct is taken off. */
export function unwrap(any: JsonObject): TypedConfig {
  const type = typeName(stringOf(any['@type']) ?? '')
  if (type.endsWith('.TypedStruct')) {
    const inner = typeName(stringOf(any.type_url) ?? '')
    return { message: lastPart(inner), type: inner, config: objectOf(any.value) }
  }
  return { message: lastPart(type), type, config: any }
}

/** Full message name of a type URL: the part after the last slash. */
export function typeName(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}

function lastPart(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1)
}

/** Filters that API v2 dumps (and default-only v3 ones) name without a type. */
const messagesByName: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'envoy.http_connection_manager': 'HttpConnectionManager',
    'envoy.filters.network.http_connection_manager': 'HttpConnectionManager',
    'envoy.tcp_proxy': 'TcpProxy',
    'envoy.filters.network.tcp_proxy': 'TcpProxy',
    'envoy.filters.network.sni_cluster': 'SniCluster',
    'envoy.filters.network.rbac': 'RBAC',
    'envoy.filters.http.rbac': 'RBAC',
    'envoy.router': 'Router',
    'envoy.filters.http.router': 'Router',
    'envoy.fault': 'HTTPFault',
    'envoy.filters.http.fault': 'HTTPFault',
    'envoy.cors': 'Cors',
    'envoy.filters.http.cors': 'Cors',
    'envoy.health_check': 'HealthCheck',
    'envoy.filters.http.health_check': 'HealthCheck',
    'envoy.listener.original_dst': 'OriginalDst',
    'envoy.filters.listener.original_dst': 'OriginalDst',
    'envoy.listener.tls_inspector': 'TlsInspector',
    'envoy.filters.listener.tls_inspector': 'TlsInspector',
    'envoy.listener.http_inspector': 'HttpInspector',
    'envoy.filters.listener.http_inspector': 'HttpInspector',
    'envoy.listener.proxy_protocol': 'ProxyProtocol',
    'envoy.filters.listener.proxy_protocol': 'ProxyProtocol',
    'envoy.transport_sockets.tls': 'TlsContext',
    tls: 'TlsContext',
    'envoy.transport_sockets.raw_buffer': 'RawBuffer',
    raw_buffer: 'RawBuffer',
  }),
)
