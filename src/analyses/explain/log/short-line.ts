import { flagsByName } from '../knowledge/response-flags.ts'
import { type FieldName, type LoggedRequest, ReadLine } from './logged-request.ts'

/**
 * A failure in the few words in which people pass it on: `503 UC`, `403 rbac_access_denied_matched_policy[none]`, `UF,URX`.
 * Undefined for a text that is no such.
 */
export function shortLine(text: string): LoggedRequest | undefined {
  const values = new Map<FieldName, string>()
  for (const word of text.trim().split(/\s+/)) {
    const field = fieldOf(word)
    if (field === undefined || values.has(field)) return undefined
    values.set(field, word)
  }
  if (values.size === 0) return undefined
  const names = [...values.keys()]
  return new ReadLine(new Map(names.map((name, at) => [name, at])), [...values.values()])
}

function fieldOf(word: string): FieldName | undefined {
  if (/^[0-5]\d\d$|^0$/.test(word)) return 'code'
  if (word.split(',').every((flag) => flagsByName.has(flag))) return 'flags'
  return /^[a-z][a-z0-9]*[_.][\w.]+(?:[[{(:].*)?$/.test(word) ? 'details' : undefined
}
