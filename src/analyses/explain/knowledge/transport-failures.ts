import type { Cause } from './cause/cause.ts'
import { alertIn } from './tls-alerts.ts'

/** A pattern of `%UPSTREAM_TRANSPORT_FAILURE_REASON%` and of the transport failure that details quote. */
interface Pattern {
  readonly pattern: RegExp
  readonly cause: Omit<Cause, 'source' | 'fields'> & { readonly fields?: readonly string[] }
}

const tlsFields = ['transport_socket', 'common_tls_context']

/** The most telling first: one reason holds several. Spaces may be underscores. */
const patterns: readonly Pattern[] = [
  {
    pattern: /CERTIFICATE_VERIFY_FAILED|verify[ _]cert|verify[ _]SAN|cert(?:ificate)?[ _]verif/i,
    cause: {
      title: 'certificate not accepted',
      meaning:
        'This proxy does not accept the certificate of the server: signed by an authority that is not trusted, with other names (SAN), or expired',
      by: 'configuration',
      sure: 'likely',
      fields: ['validation_context.trusted_ca', 'match_typed_subject_alt_names'],
      next: { text: 'Compare the trust roots (kubectl proxy-config rootca-compare) and the names.', topic: 'identity' },
    },
  },
  {
    pattern: /WRONG_VERSION_NUMBER|UNEXPECTED_MESSAGE|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG/,
    cause: {
      title: 'server speaks no TLS',
      meaning: 'This proxy began TLS and the server answered something else: it expects plaintext on that port',
      by: 'configuration',
      sure: 'likely',
      fields: ['transport_socket'],
      next: { text: 'Take TLS out of the cluster, or use the port that speaks TLS.', topic: 'noUpstreamTls' },
    },
  },
  {
    pattern: /NO_SHARED_CIPHER|UNSUPPORTED_PROTOCOL|NO_CIPHER|INAPPROPRIATE_FALLBACK/,
    cause: {
      title: 'no common TLS version',
      meaning: 'Both sides have no TLS version or cipher in common',
      by: 'configuration',
      sure: 'certain',
      fields: ['tls_params'],
      next: 'Compare tls_minimum_protocol_version and cipher_suites of the cluster with the server.',
    },
  },
  {
    pattern: /(?:secret|certificate)[ _](?:is )?not[ _](?:supplied|ready)|Secret[ _]is[ _]not[ _]supplied/i,
    cause: {
      title: 'secret missing',
      meaning: 'The certificate that the proxy is to use has not come by SDS',
      by: 'control-plane',
      sure: 'certain',
      fields: ['tls_certificate_sds_secret_configs', 'validation_context_sds_secret_config'],
      next: 'Does the Secret exist? kubectl proxy-config secrets lists what has come.',
    },
  },
  errno(
    111,
    'Connection refused',
    'connection refused',
    'The host answered that nothing listens on that port',
    'upstream',
    'Does the server listen on that port, on all addresses and not on 127.0.0.1 alone? Compare targetPort of the Service with the port of the container.',
  ),
  errno(
    113,
    'No route to host',
    'no way to the host',
    'The host cannot be reached: its node is gone, or a firewall says no',
    'network',
    'Does the pod still exist? Compare kubectl get endpointslices with kubectl proxy-config endpoints.',
  ),
  errno(
    110,
    'Connection timed out',
    'connection timed out',
    'The host did not answer the attempt to connect',
    'network',
    'A network policy or a firewall drops packets without an answer: can the pod reach that address?',
  ),
  errno(
    101,
    'Network is unreachable',
    'no network',
    'There is no route to the network of the host',
    'network',
    'IPv6 addresses in a pod without IPv6 are frequent: compare dns_lookup_family and the addresses of the endpoints.',
  ),
  errno(
    104,
    'Connection reset by peer',
    'connection reset',
    'The host reset the connection',
    'upstream',
    'Does the server take connections of this kind on that port? A proxy or a load balancer between may have reset it.',
  ),
  errno(
    99,
    'Cannot assign requested address',
    'no free port',
    'This proxy has no port left to connect from',
    'proxy',
    'Too many connections to one address: raise the range of ports, or keep connections open (max_requests_per_connection).',
  ),
  errno(
    13,
    'Permission denied',
    'not permitted',
    'The system does not let the proxy connect',
    'network',
    'Look at the security policy of the node and at network policies.',
  ),
  errno(
    2,
    'No such file or directory',
    'socket missing',
    'The Unix socket that the host is does not exist',
    'upstream',
    'Does the program that makes the socket run, and is its folder mounted?',
  ),
  {
    pattern: /connection[ _]timeout|transport[ _]socket[ _]timeout/i,
    cause: {
      title: 'connection timed out',
      meaning: 'The connection, or its TLS handshake, was not made in time',
      by: 'network',
      sure: 'likely',
      fields: ['connect_timeout', 'transport_socket_connect_timeout'],
      next: 'Can the pod reach that address? A server that waits for the client to speak looks like this when TLS is begun.',
    },
  },
  {
    pattern: /TLS[ _]error|SSL[ _]|OPENSSL_internal/i,
    cause: {
      title: 'TLS failed',
      meaning: 'The TLS handshake with the server failed',
      by: 'network',
      sure: 'unclear',
      next: 'Compare the TLS settings of both sides: kubectl proxy-config clusters -o yaml; openssl s_client shows the server.',
    },
  },
]

/** What a reason for a failed connection means; undefined for one that this program does not know. */
export function transportFailure(failure: string): Cause | undefined {
  const alert = alertIn(failure)
  // BoringSSL names what this side found itself without the word ALERT.
  if (alert !== undefined)
    return {
      title: `TLS alert ${alert.name.toLowerCase().replaceAll('_', ' ')}`,
      meaning: `The TLS handshake failed: ${alert.alert.meaning}`,
      by: 'configuration',
      sure: 'likely',
      fields: tlsFields,
      next: alert.alert.next,
      source: 'tls',
    }
  const found = patterns.find(({ pattern }) => pattern.test(failure))
  return found && { fields: tlsFields, ...found.cause, source: 'constants' }
}

/** An error of the system: `delayed connect error: 111`, in newer versions `delayed connect error: Connection refused`. (errno of Linux) */
function errno(code: number, words: string, title: string, meaning: string, by: Cause['by'], next: string): Pattern {
  return {
    pattern: new RegExp(`connect[ _]error:[ _]?(?:${code}\\b|${words.replaceAll(' ', '[ _]')})`),
    cause: { title, meaning, by, sure: 'likely', fields: ['endpoint.address', 'connect_timeout'], next },
  }
}
