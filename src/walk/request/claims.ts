import { isObject, type Json, type JsonObject } from '../../envoy/json.ts'
import { UsageError } from '../../errors.ts'

/**
 * Claims as `NAME=VALUE`: the value is a text, or JSON where it begins with `[`, `{` or `"`. One that is given several times is a list.
 * @throws UsageError
 */
export function claimsFrom(texts: readonly string[]): JsonObject {
  const claims = new Map<string, Json>()
  for (const text of texts) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? []
    if (name === '') throw new UsageError(`--claim accepts NAME=VALUE, got ${JSON.stringify(text)}`)
    const before = claims.get(name)
    const read = claimValue(name, value)
    claims.set(name, before === undefined ? read : [...(Array.isArray(before) ? before : [before]), read])
  }
  return Object.fromEntries(claims)
}

/** Claims of a requests file, with the types that they have there. @throws UsageError */
export function claimsOf(value: Json | undefined): JsonObject | undefined {
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) throw new UsageError('claims in request are {name: value}')
  return value
}

function claimValue(name: string, value: string): Json {
  if (!/^[[{"]/.test(value)) return value
  try {
    return JSON.parse(value) as Json
  } catch {
    throw new UsageError(`--claim ${name} is no JSON: ${JSON.stringify(value)}`, {
      hint: 'A list is written ["a","b"], or the flag is repeated.',
    })
  }
}
