import { codeDetail } from '../knowledge/code-details.ts'
import { flagsByName } from '../knowledge/response-flags.ts'
import { type FieldName, type LoggedRequest, ReadLine } from './logged-request.ts'

/**
 * A piece of a line, or a line of a format that is not known, as far as status and flags stand side by side in it, with the details behind
 * them. Undefined for a text without these.
 */
export function fragment(text: string): LoggedRequest | undefined {
  for (const [, code = '', flags = '', rest = ''] of text.matchAll(statusAndFlags)) {
    const isKnown = flags === '-' || flags.split(',').every((flag) => flagsByName.has(flag))
    if (!isKnown) continue
    const details = codeDetail(rest) === undefined ? undefined : rest
    const failure = /"((?:TLS|delayed|immediate)[ _][^"]+)"/.exec(text)?.[1]
    const values = [code, flags, details, failure]
    return new ReadLine(fragmentPlaces, values)
  }
  return undefined
}

const statusAndFlags = /(?:^|[\s"])([1-5]\d\d|0) +(-|[A-Z]{2,5}(?:,[A-Z]{2,5})*)(?= |$)(?: +(\S+))?/g

const fragmentPlaces: ReadonlyMap<FieldName, number> = new Map([
  ['code', 0],
  ['flags', 1],
  ['details', 2],
  ['transportFailure', 3],
])

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
