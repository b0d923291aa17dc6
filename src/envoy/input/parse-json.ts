import { AppError } from '../../errors.ts'
import type { Json } from '../json.ts'

/**
 * Levels of lists and objects in one another that are read. Protobuf reads no message that is more than 100 messages deep, so what
 * Envoy prints stays below; whatever walks a value needs no guard of its own against depth.
 */
export const maxLevels = 500

/**
 * `JSON.parse` for text from outside.
 * @param label names the input in errors
 * @throws SyntaxError where it is no JSON; AppError where it is nested deeper than `maxLevels`
 */
export function parseJson(text: string, label: string): Json {
  const value: Json = JSON.parse(text)
  // Each level takes two brackets.
  if (text.length >= 2 * maxLevels && isTooDeep(value)) throw nestedTooDeep(label)
  return value
}

export function nestedTooDeep(label: string): AppError {
  return new AppError(`${label} is nested more than ${maxLevels} levels deep, and is not read`)
}

/** Whether a value has more levels than are read. */
export function isTooDeep(value: Json): boolean {
  return isDeeper(value, maxLevels)
}

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  // A loop over what `Object.values` gives would copy every object of a dump.
  if (Array.isArray(value)) {
    for (const item of value) if (isDeeper(item, levels - 1)) return true
    return false
  }
  for (const key in value) if (isDeeper(value[key] ?? null, levels - 1)) return true
  return false
}
