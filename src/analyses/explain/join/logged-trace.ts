import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { parseHostPort } from '../../../envoy/model/ip.ts'
import { AppError } from '../../../errors.ts'
import { capturePort } from '../../../semantics/connection/capture-listener.ts'
import { podAddress } from '../../../semantics/connection/workload.ts'
import type { ClientTls, HttpRequest, PartialAddress, TraceRequest } from '../../../semantics/request.ts'
import { resolveRequest } from '../../../walk/request/resolve-request.ts'
import type { LoggedRequest } from '../log/logged-request.ts'

/**
 * The request of a line, as a trace takes it; undefined where the line does not say enough. What the line does not hold is left out:
 * headers but for those of the format, and the certificate of the client.
 */
export function requestOfLine(line: LoggedRequest, dump: ConfigDump): TraceRequest | undefined {
  // A handshake that failed: what the client offered is not in the line.
  if (line.get('downstreamFailure') !== undefined) return undefined
  const local = parseHostPort(line.get('downstreamLocal') ?? '')
  if (local === undefined) return byAuthority(line, dump)
  const protocol = protocolOf(line)
  const tls = tlsOf(line, protocol)
  const http = protocol === 'tcp' ? undefined : httpOf(line, tls !== undefined)
  if (protocol !== 'tcp' && http === undefined) return undefined
  return {
    destination: local,
    redirect: capturePort(dump, isInbound(line, local.address, dump) ? 'inbound' : 'outbound'),
    source: sourceOf(line),
    protocol,
    tls,
    http,
  }
}

/** To the pod's own address the connection came from outside, whatever its port. */
function isInbound(line: LoggedRequest, address: string, dump: ConfigDump): boolean {
  return line.get('cluster')?.startsWith('inbound|') === true || podAddress(dump) === address
}

/** A format without the local address: the host says where the client meant to go. */
function byAuthority(line: LoggedRequest, dump: ConfigDump): TraceRequest | undefined {
  const authority = line.get('authority')
  const http = httpOf(line, false)
  if (authority === undefined || http === undefined) return undefined
  try {
    const url = `http://${authority}${http.path ?? '/'}`
    const { request, unknownHost } = resolveRequest(
      { url, method: http.method, headers: http.headers, protocol: protocolOf(line) },
      dump,
    )
    return unknownHost === undefined ? request : undefined
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

/** `HTTP/1.1`, `HTTP/2`; a connection has none. */
function protocolOf(line: LoggedRequest): TraceRequest['protocol'] {
  const protocol = line.get('protocol')
  if (protocol === undefined) return line.get('method') === undefined ? 'tcp' : 'http1'
  return protocol.startsWith('HTTP/1') ? 'http1' : 'http2'
}

/** The proxies of a mesh send Istio's protocols, and have a certificate. */
function tlsOf(line: LoggedRequest, protocol: TraceRequest['protocol']): ClientTls | undefined {
  const sni = line.get('sni')
  if (sni === undefined) return undefined
  const isMesh = /^outbound_/.test(sni)
  const version = protocol === 'http2' ? 'h2' : 'http/1.1'
  if (protocol === 'tcp') return { sni, ...(isMesh ? { alpn: ['istio-peer-exchange', 'istio'], certificate: {} } : {}) }
  const alpn = isMesh ? [protocol === 'http2' ? 'istio-h2' : 'istio-http/1.1', 'istio', version] : [version]
  return { sni, alpn, ...(isMesh ? { certificate: {} } : {}) }
}

function httpOf(line: LoggedRequest, isSecure: boolean): HttpRequest | undefined {
  const method = line.get('method')
  const path = line.get('path')
  if (method === undefined || (path === undefined && method !== 'CONNECT')) return undefined
  const agent = line.get('userAgent')
  const version = line.get('protocol')
  return {
    method,
    path,
    authority: line.get('authority'),
    scheme: isSecure ? 'https' : 'http',
    headers: [...(agent === undefined ? [] : [['user-agent', agent] as const]), ...line.headers],
    ...(version === 'HTTP/1.0' ? { version: '1.0' as const } : {}),
  }
}

function sourceOf(line: LoggedRequest): PartialAddress | undefined {
  const remote = line.get('downstreamRemote')
  if (remote === undefined) return undefined
  return parseHostPort(remote) ?? (/^[\d.]+$|^[\da-f:]+$/i.test(remote) ? { address: remote } : undefined)
}
