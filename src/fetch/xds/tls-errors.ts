/** OpenSSL's reason for an error, without its file, line and number; the message of any other error. */
export function tlsReason(error: Error & { code?: unknown; reason?: unknown }): string {
  const { code, reason } = error
  if (typeof code === 'string' && code.startsWith('ERR_SSL_') && typeof reason === 'string') return reason
  // After the semicolon Node gives advice for programs of one's own.
  const [message = ''] = error.message.split(';')
  return /^[\dA-F]+:error:[\dA-F]+:[^:]*:[^:]*:([^:]+):/.exec(message)?.[1] ?? message
}

/** Whether a server ended TLS because it was shown no certificate. (RFC 8446, 6.2: certificate_required) */
export function wantsCertificate(error: Error & { code?: unknown }): boolean {
  return error.code === 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'
}
