import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../json.ts'
import { typedConfig } from './typed-config.ts'

/** What a listener accepts: connections, datagrams, or the connections of QUIC (HTTP/3) in datagrams. */
export type ListenerProtocol = 'TCP' | 'UDP' | 'QUIC'

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/listener/v3/udp_listener_config.proto */
export function listenerProtocol({ udp_listener_config, address }: JsonObject): ListenerProtocol {
  if (isObject(udp_listener_config) && isObject(udp_listener_config.quic_options)) return 'QUIC'
  const isUdp = objectOf(objectOf(address).socket_address).protocol === 'UDP'
  return isUdp || isObject(udp_listener_config) ? 'UDP' : 'TCP'
}

/** The configuration of the UDP proxy, a listener filter that takes the datagrams; undefined where a listener has none. */
export function udpProxyOf(listener: JsonObject): JsonObject | undefined {
  return objectsOf(listener.listener_filters)
    .map(typedConfig)
    .find(({ message }) => message === 'UdpProxyConfig')?.config
}

/** `Cluster: dns`, or that a matcher chooses. */
export function udpDestination(proxy: JsonObject): string {
  const cluster = stringOf(proxy.cluster)
  return cluster === undefined ? 'Cluster: chosen by a matcher' : `Cluster: ${cluster}`
}
