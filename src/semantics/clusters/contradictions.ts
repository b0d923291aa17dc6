import type { UpstreamProtocol } from '../../envoy/model/upstream-protocol.ts'
import { because, type Reason } from '../reasons/reason.ts'
import type { Warnings } from '../reasons/warnings.ts'
import type { UpstreamTls } from './upstream-tls.ts'

/** What is known of an HTTP request as it leaves the proxy. */
interface Upstream {
  readonly cluster: string
  readonly protocol: UpstreamProtocol
  /** Absent where no endpoint is known. */
  readonly tls: Pick<UpstreamTls, 'mode'> | undefined
  readonly port: number | undefined
  readonly isGrpc: boolean
  /** The protocol that the request asks to go on with: `websocket`. */
  readonly upgrade: string | undefined
  /** The version that the client speaks. */
  readonly clientVersion: 1 | 2
}

type Contradiction = Reason<keyof Warnings>

/** Protocols on the way of an HTTP request that do not go together. Nothing here decides how it ends: servers may differ. */
export function httpContradictions(upstream: Upstream): Contradiction[] {
  const { cluster, tls, port, isGrpc, upgrade } = upstream
  const version = versionOf(upstream)
  return [
    ...(tls?.mode === 'plaintext' && port === 443 ? [because('plaintext-to-tls-port', { cluster, port })] : []),
    ...(isGrpc && version === 1 ? [because('grpc-over-http1', { cluster })] : []),
    ...(upgrade !== undefined && version === 2 ? [because('upgrade-over-http2', { cluster, upgrade })] : []),
  ]
}

/** `as the client` is what the client speaks; what ALPN settles is not known. */
function versionOf({ protocol, clientVersion }: Upstream): 1 | 2 | undefined {
  if (protocol === 'HTTP/1.1') return 1
  if (protocol === 'HTTP/2') return 2
  return protocol === 'as the client' ? clientVersion : undefined
}

/**
 * The same of a connection that is forwarded as it is. TLS with a client certificate is the mesh's own, which its other end takes off.
 * @param client what the client sends: TLS that this proxy did not take off, or HTTP in plaintext
 */
export function tcpContradictions(
  cluster: string,
  client: 'tls' | 'http' | 'other',
  tls: Pick<UpstreamTls, 'mode'> | undefined,
): Contradiction[] {
  if (client === 'http') return [because('http-as-bytes', { cluster })]
  return client === 'tls' && tls?.mode === 'tls' ? [because('tls-inside-tls', { cluster })] : []
}
