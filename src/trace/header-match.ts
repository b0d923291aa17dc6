import { isObject, type JsonObject, numberOf, objectOf, stringOf } from '../envoy/json.ts'
import type { Headers } from './http-headers.ts'
import { fullMatch } from './regex.ts'
import { describeString, stringMatches } from './string-match.ts'

/**
 * `envoy.config.route.v3.HeaderMatcher`, with the v2 and deprecated forms.
 * A missing header matches nothing but `present_match`, not even an inverted matcher (Envoy's header_utility.h).
 */
export function headerMatches(matcher: JsonObject, headers: Headers): boolean {
  const invert = matcher.invert_match === true
  const value = headers.get(stringOf(matcher.name) ?? '')
  if (asksForPresence(matcher)) {
    const present = matcher.present_match !== false
    return ((value !== undefined) === present) !== invert
  }
  if (value === undefined && matcher.treat_missing_header_as_empty !== true) return false
  return valueMatches(matcher, value ?? '') !== invert
}

/** What the matcher asks for, in words: `end-user is "jason"`. */
export function describeHeader(matcher: JsonObject): string {
  const name = stringOf(matcher.name) ?? ''
  const not = matcher.invert_match === true ? 'not ' : ''
  if (asksForPresence(matcher)) return `${name} ${matcher.present_match === false ? 'absent' : `${not}present`}`
  const range = objectOf(matcher.range_match)
  if (isObject(matcher.range_match)) return `${name} ${not}in [${range.start ?? 0}, ${range.end ?? 0})`
  return `${not}${name} ${describeString(stringMatcherOf(matcher))}`
}

function asksForPresence(matcher: JsonObject): boolean {
  return matcher.present_match !== undefined || !specifiers.some((field) => matcher[field] !== undefined)
}

function valueMatches(matcher: JsonObject, value: string): boolean {
  if (isObject(matcher.range_match)) return inRange(matcher.range_match, value)
  // An empty exact_match matches every value: a quirk of the deprecated field that string_match.exact does not have.
  if (matcher.exact_match === '') return true
  const legacyRegex = stringOf(matcher.regex_match) ?? (matcher.regex === true ? stringOf(matcher.value) : undefined)
  if (legacyRegex !== undefined) return fullMatch(legacyRegex, value)
  return stringMatches(stringMatcherOf(matcher), value) ?? false
}

/** The deprecated per-kind fields as the StringMatcher that replaced them. */
function stringMatcherOf(matcher: JsonObject): JsonObject {
  if (isObject(matcher.string_match)) return matcher.string_match
  if (isObject(matcher.safe_regex_match)) return { safe_regex: matcher.safe_regex_match }
  return {
    exact: matcher.exact_match ?? (matcher.regex === true ? undefined : matcher.value),
    prefix: matcher.prefix_match,
    suffix: matcher.suffix_match,
    contains: matcher.contains_match,
    regex: matcher.regex_match ?? (matcher.regex === true ? matcher.value : undefined),
  }
}

/** Whole decimal integers only; the end is exclusive. */
function inRange(range: JsonObject, value: string): boolean {
  if (!/^[+-]?\d+$/.test(value)) return false
  const number = Number(value)
  return number >= (numberOf(range.start) ?? 0) && number < (numberOf(range.end) ?? 0)
}

const specifiers = [
  'exact_match',
  'safe_regex_match',
  'range_match',
  'prefix_match',
  'suffix_match',
  'contains_match',
  'string_match',
  'regex_match',
  'value',
]
