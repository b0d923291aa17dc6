import type { JsonObject } from '../envoy/json.ts'
import { endWith, type Outcome, type RequestEnd } from '../semantics/outcome.ts'
import { because } from '../semantics/reasons/reason.ts'
import { certificateFault, tlsSide } from './certificates/peer-check.ts'
import type { TlsSecret } from './certificates/tls-secrets.ts'
import type { TraceState } from './trace-state.ts'

/** Whether a request ended because one side of a handshake refused the certificate of the other. */
export function isRefusedCertificate({ reason }: Outcome): boolean {
  return reason.code === 'server-certificate-refused' || reason.code === 'client-certificate-refused'
}

/** As Envoy 1.40 logs it at the client, whichever side refuses: the handshake fails before the request is sent. */
const details = 'upstream_reset_before_response_started{remote_connection_failure|TLS_error}'

/**
 * The end of a request from another proxy when one of the two does not accept the certificate of the other: the client answers 503 UF.
 * @param tls `DownstreamTlsContext`
 * @param served the certificate that this proxy shows
 */
export function refusedCertificate(
  { arrival, index, moment, request }: TraceState,
  tls: JsonObject,
  served: TlsSecret,
): RequestEnd | undefined {
  if (arrival === undefined) return undefined
  const { client, proxy } = arrival
  const end = { kind: 'denied' as const, ...(request.http === undefined ? {} : { status: 503 }), flags: 'UF', details }
  const refusedByClient = certificateFault(client, served, moment?.now)
  if (refusedByClient !== undefined) {
    const which = { certificate: served.name, presentedBy: proxy, rejectedBy: client.proxy, cause: refusedByClient }
    return endWith({ ...end, reason: because('server-certificate-refused', which) })
  }
  if (client.certificate === undefined) return undefined
  const refused = certificateFault(tlsSide(proxy, tls, index), client.certificate, moment?.now)
  if (refused === undefined) return undefined
  const which = { certificate: client.certificate.name, presentedBy: client.proxy, rejectedBy: proxy, cause: refused }
  return endWith({ ...end, reason: because('client-certificate-refused', which) })
}
