import {
  isObject,
  type Json,
  type JsonObject,
  numberOf,
  objectOf,
  objectsOf,
  ownMember,
  stringOf,
} from '../../envoy/json.ts'
import { isOpen, type MetadataPlace, type StreamState } from './stream-state.ts'
import { stringMatches } from './string-match.ts'
import type { Truth } from './ternary.ts'

/** `envoy.type.matcher.v3.MetadataMatcher` against metadata by namespace. */
export function metadataMatches(matcher: JsonObject, metadata: JsonObject): boolean {
  const value = metadataValue(metadata, { key: matcher.filter, path: matcher.path })
  return valueMatches(objectOf(matcher.value), value) !== (matcher.invert === true)
}

/** The same against the dynamic metadata of a stream; undefined where the value is not known. */
export function dynamicMetadataMatches(matcher: JsonObject, state: StreamState): Truth {
  const metadata = state.dynamicMetadata ?? {}
  const value = metadataValue(metadata, { key: matcher.filter, path: matcher.path })
  if (value === undefined && isOpen(state, placeOf({ key: matcher.filter, path: matcher.path }))) return undefined
  return valueMatches(objectOf(matcher.value), value, state.textClaims === true) !== (matcher.invert === true)
}

/** Where an `envoy.type.metadata.v3.MetadataKey` begins. */
export function placeOf({ key, path }: JsonObject): MetadataPlace {
  return { namespace: stringOf(key) ?? '', key: stringOf(objectsOf(path)[0]?.key) }
}

/** What an `envoy.type.metadata.v3.MetadataKey` leads to in metadata by namespace. */
export function metadataValue(metadata: JsonObject, { key, path }: JsonObject): Json | undefined {
  let value = ownMember(metadata, stringOf(key) ?? '')
  for (const segment of objectsOf(path)) value = ownMember(objectOf(value), stringOf(segment.key) ?? '')
  return value
}
/** `envoy.type.matcher.v3.ValueMatcher`. @param asText a text stands for the type that is asked for: a list of one, a flag, a number */
function valueMatches(matcher: JsonObject, value: Json | undefined, asText = false): boolean {
  if (matcher.present_match !== undefined) return (value !== undefined) === (matcher.present_match === true)
  if (isObject(matcher.string_match))
    return typeof value === 'string' && stringMatches(matcher.string_match, value) === true
  const text = asText && typeof value === 'string' ? value : undefined
  if (matcher.bool_match !== undefined)
    return (text === undefined ? value : text === 'true') === (matcher.bool_match === true)
  if (isObject(matcher.null_match)) return value === null
  if (isObject(matcher.double_match)) {
    const number = text === undefined ? value : numberOf(text)
    return typeof number === 'number' && doubleMatches(matcher.double_match, number)
  }
  const { list_match: list, or_match: or } = matcher
  if (isObject(list)) {
    const items = text === undefined ? value : [text]
    return Array.isArray(items) && items.some((item) => valueMatches(objectOf(list.one_of), item, asText))
  }
  if (isObject(or)) return objectsOf(or.value_matchers).some((option) => valueMatches(option, value, asText))
  return false
}

function doubleMatches(matcher: JsonObject, value: number): boolean {
  if (!isObject(matcher.range)) return value === (numberOf(matcher.exact) ?? 0)
  return value >= (numberOf(matcher.range.start) ?? 0) && value < (numberOf(matcher.range.end) ?? 0)
}
