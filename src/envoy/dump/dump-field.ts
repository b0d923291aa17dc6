import type { Json, JsonObject } from '../json.ts'
import { camelName } from '../proto-json/proto-names.ts'

/** A field of the dump's own messages, in the case it arrived in. */
export function field(value: JsonObject, name: string): Json | undefined {
  return value[name] ?? value[camelCase(name)]
}

/** The few names that are asked for with every entry. */
const camelNames = new Map<string, string>()

function camelCase(name: string): string {
  const known = camelNames.get(name) ?? camelName(name)
  camelNames.set(name, known)
  return known
}
