import type { Connection } from '../connection.ts'
import { type ExtensionType, extensionLookup } from '../extensions/extension-registry.ts'
import { afterProxyHeader } from './proxy-header.ts'
import { serverName } from './server-name.ts'

/** A kind of listener filter. A new one is a row of the list. */
interface ListenerFilterType extends ExtensionType {
  /** Gives a redirected connection its original destination back. */
  readonly restoresDestination?: boolean
  /** It keeps the client's address for connections to the upstream. */
  readonly keepsSource?: boolean
  /** It reads a header of the PROXY protocol. */
  readonly readsProxyHeader?: boolean
  /** What the filter finds out about a connection; absent for one that finds out nothing. */
  readonly inspect?: (connection: Connection) => Partial<Connection>
}

const listener = 'envoy.extensions.filters.listener'

/** THE list of listener filters. */
export const listenerFilterTypes: readonly ListenerFilterType[] = [
  {
    types: [`${listener}.original_dst.v3.OriginalDst`],
    names: ['envoy.listener.original_dst', 'envoy.filters.listener.original_dst'],
    restoresDestination: true,
  },
  {
    types: [`${listener}.tls_inspector.v3.TlsInspector`],
    names: ['envoy.listener.tls_inspector', 'envoy.filters.listener.tls_inspector'],
    inspect: ({ tls }) => (tls === undefined ? {} : { transport: 'tls', ...serverName(tls), alpn: tls.alpn ?? [] }),
  },
  {
    types: [`${listener}.http_inspector.v3.HttpInspector`],
    names: ['envoy.listener.http_inspector', 'envoy.filters.listener.http_inspector'],
    // It cannot look into TLS and replaces the list by the one protocol it found.
    inspect: ({ tls, payload, httpVersion }) =>
      tls !== undefined || payload === 'tcp'
        ? {}
        : { alpn: [payload === 'http2' ? 'h2c' : `http/${httpVersion ?? '1.1'}`] },
  },
  {
    types: [`${listener}.proxy_protocol.v3.ProxyProtocol`],
    names: ['envoy.listener.proxy_protocol', 'envoy.filters.listener.proxy_protocol'],
    readsProxyHeader: true,
    inspect: afterProxyHeader,
  },
  {
    types: [`${listener}.original_src.v3.OriginalSrc`],
    names: ['envoy.listener.original_src', 'envoy.filters.listener.original_src'],
    keepsSource: true,
  },
  { types: [`${listener}.local_ratelimit.v3.LocalRateLimit`], names: [] },
]

/** The kind of a filter by its configuration; undefined for one that this program does not know. */
export const listenerFilterType = extensionLookup(listenerFilterTypes)
