import { isObject, type JsonObject, objectOf } from '../json.ts'

/** The HTTP version that Envoy speaks with the hosts of a cluster. */
export type UpstreamProtocol = 'HTTP/1.1' | 'HTTP/2' | 'HTTP/3' | 'as the client' | 'ALPN'

/** Type of the extension that has the protocol, the key of `typed_extension_protocol_options`. */
const optionsType = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

/**
 * The protocol that a cluster's hosts are spoken to with. `as the client`: the version of the request; `ALPN`: what the handshake
 * settles. HTTP/1.1 where nothing is set.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/upstreams/http/v3/http_protocol_options.proto
 */
export function upstreamProtocol(cluster: JsonObject): UpstreamProtocol {
  const options = objectOf(objectOf(cluster.typed_extension_protocol_options)[optionsType])
  const { explicit_http_config, use_downstream_protocol_config, auto_config } = options
  if (isObject(auto_config)) return 'ALPN'
  if (isObject(use_downstream_protocol_config)) return 'as the client'
  if (isObject(explicit_http_config)) {
    if (isObject(explicit_http_config.http3_protocol_options)) return 'HTTP/3'
    return isObject(explicit_http_config.http2_protocol_options) ? 'HTTP/2' : 'HTTP/1.1'
  }
  // The fields of a cluster itself, before Envoy 1.17 and deprecated since.
  if (cluster.protocol_selection === 'USE_DOWNSTREAM_PROTOCOL') return 'as the client'
  return isObject(cluster.http2_protocol_options) ? 'HTTP/2' : 'HTTP/1.1'
}
