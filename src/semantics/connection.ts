import type { ClientTls, SocketAddress } from './request.ts'

/** One downstream connection as the filter chain match sees it. */
export interface Connection {
  /** Local address; after original_dst the restored one. Undefined for an internal connection without a destination. */
  readonly local: SocketAddress | undefined
  /** Whether original_dst has restored the address: ORIGINAL_DST clusters need that. */
  readonly restored: boolean
  readonly remote: SocketAddress
  /** The socket's peer; differs from `remote` behind proxy_protocol. */
  readonly directRemote: SocketAddress
  /** What listener filters found out. Without an inspector a TLS connection counts as raw_buffer. */
  readonly transport: 'tls' | 'raw_buffer' | 'quic'
  readonly sni: string
  readonly alpn: readonly string[]
  /** What really arrives, whether or not anything looked at it. */
  readonly tls: ClientTls | undefined
  readonly payload: 'http1' | 'http2' | 'tcp'
  readonly httpVersion: '1.0' | '1.1' | undefined
}
