import { isObject, type JsonObject, objectOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import type { Connection } from '../connection.ts'
import { endWith, type RequestEnd } from '../outcome.ts'
import { because, type OutcomeReason } from '../reasons/reason.ts'

/**
 * The TLS context of a filter chain; undefined when the chain takes the bytes as they are, or has a transport socket that cannot be
 * told. v2 `tls_context` included.
 */
export function downstreamTlsOf(chain: JsonObject): JsonObject | undefined {
  if (isObject(chain.tls_context)) return chain.tls_context
  if (!isObject(chain.transport_socket)) return undefined
  const { message, config } = typedConfig(chain.transport_socket)
  if (message === 'QuicDownstreamTransport') return objectOf(config.downstream_tls_context)
  if (message === 'DownstreamTlsContext' || message === 'TlsContext') return config
  // Wrappers (tap, proxy protocol …) hold the real socket; anything else leaves the bytes alone as far as TLS goes.
  if (isObject(config.transport_socket)) return downstreamTlsOf({ transport_socket: config.transport_socket })
  return undefined
}

/** The transport socket of a chain when nobody can tell what it lets through. */
export function unknownSocketOf(chain: JsonObject): string | undefined {
  if (!isObject(chain.transport_socket)) return undefined
  const { message, type, config } = typedConfig(chain.transport_socket)
  if (isObject(config.transport_socket)) return unknownSocketOf({ transport_socket: config.transport_socket })
  return message === 'StartTlsConfig' || type.includes('alts') ? message : undefined
}

/** The handshake that the chain asks for: the end when client and chain do not agree, undefined when they do. */
export function handshake(connection: Connection, tls: JsonObject | undefined): RequestEnd | undefined {
  if (tls === undefined) return undefined
  if (connection.tls === undefined) return fail('plaintext_to_tls', because('plaintext-to-tls', {}))
  const { certificate } = connection.tls
  if (tls.require_client_certificate === true && certificate === undefined) {
    return fail('client_certificate_required', because('client-certificate-missing', {}))
  }
  const { validates, acceptsUntrusted } = validationOf(tls)
  if (certificate?.trusted === false && validates && !acceptsUntrusted) {
    return fail('client_certificate_untrusted', because('client-certificate-untrusted', {}))
  }
  return undefined
}

/** Whether a client certificate was asked for and given, and whether it was checked, as route matching sees it. */
export function presentedCertificate(
  connection: Connection,
  tls: JsonObject | undefined,
): { readonly presented: boolean; readonly validated: boolean } {
  const certificate = connection.tls?.certificate
  if (tls === undefined || certificate === undefined) return { presented: false, validated: false }
  const { validates } = validationOf(tls)
  // Envoy asks the client for a certificate only when it requires or can validate one.
  const presented = validates || tls.require_client_certificate === true
  return { presented, validated: presented && validates && certificate.trusted !== false }
}

function validationOf(tls: JsonObject): { validates: boolean; acceptsUntrusted: boolean } {
  const common = objectOf(tls.common_tls_context)
  const combined = objectOf(common.combined_validation_context)
  const context = common.validation_context ?? combined.default_validation_context
  const bySecret = common.validation_context_sds_secret_config ?? combined.validation_context_sds_secret_config
  const details = objectOf(context)
  const validates =
    bySecret !== undefined || details.trusted_ca !== undefined || details.custom_validator_config !== undefined
  return { validates, acceptsUntrusted: details.trust_chain_verification === 'ACCEPT_UNTRUSTED' }
}

function fail(details: string, reason: OutcomeReason): RequestEnd {
  return endWith({ kind: 'denied', details, reason })
}
