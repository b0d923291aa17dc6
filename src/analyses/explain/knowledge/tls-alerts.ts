import type { Step } from '../../../envoy/control-plane/with-words.ts'

/** A TLS alert that the other side sent: what it means of this side, in words. (RFC 8446, 6; RFC 5246, 7.2) */
interface TlsAlert {
  readonly meaning: string
  readonly next: Step
}

const clientCertificate: Step = {
  text: 'Compare the certificate of the cluster (kubectl proxy-config secrets) with what the server trusts.',
  topic: 'upstreamTls',
}
const versions = 'Compare the TLS versions and ciphers of both sides: tls_params of the cluster.'
const library = 'The two TLS libraries do not agree: look at the log of the server.'

/** By the name that BoringSSL has for it behind `SSLV3_ALERT_`, `TLSV1_ALERT_` and `TLSV1_`. */
const tlsAlerts: ReadonlyMap<string, TlsAlert> = new Map([
  alert('CLOSE_NOTIFY', 'the server ended the connection in order', 'Look at the log of the server.'),
  alert('UNEXPECTED_MESSAGE', 'the server got a message that does not belong there', library),
  alert('BAD_RECORD_MAC', 'the server could not verify a record', library),
  alert('DECRYPTION_FAILED', 'the server could not decrypt a record', library),
  alert('RECORD_OVERFLOW', 'a record was too long for the server', library),
  alert('DECOMPRESSION_FAILURE', 'the server could not decompress a record', library),
  alert('HANDSHAKE_FAILURE', 'the server found no TLS version, cipher or certificate that both sides take', versions),
  alert('NO_CERTIFICATE', 'the server asks for a client certificate and got none', clientCertificate),
  alert(
    'BAD_CERTIFICATE',
    'the server cannot read the client certificate, or its signature is wrong',
    clientCertificate,
  ),
  alert('UNSUPPORTED_CERTIFICATE', 'the server does not take client certificates of this kind', clientCertificate),
  alert('CERTIFICATE_REVOKED', 'the client certificate was revoked', clientCertificate),
  alert(
    'CERTIFICATE_EXPIRED',
    'the client certificate has expired',
    'Renew the certificate: kubectl proxy-config secrets has its dates. Compare the clocks as well.',
  ),
  alert('CERTIFICATE_UNKNOWN', 'the server does not accept the client certificate', clientCertificate),
  alert('ILLEGAL_PARAMETER', 'the server found a field of the handshake out of range', library),
  alert(
    'UNKNOWN_CA',
    'the server does not know the authority that signed the client certificate',
    'Compare the trust roots of both sides: kubectl proxy-config rootca-compare.',
  ),
  alert('ACCESS_DENIED', 'the server knows the client certificate and does not let it in', clientCertificate),
  alert('DECODE_ERROR', 'the server could not read a message of the handshake', library),
  alert('DECRYPT_ERROR', 'a signature of the handshake was wrong', clientCertificate),
  alert('EXPORT_RESTRICTION', 'the server does not take export ciphers', versions),
  alert('PROTOCOL_VERSION', 'the server does not speak the TLS versions that it was offered', versions),
  alert('INSUFFICIENT_SECURITY', 'the server asks for stronger ciphers than it was offered', versions),
  alert('INTERNAL_ERROR', 'the server met an error of its own', 'Look at the log of the server.'),
  alert('INAPPROPRIATE_FALLBACK', 'the server speaks a newer TLS version than was tried', versions),
  alert('USER_CANCELLED', 'the server gave up the handshake', 'Look at the log of the server.'),
  alert('NO_RENEGOTIATION', 'the server does not renegotiate', library),
  alert('MISSING_EXTENSION', 'the handshake lacks an extension that the server needs', library),
  alert('UNSUPPORTED_EXTENSION', 'the handshake has an extension that the server did not ask for', library),
  alert('CERTIFICATE_UNOBTAINABLE', 'the server could not fetch the client certificate', clientCertificate),
  alert('UNRECOGNIZED_NAME', 'the server has no certificate for the name that was sent as SNI', {
    text: 'Compare sni of the cluster with the names that the server serves.',
    topic: 'upstreamTls',
  }),
  alert('BAD_CERTIFICATE_STATUS_RESPONSE', 'the OCSP answer of the client is not valid', clientCertificate),
  alert('BAD_CERTIFICATE_HASH_VALUE', 'the hash of the client certificate is wrong', clientCertificate),
  alert('UNKNOWN_PSK_IDENTITY', 'the server does not know the key that was offered', library),
  alert('CERTIFICATE_REQUIRED', 'the server asks for a client certificate and got none', clientCertificate),
  alert(
    'NO_APPLICATION_PROTOCOL',
    'the server speaks none of the protocols that were offered (ALPN)',
    'Compare alpn_protocols and the HTTP version of the cluster with what the server speaks.',
  ),
])

/** The alert in a reason for a failed connection: `…:SSLV3_ALERT_CERTIFICATE_EXPIRED`. */
export function alertIn(failure: string): { readonly name: string; readonly alert: TlsAlert } | undefined {
  const name = /\b(?:SSLV3|TLSV1)(?:_ALERT)?_([A-Z_]+)/.exec(failure)?.[1]
  // The handshake's last word runs on into a mark of Envoy's: `…_UNKNOWN_CA:TLS_error_end`.
  const found = name === undefined ? undefined : tlsAlerts.get(name)
  return name === undefined || found === undefined ? undefined : { name, alert: found }
}

function alert(name: string, meaning: string, next: Step): readonly [string, TlsAlert] {
  return [name, { meaning, next }]
}
