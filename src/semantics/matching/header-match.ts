import { isObject, type JsonObject, numberOf, objectOf, stringOf } from '../../envoy/json.ts'
import { redact } from '../../envoy/redaction/redact.ts'
import type { Headers } from './http-headers.ts'
import { fullMatch } from './regex.ts'
import { describeString, stringMatches } from './string-match.ts'

/**
 * `envoy.config.route.v3.HeaderMatcher`, with the v2 and deprecated forms.
 * A missing header matches nothing but `present_match`, not even an inverted matcher. Of several values one has to match; before
 * Envoy 1.39 they were matched as one, joined with commas. (Envoy's header_utility.h, runtime guard match_headers_individually)
 * @param individuallySince version from which each value is matched for itself
 */
export function headerMatches(matcher: JsonObject, headers: Headers, individuallySince = 1039): boolean {
  const invert = matcher.invert_match === true
  const values = headers.all(stringOf(matcher.name) ?? '')
  const counts = values.length > 0 || matcher.treat_missing_header_as_empty === true
  if (asksForPresence(matcher)) return (counts === (matcher.present_match !== false)) !== invert
  if (!counts) return false
  const each = values.length > 0 && headers.envoy >= individuallySince ? values : [values.join(',')]
  return each.some((value) => valueMatches(matcher, value)) !== invert
}

/** What the matcher asks for, in words: `end-user is "jason"`, credentials hidden. */
export function describeHeader(asked: JsonObject): string {
  const matcher = redact(asked)
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
