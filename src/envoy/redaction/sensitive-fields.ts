import type { Json } from '../json.ts'

/** What stands for a value that is not to be seen; Envoy writes the same. */
export const redacted = '[redacted]'

/**
 * Whether Envoy hides this field in a dump (`udpa.annotations.sensitive` in its API). A control plane may print it in full,
 * so the value says nothing and must not be shown.
 * @param field in either case
 */
export function isSensitive(field: string, value: Json): boolean {
  if (field === 'credentials') return Array.isArray(value)
  return sensitive.has(field)
}

/** `credentials` is apart: a list of keys in ApiKeyAuth and RedisProtocolOptions, a message without secrets in OAuth2. */
const names = [
  'auth_password',
  'auth_username',
  'backend_token',
  'context_extensions',
  'credentials_data_source',
  'downstream_auth_password',
  'downstream_auth_passwords',
  'downstream_auth_username',
  'generic_secret',
  'password',
  'pkcs12',
  'private_key',
  'private_key_provider',
  'secret_access_key',
  'secret_data',
  'session_ticket_keys',
  'session_token',
  'users',
  'web_identity_token_data_source',
]

const sensitive = new Set([
  ...names,
  ...names.map((name) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())),
])
