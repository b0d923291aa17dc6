import type { Cause } from './cause/cause.ts'
import { alertIn } from './tls-alerts.ts'

/** Patterns of `%DOWNSTREAM_TRANSPORT_FAILURE_REASON%`, in BoringSSL's words, the most telling first. */
const patterns: readonly (readonly [pattern: RegExp, cause: Omit<Cause, 'source' | 'fields'>])[] = [
  [
    /PEER_DID_NOT_RETURN_A_CERTIFICATE/,
    {
      title: 'client certificate missing',
      meaning: 'The client sent no certificate, and the listener asks for one',
      by: 'client',
      sure: 'certain',
      next: { text: 'Is the client in the mesh, and does it show a certificate?', topic: 'strictTls' },
    },
  ],
  [
    /CERTIFICATE_VERIFY_FAILED/,
    {
      title: 'client certificate not accepted',
      meaning: 'The listener does not accept the certificate of the client',
      by: 'client',
      sure: 'likely',
      next: 'Compare the trust roots of both sides: kubectl proxy-config rootca-compare.',
    },
  ],
  [
    /HTTP_REQUEST|WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL|UNEXPECTED_MESSAGE/,
    {
      title: 'client speaks no TLS',
      meaning: 'The client sent plaintext to a filter chain that expects TLS',
      by: 'client',
      sure: 'likely',
      next: 'Have the client speak TLS, or send it to the port for plaintext.',
    },
  ],
  [
    /NO_SHARED_CIPHER|UNSUPPORTED_PROTOCOL|NO_CIPHER/,
    {
      title: 'no common TLS version',
      meaning: 'The client and the listener have no TLS version or cipher in common',
      by: 'client',
      sure: 'certain',
      next: 'Compare tls_minimum_protocol_version and cipher_suites of the listener with the client.',
    },
  ],
]

const fields = ['transport_socket', 'require_client_certificate', 'common_tls_context']

/** Why the TLS handshake of a client failed; undefined for a reason that this program does not know. */
export function downstreamFailure(failure: string): Cause | undefined {
  const alert = alertIn(failure)
  if (alert !== undefined) {
    return {
      title: `TLS alert ${alert.name.toLowerCase().replaceAll('_', ' ')}`,
      meaning:
        'The client ended the TLS handshake with an alert: it does not accept the certificate or the settings of the listener',
      by: 'client',
      sure: 'likely',
      fields,
      next: 'Compare the certificate of the listener (kubectl proxy-config secrets) with the names and roots that the client expects.',
      source: 'tls',
    }
  }
  const found = patterns.find(([pattern]) => pattern.test(failure))?.[1]
  return found && { ...found, fields, source: 'tls' }
}
