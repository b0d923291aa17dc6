import { isObject, type Json, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { stringMatches } from './string-match.ts'

/** `envoy.type.matcher.v3.MetadataMatcher` against metadata by namespace. */
export function metadataMatches(matcher: JsonObject, metadata: JsonObject): boolean {
  const value = metadataValue(metadata, { key: matcher.filter, path: matcher.path })
  return valueMatches(objectOf(matcher.value), value) !== (matcher.invert === true)
}

/** What an `envoy.type.metadata.v3.MetadataKey` leads to in metadata by namespace. */
export function metadataValue(metadata: JsonObject, { key, path }: JsonObject): Json | undefined {
  let value: Json | undefined = metadata[stringOf(key) ?? '']
  for (const segment of objectsOf(path)) value = objectOf(value)[stringOf(segment.key) ?? '']
  return value
}

/** `envoy.type.matcher.v3.ValueMatcher`. */
function valueMatches(matcher: JsonObject, value: Json | undefined): boolean {
  if (matcher.present_match !== undefined) return (value !== undefined) === (matcher.present_match === true)
  if (isObject(matcher.string_match))
    return typeof value === 'string' && stringMatches(matcher.string_match, value) === true
  if (matcher.bool_match !== undefined) return value === (matcher.bool_match === true)
  if (isObject(matcher.null_match)) return value === null
  if (isObject(matcher.double_match)) return typeof value === 'number' && doubleMatches(matcher.double_match, value)
  const { list_match: list, or_match: or } = matcher
  if (isObject(list)) return Array.isArray(value) && value.some((item) => valueMatches(objectOf(list.one_of), item))
  if (isObject(or)) return objectsOf(or.value_matchers).some((option) => valueMatches(option, value))
  return false
}

function doubleMatches(matcher: JsonObject, value: number): boolean {
  if (!isObject(matcher.range)) return value === (numberOf(matcher.exact) ?? 0)
  return value >= (numberOf(matcher.range.start) ?? 0) && value < (numberOf(matcher.range.end) ?? 0)
}
