import { isLoopback, parseIp, sameIp } from '../envoy/model/ip.ts'
import type { UnknownFact } from './reasons/unknown-facts.ts'
import type { ClientTls, Destination, PartialAddress } from './request.ts'

/** One downstream connection as the filter chain match sees it. */
export interface Connection {
  /** Local address; after original_dst the restored one. Undefined for an internal connection without a destination. */
  readonly local: (PartialAddress & Pick<Destination, 'unlisted'>) | undefined
  /** Whether original_dst has restored the address: ORIGINAL_DST clusters need that. */
  readonly restored: boolean
  readonly remote: PartialAddress
  /** The socket's peer; differs from `remote` where a PROXY header names another client. */
  readonly directRemote: PartialAddress
  /** What a PROXY header in front of the connection says; absent once a listener is passed. */
  readonly proxyHeader?: ProxyHeader | undefined
  /** The listener has read a PROXY header. */
  readonly isProxied?: boolean | undefined
  /** What listener filters found out. Without an inspector a TLS connection counts as raw_buffer. */
  readonly transport: 'tls' | 'raw_buffer' | 'quic'
  readonly sni: string
  /** The handshake may name a server; which one is not known. */
  readonly sniUnknown?: true | undefined
  readonly alpn: readonly string[]
  /** What really arrives, whether or not anything looked at it. */
  readonly tls: ClientTls | undefined
  readonly payload: 'http1' | 'http2' | 'tcp'
  readonly httpVersion: '1.0' | '1.1' | undefined
}

/** A connection without TLS over which HTTP/1.1 comes, as a listener sees it that is asked without a way to it. */
export function plainConnection(local: Connection['local'], remote: PartialAddress): Connection {
  return {
    local,
    restored: false,
    remote,
    directRemote: remote,
    transport: 'raw_buffer',
    sni: '',
    alpn: [],
    tls: undefined,
    payload: 'http1',
    httpVersion: '1.1',
  }
}

/** A header of the PROXY protocol: whose connection it is, and where that one goes. */
export interface ProxyHeader {
  readonly source: PartialAddress
  readonly destination: PartialAddress
  /** Whether the user says who sends it. */
  readonly isPeerKnown: boolean
}

/** What has to be known to tell who the socket's peer is. */
export function peerFact({ isProxied }: Connection): 'peer' | 'source' {
  return isProxied ? 'peer' : 'source'
}

/**
 * Whether the client is on the proxy's own host, as filter chains and matchers ask; when that is not known, what has to be known.
 * (Network::Utility::isSameIpOrLoopback)
 */
export function isLocalSource({ local, remote }: Connection): boolean | Extract<UnknownFact, 'source' | 'address'> {
  if (remote.address === undefined) return 'source'
  const ip = parseIp(remote.address)
  if (ip === undefined || isLoopback(ip)) return true
  if (local === undefined) return false
  return local.address === undefined ? 'address' : sameIp(remote.address, local.address)
}
