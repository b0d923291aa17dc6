import { platform } from '../../platform/node.ts'
import { type Json, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../json.ts'
import { unwrap } from '../model/typed-config.ts'

/** One thing that a secret holds. Keys and other secret values are not in it. */
export interface SecretPart {
  readonly holds: 'certificate chain' | 'trusted CA' | 'session ticket keys' | 'generic secret' | 'nothing'
  /** PEM, decoded. */
  readonly pem?: string | undefined
  /** DER of certificates that come without PEM around them. */
  readonly der?: readonly Uint8Array[]
  /** Where the data is when it is not in the dump: `file /etc/certs/cert-chain.pem`. */
  readonly elsewhere?: string | undefined
  /** Of a SPIFFE bundle: the only domain it is trusted for. */
  readonly trustDomain?: string | undefined
}

/**
 * What a secret holds.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/secret.proto
 */
export function secretParts(secret: JsonObject): SecretPart[] {
  if (secret.tls_certificate !== undefined) return [certificateChain(objectOf(secret.tls_certificate))]
  if (secret.validation_context !== undefined) return trustedCas(objectOf(secret.validation_context))
  if (secret.session_ticket_keys !== undefined) return [{ holds: 'session ticket keys' }]
  if (secret.generic_secret !== undefined) return [{ holds: 'generic secret' }]
  return [{ holds: 'nothing' }]
}

function certificateChain(certificate: JsonObject): SecretPart {
  const { certificate_chain: chain, pkcs12 } = certificate
  if (chain === undefined && pkcs12 !== undefined) {
    return { holds: 'certificate chain', elsewhere: elsewhere(objectOf(pkcs12)) ?? 'PKCS #12, which is a secret' }
  }
  return { holds: 'certificate chain', ...dataOf(chain) }
}

function trustedCas(context: JsonObject): SecretPart[] {
  const { message, config } = unwrap(objectOf(objectOf(context.custom_validator_config).typed_config))
  // A validator of its own takes the place of trusted_ca, which then often stands there empty.
  if (message === 'SPIFFECertValidatorConfig') return spiffeBundles(config)
  if (context.trusted_ca !== undefined) return [{ holds: 'trusted CA', ...dataOf(context.trusted_ca) }]
  const instance = objectOf(context.ca_certificate_provider_instance)
  const provider = stringOf(instance.instance_name)
  if (provider !== undefined) return [{ holds: 'trusted CA', elsewhere: `certificate provider ${provider}` }]
  if (context.system_root_certs !== undefined) return [{ holds: 'trusted CA', elsewhere: 'the roots of the system' }]
  return [{ holds: 'nothing' }]
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/tls_spiffe_validator_config.proto */
function spiffeBundles(config: JsonObject): SecretPart[] {
  const perDomain = objectsOf(config.trust_domains).map(
    (domain): SecretPart => ({
      holds: 'trusted CA',
      ...dataOf(domain.trust_bundle),
      trustDomain: stringOf(domain.name),
    }),
  )
  return config.trust_bundles === undefined ? perDomain : [...perDomain, ...bundleMap(config.trust_bundles)]
}

/** A SPIFFE bundle map: the certificates are in the `x5c` of each key that signs X.509 SVIDs. */
function bundleMap(source: Json): SecretPart[] {
  const { pem: text, ...where } = dataOf(source)
  if (text === undefined) return [{ holds: 'trusted CA', ...where }]
  return Object.entries(objectOf(objectOf(parsed(text)).trust_domains)).map(([trustDomain, bundle]) => ({
    holds: 'trusted CA',
    trustDomain,
    der: objectsOf(objectOf(bundle).keys)
      .filter(({ use }) => use === 'x509-svid')
      .flatMap(({ x5c }) => stringsOf(x5c).slice(0, 1))
      .map((certificate) => platform.fromBase64(certificate)),
  }))
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/base.proto#config-core-v3-datasource */
function dataOf(value: Json | undefined): Pick<SecretPart, 'pem' | 'elsewhere'> {
  const source = objectOf(value)
  const bytes = stringOf(source.inline_bytes)
  const pem = bytes === undefined ? stringOf(source.inline_string) : platform.latin1(platform.fromBase64(bytes))
  return pem === undefined ? { elsewhere: elsewhere(source) } : { pem }
}

function elsewhere(source: JsonObject): string | undefined {
  const file = stringOf(source.filename)
  if (file !== undefined) return `file ${file}`
  const variable = stringOf(source.environment_variable)
  return variable === undefined ? undefined : `environment variable ${variable}`
}
