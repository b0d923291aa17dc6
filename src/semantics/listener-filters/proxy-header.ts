import type { Connection } from '../connection.ts'

/**
 * The connection as its PROXY header describes it: client and destination are those of the header, the peer stays the socket's. Who
 * sends it is another than the client, and not known unless it was said.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/listener_filters/proxy_protocol
 */
export function afterProxyHeader({ proxyHeader, directRemote, local, restored }: Connection): Partial<Connection> {
  if (proxyHeader === undefined) return {}
  const { source, destination, isPeerKnown } = proxyHeader
  const isSame = destination.address === local?.address && destination.port === local?.port
  return {
    remote: source,
    directRemote: isPeerKnown ? directRemote : {},
    // Envoy restores a destination that is another than the socket's.
    ...(isSame ? { restored } : { local: destination, restored: true }),
    isProxied: true,
  }
}
