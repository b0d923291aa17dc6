import { type JsonObject, stringOf } from '../envoy/json.ts'

/** A field as text; empty when it is absent or no text. */
export function text(entry: JsonObject, field: string): string {
  return stringOf(entry[field]) ?? ''
}

/** Orders entries by one key after the other, by code unit. */
export function byKeys(...keys: ((entry: JsonObject) => string)[]): (a: JsonObject, b: JsonObject) => number {
  return (a, b) => {
    for (const key of keys) {
      const [left, right] = [key(a), key(b)]
      if (left !== right) return left < right ? -1 : 1
    }
    return 0
  }
}

/** Orders entries by their fields. */
export function byFields(...fields: string[]): (a: JsonObject, b: JsonObject) => number {
  return byKeys(...fields.map((field) => (entry: JsonObject) => text(entry, field)))
}
