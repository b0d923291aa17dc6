import { type JsonObject, objectOf } from '../../envoy/json.ts'
import { presentedCertificate } from '../connection/downstream-tls.ts'
import type { Connection } from '../connection.ts'
import type { HttpRequest } from '../request.ts'

/** Headers that only requests from inside may bring: Envoy takes them away from all others. */
const internalOnly = new Set(
  [
    ...['retry-on', 'retry-grpc-on', 'max-retries', 'retriable-header-names', 'retriable-status-codes'],
    ...['upstream-alt-stat-name', 'upstream-rq-timeout-ms', 'upstream-rq-per-try-timeout-ms'],
    ...['upstream-rq-timeout-alt-response', 'expected-rq-timeout-ms', 'hedge-on-per-try-timeout'],
    ...['force-trace', 'ip-tags', 'original-url'],
  ].map((name) => `x-envoy-${name}`),
)

/** Headers that not even a request from inside may bring to an edge. */
const atEdge = new Set([
  'x-envoy-decorator-operation',
  'x-envoy-downstream-service-cluster',
  'x-envoy-downstream-service-node',
  'x-envoy-original-path',
])

export interface Trust {
  readonly connection: Connection
  readonly downstreamTls: JsonObject | undefined
  /** The request counts as internal. */
  readonly internal: boolean
}

/**
 * The client's headers without those that the connection manager does not take from it.
 * (ConnectionManagerUtility::mutateRequestHeaders, cleanInternalHeaders, mutateXfccRequestHeader)
 */
export function trustedHeaders(
  headers: HttpRequest['headers'],
  connectionManager: JsonObject,
  { connection, downstreamTls, internal }: Trust,
): HttpRequest['headers'] {
  const edge = !internal && connectionManager.use_remote_address === true
  const underscores = objectOf(connectionManager.common_http_protocol_options).headers_with_underscores_action
  const forwardsCertificate = keepsCertificate(connectionManager, connection, downstreamTls)
  return headers.flatMap(([written, value]): [string, string][] => {
    const name = written.toLowerCase()
    if (name === 'x-envoy-internal' || (!internal && internalOnly.has(name)) || (edge && atEdge.has(name))) return []
    if (name === 'x-forwarded-client-cert' && !forwardsCertificate) return []
    if (underscores === 'DROP_HEADER' && name.includes('_')) return []
    if (name !== 'te') return [[written, value]]
    const trailers = value.split(',').some((token) => token.trim().toLowerCase() === 'trailers')
    return trailers ? [[written, 'trailers']] : []
  })
}

/** What the client says of certificates counts only behind a certificate of its own, unless it always does. */
function keepsCertificate(
  { forward_client_cert_details: details }: JsonObject,
  connection: Connection,
  downstreamTls: JsonObject | undefined,
): boolean {
  if (details === 'ALWAYS_FORWARD_ONLY') return true
  if (details === undefined || details === 'SANITIZE') return false
  return presentedCertificate(connection, downstreamTls).presented
}
