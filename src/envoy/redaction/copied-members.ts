import type { Json, JsonObject } from '../json.ts'

/** The entries before a key. */
export function until(from: JsonObject, end: string): JsonObject {
  const copy: JsonObject = {}
  for (const key in from) {
    if (key === end) break
    put(copy, key, from[key])
  }
  return copy
}

/** A name for a member whose own is hidden, and which may not be the only one. */
export function free(copy: JsonObject, from: JsonObject, wanted: string, own: string): string {
  if (wanted === own) return own
  let name = wanted
  for (let count = 2; Object.hasOwn(copy, name) || Object.hasOwn(from, name); count++) name = `${wanted} ${count}`
  return name
}

/** Assigning to `__proto__` would set the prototype instead of a key. */
export function put(object: JsonObject, key: string, value: Json | undefined): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  } else object[key] = value
}
