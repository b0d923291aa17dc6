import type { Json } from '../json.ts'
import { withoutCredentials } from './credentials.ts'
import { holdsPrivateKey } from './private-keys.ts'
import { isSuspicious } from './suspicious.ts'

/**
 * Whether Envoy hides this field in a dump (`udpa.annotations.sensitive` in its API). A control plane may print it in full,
 * so the value says nothing and must not be shown.
 * @param field in either case
 */
export function isSensitive(field: string, value: Json): boolean {
  const rule = ruleOf(field)
  if (rule === 'credentialList') return Array.isArray(value)
  return rule === 'key' || rule === 'credential'
}

/** What the name of a field says of its value. */
export type FieldRule =
  /** A private or symmetric key. */
  | 'key'
  /** A credential: a password, a token, what the API marks beside keys. */
  | 'credential'
  /** The same where the value is a list: `credentials` is also a message of OAuth2 without secrets. */
  | 'credentialList'
  /** A credential where the value is a text, or a DataSource; a message of the API where it is anything else. */
  | 'named'
  /** A value or a condition that belongs to the header or parameter that a field beside it names. */
  | 'headerValue'
  /** Values of a matcher that stand as the keys of a map. */
  | 'matchMap'
  /** Headers that a client of gRPC sends. */
  | 'metadata'
  /** Environment variables. */
  | 'environment'
  /** The same where the value is a list, as containers have it; a label that is called so is none. */
  | 'environmentList'
  /** What a health check sends, or expects. */
  | 'payload'
  | 'jwks'
  | 'jwkMember'
  /** A resource of SDS, or another field that is called `secret`. */
  | 'secret'
  | 'secrets'
  /** Conditions on cookies, whatever their names. */
  | 'cookies'
  /** Names of cookies, which are no cookies. */
  | 'names'
  | 'type'
  /** The name itself has a private key or a credential in it. */
  | 'secretName'
  /** Nothing. */
  | 'plain'

const fields: Readonly<Partial<Record<FieldRule, string>>> = {
  key: 'pkcs12 private_key private_key_provider session_ticket_keys',
  // Of the API, but for the last two lines: what it does not mark, and holds credentials all the same.
  credential: `auth_password auth_username backend_token context_extensions credentials_data_source downstream_auth_password
    downstream_auth_passwords downstream_auth_username generic_secret password secret_access_key secret_data session_token users
    web_identity_token_data_source
    kubectl.kubernetes.io/last-applied-configuration proxy.istio.io/overrides
    access_token authorization_token config_yaml google_refresh_token json_key`,
  credentialList: 'credentials',
  headerValue: `value raw_value string_match exact_match prefix_match suffix_match contains_match safe_regex_match regex_match
    default_value value_match`,
  matchMap: 'exact_match_map prefix_match_map',
  metadata: 'initial_metadata',
  environment: 'ENV key_values proxy_metadata',
  environmentList: 'env',
  payload: 'send receive',
  jwks: 'local_jwks',
  jwkMember: 'd p q dp dq qi k oth',
  secret: 'secret',
  secrets: 'secrets',
  cookies: 'cookies',
  names: 'cookie_names from_cookies',
  type: '@type',
}

/** Names that say for themselves what they hold, in whatever configuration: of Wasm plugins, of Structs, in a node's metadata. */
const named =
  /(?:passwords?|passwd|pwd|passphrase|secrets?|tokens?|dockerc(?:onfigjson|fg)|(?:api|access|account|encryption|hmac|master|private|secret|shared|signing)keys?|credentials?|authorization)(?:value|string|text|data|base64|hash)?$/

/** Headers as names of members: Envoy's own names have no hyphen. */
const header = /-(?:auth|cookie|jwt|assertion)$|^x-(?:[\w-]*-)?key$/i

/** Empty until a name is first asked for, which not every command does. */
const rules = new Map<string, FieldRule>()

function addKnown(): void {
  for (const [rule, names] of Object.entries(fields) as [FieldRule, string][]) {
    for (const name of names.split(/\s+/)) {
      rules.set(name, rule)
      rules.set(
        name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
        rule,
      )
    }
  }
}

/** Keys come from outside: what is kept of them stays bounded. */
const limit = 10_000

/** @param field in either case */
export function ruleOf(field: string): FieldRule {
  if (rules.size === 0) addKnown()
  const known = rules.get(field)
  if (known !== undefined) return known
  const rule = ruleByForm(field)
  if (rules.size < limit) rules.set(field, rule)
  return rule
}

function ruleByForm(field: string): FieldRule {
  if (isSuspicious(field) && (holdsPrivateKey(field) || withoutCredentials(field) !== field)) return 'secretName'
  return header.test(field) || named.test(field.toLowerCase().replace(/[^a-z0-9]/g, '')) ? 'named' : 'plain'
}
