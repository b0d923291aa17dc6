import { partialHostPort } from '../../envoy/model/ip.ts'
import type { TraceRequest } from '../../semantics/request.ts'

/** The request in one line: `GET http://reviews:9080/reviews/1 to 10.96.1.2:9080, redirected to 15001`. */
export function describeRequest({
  http,
  protocol,
  tls,
  destination,
  redirect,
  listener,
  source,
  peer,
  token,
}: TraceRequest): string {
  const where = [
    `to ${partialHostPort(destination.address, destination.port)}`,
    redirect === undefined ? undefined : `redirected to port ${redirect}`,
    listener === undefined ? undefined : `at listener ${listener}`,
    source?.address === undefined ? undefined : `from ${source.address}`,
    peer?.address === undefined ? undefined : `by way of ${peer.address}`,
    tls === undefined ? undefined : `over ${tls.certificate === undefined ? 'TLS' : 'mutual TLS'}`,
    tls?.sni === undefined ? undefined : `SNI ${tls.sni}`,
    token === undefined ? undefined : 'with a valid token',
  ]
  const what =
    http === undefined
      ? 'TCP connection'
      : `${http.method} ${http.scheme ?? 'http'}://${http.authority ?? ''}${http.path ?? ''}${versionText(protocol, http.version)}`
  return `${what} ${where.filter((part) => part !== undefined).join(', ')}`
}

/** HTTP/1.1 goes without saying. */
function versionText(protocol: TraceRequest['protocol'], version: string | undefined): string {
  if (protocol === 'http2') return ' (HTTP/2)'
  return version === '1.0' ? ' (HTTP/1.0)' : ''
}
