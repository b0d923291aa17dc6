import type { JsonObject } from '../json.ts'

/** Members that say where a secret is, or what kind it is. */
export const shown = new Set([
  '@type',
  'type_url',
  'typeUrl',
  'filename',
  'environment_variable',
  'environmentVariable',
  'client',
  'path',
  'provider_name',
  'providerName',
])

/** What of a TlsCertificate anybody may see. */
export const publicParts = new Set(
  ['certificate_chain', 'ocsp_staple', 'signed_certificate_timestamp', 'watched_directory'].flatMap((name) => [
    name,
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  ]),
)

const secretTypes = ['.Secret', '.GenericSecret', '.TlsSessionTicketKeys', '.PrivateKeyProvider']

/** Types whose fields do not say by their own names that they are secret. */
export function isSecretType(type: string): boolean {
  return secretTypes.some((name) => type.endsWith(name))
}

/** A resource of SDS by where it stands: until 1.13 Envoy printed it without its type, and in a bootstrap it has none. */
export function standsAsSecret(object: JsonObject, key: string, parent: string): boolean {
  if (key !== 'secret' && key !== 'secrets') return false
  if (typeof object['@type'] === 'string') return false
  if (key === 'secret') return /^(?:dynamic_?active|dynamic_?warming|static)_?secrets$/i.test(parent)
  return /^static_?resources$/i.test(parent)
}
