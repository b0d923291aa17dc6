import { isObject, type JsonObject, objectOf, stringOf } from '../json.ts'

/** An extension's configuration and what it is. */
export interface TypedConfig {
  /** Last part of the message name without package, `HttpConnectionManager`, `RBAC`; the extension's name when its type is unknown. */
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
  const config = typed ?? holder.config
  const type = typesByName.get(name) ?? ''
  return { message: type === '' ? name : lastPart(type), type, config: objectOf(config) }
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

/**
 * What users know an extension as: `RBAC`, `GrpcStats`. Where its message has the same name as those of others, it is the extension's:
 * `envoy.extensions.filters.http.grpc_stats.v3.FilterConfig`.
 */
export function extensionName({ type, message }: Pick<TypedConfig, 'type' | 'message'>): string {
  if (message !== 'Config' && message !== 'FilterConfig') return message
  const extension = type
    .split('.')
    .slice(0, -1)
    .findLast((part) => !/^v\d/.test(part))
  return (extension ?? message).replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** Full message name of a type URL: the part after the last slash. */
function typeName(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}

function lastPart(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1)
}

const network = 'envoy.extensions.filters.network'

/** Network filters and transport sockets that API v2 dumps (and default-only v3 ones) name without a type. */
const typesByName: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'envoy.http_connection_manager': `${network}.http_connection_manager.v3.HttpConnectionManager`,
    'envoy.filters.network.http_connection_manager': `${network}.http_connection_manager.v3.HttpConnectionManager`,
    'envoy.tcp_proxy': `${network}.tcp_proxy.v3.TcpProxy`,
    'envoy.filters.network.tcp_proxy': `${network}.tcp_proxy.v3.TcpProxy`,
    'envoy.filters.network.sni_cluster': `${network}.sni_cluster.v3.SniCluster`,
    'envoy.filters.network.rbac': `${network}.rbac.v3.RBAC`,
    'envoy.transport_sockets.tls': 'envoy.api.v2.auth.TlsContext',
    tls: 'envoy.api.v2.auth.TlsContext',
    'envoy.transport_sockets.raw_buffer': 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
    raw_buffer: 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
  }),
)
