import { type Json, type JsonObject, objectOf, stringOf } from '../json.ts'
import { isCredentialName } from './credentials.ts'
import { type FieldRule, ruleOf } from './sensitive-fields.ts'

/** How all texts of a value are hidden. */
export interface Hiding {
  readonly place: string
  /** In these members only. */
  readonly only?: RegExp
  /** A scheme of authentication, and what Envoy fills in, stay. */
  readonly keepSchemes?: boolean
}

/** How a credential is hidden where the field holds one; undefined where it does not. */
export function hidingOf(rule: FieldRule, value: Json, key: string, object: JsonObject): Hiding | undefined {
  const place = key
  if (rule === 'credential') return { place }
  if (rule === 'credentialList') return Array.isArray(value) ? { place } : undefined
  if (rule === 'environment') return { place }
  if (rule === 'environmentList') return Array.isArray(value) ? { place, only: /^value$/ } : undefined
  if (rule === 'secret') return typeof value === 'string' ? { place, keepSchemes: true } : undefined
  if (rule === 'metadata') return { place, only: /^(?:value|raw_?value)$/i }
  if (rule === 'cookies')
    return typeof value === 'object' ? { place, only: /^(?:exact|prefix|suffix|contains|regex)$/ } : undefined
  if (rule === 'payload') return typeof value === 'object' ? { place, only: /^(?:text|binary)$/ } : undefined
  if (rule === 'headerValue') {
    const name = headerOf(object)
    return name !== undefined && isCredentialName(name) ? { place: name.toLowerCase(), keepSchemes: true } : undefined
  }
  if (rule !== 'named') return undefined
  if (typeof value === 'string') return { place, keepSchemes: true }
  // Tokens are also what rate limits count.
  if (typeof value === 'number') return /passw|passphrase|pwd/i.test(key) ? { place } : undefined
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? { place } : undefined
  return { place, only: /^(?:inline_?(?:string|bytes)|string_?value|(?:final_?|layer_?)?values?)$/i }
}

/** How a member is hidden that is a secret as a whole, by its own name; undefined for any other. */
export function wholeHidingOf(value: Json, key: string, object: JsonObject): Hiding | undefined {
  if (value === null || typeof value === 'boolean') return undefined
  const rule = ruleOf(key)
  if (rule === 'key') return { place: key }
  const hiding = hidingOf(rule, value, key, object)
  return hiding?.only === undefined ? hiding : undefined
}

/** The header, the parameter or the cookie that a condition or a value is of. */
function headerOf(object: JsonObject): string | undefined {
  if (isCredentialInput(object.input)) return 'authorization'
  const name = object.name ?? object.key ?? object.header_name ?? object.headerName
  return stringOf(name)
}

/** Whether an input of the matching API reads such a header, parameter or cookie. */
export function isCredentialInput(input: Json | undefined): boolean {
  const { typed_config, typedConfig } = objectOf(input)
  const { header_name, headerName, query_param, queryParam } = objectOf(typed_config ?? typedConfig)
  return isCredentialName(stringOf(header_name ?? headerName ?? query_param ?? queryParam) ?? '')
}
