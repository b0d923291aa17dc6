import type { Json, JsonObject } from './json.ts'

/** A field of the dump's own messages, in the case it arrived in. */
export function field(value: JsonObject, name: string): Json | undefined {
  return value[name] ?? value[camelCase(name)]
}

const camelNames = new Map<string, string>()

/** `version_info` as `versionInfo`. */
export function camelCase(name: string): string {
  const known = camelNames.get(name)
  if (known !== undefined) return known
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  camelNames.set(name, camel)
  return camel
}
