import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { httpOptionsOf } from '../../semantics/clusters/upstream-names.ts'
import type { DumpIndex } from '../../semantics/connection/dump-index.ts'

/** How a TLS context checks the certificate of its peer, what stands in it and what its secret says taken together. */
export interface Validation {
  /** Whether it has a validation context at all. */
  readonly isThere: boolean
  /** Whether a part of it is a secret that is not in the dump: then nothing is known of it. */
  readonly isUnknown: boolean
  /** Checked against roots, or by a validator of its own. */
  readonly checksIssuer: boolean
  /** Checked against the hash of a certificate or key. */
  readonly checksHash: boolean
  /** Whether the names in the certificate are checked. */
  readonly checksNames: boolean
  readonly acceptsUntrusted: boolean
}

/** The validation of a TLS context. @param common `common_tls_context` */
export function validationOf(common: JsonObject, index: DumpIndex): Validation {
  const combined = objectOf(common.combined_validation_context)
  const bySecret = common.validation_context_sds_secret_config ?? combined.validation_context_sds_secret_config
  const own = common.validation_context ?? combined.default_validation_context
  const entry = isObject(bySecret) ? index.serving('secrets', stringOf(bySecret.name) ?? '') : undefined
  const contexts = [objectOf(own), objectOf(entry?.resource.validation_context)]
  const has = (...fields: readonly string[]) =>
    contexts.some((context) => fields.some((field) => isSet(context[field])))
  return {
    isThere: isObject(bySecret) || (isObject(own) && Object.keys(own).length > 0),
    isUnknown: isObject(bySecret) && entry === undefined,
    checksIssuer: has('trusted_ca', 'ca_certificate_provider_instance', 'custom_validator_config', 'system_root_certs'),
    checksHash: has('verify_certificate_hash', 'verify_certificate_spki'),
    checksNames: has(
      'match_subject_alt_names',
      'match_typed_subject_alt_names',
      'verify_subject_alt_name',
      'custom_validator_config',
    ),
    acceptsUntrusted: contexts.some(({ trust_chain_verification }) => trust_chain_verification === 'ACCEPT_UNTRUSTED'),
  }
}

/**
 * Whether a TLS context asks for the name of the host in the server's certificate. With a context that has no roots every handshake then fails.
 * @param cluster whose context it is
 */
export function asksForHostName(tls: JsonObject, cluster: JsonObject): boolean {
  const { validation_context, validation_context_sds_secret_config, combined_validation_context } = objectOf(
    tls.common_tls_context,
  )
  const contexts = [validation_context, validation_context_sds_secret_config, combined_validation_context]
  const isAsked = httpOptionsOf(cluster).auto_san_validation === true || tls.auto_sni_san_validation === true
  return isAsked && contexts.some((context) => isObject(context))
}

/** A field that is set to something: an empty list or object is as good as absent. */
function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return objectsOf(value).length > 0 || stringsOf(value).length > 0
  return isObject(value) ? Object.keys(value).length > 0 : value !== undefined
}
