import { isObject, type JsonObject, numberOf, objectOf, scalarText, stringOf } from '../../envoy/json.ts'
import { redact } from '../../envoy/redaction/redact.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'
import type { Headers, HeaderValue } from './http-headers.ts'
import { joinedText } from './partial-text.ts'
import { describeString, stringMatches } from './string-match.ts'
import { allOf, anyOf, not, type Truth } from './ternary.ts'

/**
 * `envoy.config.route.v3.HeaderMatcher`, with the v2 and deprecated forms.
 * A missing header matches nothing but `present_match`, not even an inverted matcher. Of several values one has to match; before
 * Envoy 1.39 they were matched as one, joined with commas. (Envoy's header_utility.h, runtime guard match_headers_individually)
 * @param individuallySince version from which each value is matched for itself
 */
export function headerMatches(matcher: JsonObject, headers: Headers, individuallySince = 1039): Truth {
  const inverted = (truth: Truth): Truth => (matcher.invert_match === true ? not(truth) : truth)
  const values = headers.values(stringOf(matcher.name) ?? '')
  const isThere = presence(values)
  const counts = matcher.treat_missing_header_as_empty === true ? true : isThere
  if (asksForPresence(matcher)) return inverted(matcher.present_match === false ? not(counts) : counts)
  if (counts === false) return false
  const each = values.length > 0 && headers.envoy >= individuallySince ? values : [joined(values)]
  const matched = inverted(anyOf(each.map((value) => valueMatches(matcher, value))))
  // What may not be there at all matches only if it is there.
  return isThere === undefined ? allOf([matched, undefined]) : matched
}

/** Whether all of several matchers match. */
export function headersMatch(matchers: readonly JsonObject[], headers: Headers): Truth {
  return allOf(matchers.map((matcher) => headerMatches(matcher, headers)))
}

/** The first of several matchers that looks at what is not known: what has to be known. */
export function unknownOfHeaders(matchers: readonly JsonObject[], headers: Headers): UnknownFact {
  const unknown = matchers.find((matcher) => headerMatches(matcher, headers) === undefined)
  return headers.unknown(stringOf(unknown?.name) ?? '') ?? 'generated'
}

/** Whether one of these values is there for certain. */
function presence(values: readonly HeaderValue[]): Truth {
  if (values.length === 0) return false
  return values.some((value) => typeof value === 'string' || !value.optional) ? true : undefined
}

function joined(values: readonly HeaderValue[]): HeaderValue {
  const [first = '', ...others] = values
  return others.reduce((before, value) => joinedText(before, ',', value), first)
}

/** What the matcher asks for, in words: `end-user is "jason"`, credentials hidden. */
export function describeHeader(asked: JsonObject): string {
  const matcher = redact(asked)
  const name = stringOf(matcher.name) ?? ''
  const not = matcher.invert_match === true ? 'not ' : ''
  if (asksForPresence(matcher)) return `${name} ${matcher.present_match === false ? 'absent' : `${not}present`}`
  const range = objectOf(matcher.range_match)
  if (isObject(matcher.range_match))
    return `${name} ${not}in [${scalarText(range.start, '0')}, ${scalarText(range.end, '0')})`
  return `${not}${name} ${describeString(stringMatcherOf(matcher))}`
}

function asksForPresence(matcher: JsonObject): boolean {
  return matcher.present_match !== undefined || !specifiers.some((field) => matcher[field] !== undefined)
}

function valueMatches(matcher: JsonObject, value: HeaderValue): Truth {
  if (isObject(matcher.range_match)) return typeof value === 'string' ? inRange(matcher.range_match, value) : undefined
  // An empty exact_match matches every value: a quirk of the deprecated field that string_match.exact does not have.
  if (matcher.exact_match === '') return true
  const legacyRegex = stringOf(matcher.regex_match) ?? (matcher.regex === true ? stringOf(matcher.value) : undefined)
  const asked = legacyRegex === undefined ? stringMatcherOf(matcher) : { regex: legacyRegex }
  // An extension that is not known matches nothing.
  return stringMatches(asked, value) ?? (typeof value === 'string' ? false : undefined)
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
