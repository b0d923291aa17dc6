import { isObject, type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { type PartialText, partialCompares, partialMatchesRegex } from './partial-text.ts'
import { fullMatch } from './regex.ts'
import type { Truth } from './ternary.ts'

/**
 * `envoy.type.matcher.v3.StringMatcher` (and the xDS twin). Undefined when it holds an extension this program does not know, or when it
 * depends on a part of the value that is not known.
 */
export function stringMatches(matcher: JsonObject, value: string | PartialText): Truth {
  const regex = regexOf(matcher)
  if (regex !== undefined)
    return typeof value === 'string' ? fullMatch(regex, value) : partialMatchesRegex(value, regex)
  const fold = matcher.ignore_case === true ? (text: string) => asciiLower(text) : (text: string) => text
  if (typeof value !== 'string') return partialMatches(matcher, value, fold)
  const text = fold(value)
  if (typeof matcher.exact === 'string') return text === fold(matcher.exact)
  if (typeof matcher.prefix === 'string') return text.startsWith(fold(matcher.prefix))
  if (typeof matcher.suffix === 'string') return text.endsWith(fold(matcher.suffix))
  if (typeof matcher.contains === 'string') return text.includes(fold(matcher.contains))
  return isObject(matcher.custom) ? undefined : text === ''
}

function partialMatches(matcher: JsonObject, value: PartialText, fold: (text: string) => string): Truth {
  for (const comparison of ['exact', 'prefix', 'suffix', 'contains'] as const) {
    const wanted = matcher[comparison]
    if (typeof wanted === 'string') return partialCompares(value, comparison, wanted, fold)
  }
  return isObject(matcher.custom) ? undefined : partialCompares(value, 'exact', '', fold)
}

/** What a StringMatcher asks for, in words. */
export function describeString(matcher: JsonObject): string {
  const regex = regexOf(matcher)
  if (regex !== undefined) return `~ /${regex}/`
  if (typeof matcher.prefix === 'string') return `starts with "${matcher.prefix}"`
  if (typeof matcher.suffix === 'string') return `ends with "${matcher.suffix}"`
  if (typeof matcher.contains === 'string') return `contains "${matcher.contains}"`
  return `is "${stringOf(matcher.exact) ?? ''}"`
}

/** Envoy folds ASCII only. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase())
}

function regexOf(matcher: JsonObject): string | undefined {
  return stringOf(objectOf(matcher.safe_regex).regex) ?? stringOf(matcher.regex)
}
