import type { Outcome } from '../../../semantics/outcome.ts'
import type { OutcomeReason } from '../../../semantics/reasons/reason.ts'
import { isRefusedCertificate } from '../../../walk/refused-certificate.ts'
import type { Alternative, Hop, Trace } from '../../../walk/trace-result.ts'

/** What the access log of the proxy that sends has. */
type Logged = Pick<Outcome, 'status' | 'flags' | 'details'>

// As Envoy 1.40 logs it, measured with each pair of listeners.

const closed: Logged = {
  status: 503,
  flags: 'UC',
  details: 'upstream_reset_before_response_started{connection_termination}',
}
const handshakeFails: Logged = {
  status: 503,
  flags: 'UF',
  details: 'upstream_reset_before_response_started{remote_connection_failure|TLS_error}',
}
const notHttp2: Logged = {
  status: 502,
  flags: 'UPE',
  details: 'upstream_reset_before_response_started{protocol_error}',
}
const passedOn: Logged = { status: 400, details: 'via_upstream' }

/** What the proxy that sends makes of it when the next one refuses a request before it is routed; undefined where that is not known. */
function loggedFor({ kind, status, reason, conditions }: Alternative['outcome'], tls: boolean): Logged | undefined {
  if (conditions.length > 0) return undefined
  if (kind === 'noFilterChain') return tls ? handshakeFails : closed
  if (kind !== 'denied') return undefined
  const known = byReason[reason.code]
  if (known !== undefined) return known
  if (status === undefined) return closed
  return status === 400 ? passedOn : undefined
}

const byReason: Readonly<Partial<Record<OutcomeReason['code'], Logged>>> = {
  'client-certificate-missing': handshakeFails,
  'client-certificate-untrusted': handshakeFails,
  // The answer of the next proxy is plain text in the midst of a handshake, or of HTTP/2.
  'tls-not-terminated': handshakeFails,
  'http2-at-http1-codec': notHttp2,
  'http1-at-http2-codec': closed,
}

/**
 * An alternative as it ends in the next proxy, where nothing else can come of it: that proxy refuses the certificate, the connection or
 * the form of the request. Its own answers, which policies and routes decide, are left to its part of the trace.
 * @param next the trace in the proxy of the endpoint
 * @param proxy its name
 */
export function withEndAtNext(alternative: Alternative, next: Trace, proxy: string): Alternative {
  const [end, second] = next.alternatives
  const hop = alternative.hops.at(-1)
  if (end === undefined || second !== undefined || hop?.endpoints?.length !== 1) return alternative
  const { probability, conditions } = alternative.outcome
  if (isRefusedCertificate(end.outcome)) return { ...alternative, outcome: { ...end.outcome, probability, conditions } }
  const logged = loggedFor(end.outcome, speaksTls(hop))
  if (logged === undefined) return alternative
  const { reason, filter } = end.outcome
  return {
    ...alternative,
    outcome: {
      kind: 'denied',
      // Of a connection without HTTP only a failed handshake leaves a flag.
      ...(hop.protocol === 'http' ? logged : logged === handshakeFails ? { flags: 'UF' } : {}),
      reason,
      ...(filter === undefined ? {} : { filter }),
      refusedBy: proxy,
      probability,
      conditions,
    },
  }
}

function speaksTls({ tls }: Hop): boolean {
  return tls !== undefined && tls.mode !== 'plaintext' && tls.mode !== 'internal'
}
