import { isObject, type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { fullMatch } from './regex.ts'

/** `envoy.type.matcher.v3.StringMatcher` (and the xDS twin). Undefined when it holds an extension this program does not know. */
export function stringMatches(matcher: JsonObject, value: string): boolean | undefined {
  const regex = regexOf(matcher)
  if (regex !== undefined) return fullMatch(regex, value)
  const fold = matcher.ignore_case === true ? (text: string) => asciiLower(text) : (text: string) => text
  const text = fold(value)
  if (typeof matcher.exact === 'string') return text === fold(matcher.exact)
  if (typeof matcher.prefix === 'string') return text.startsWith(fold(matcher.prefix))
  if (typeof matcher.suffix === 'string') return text.endsWith(fold(matcher.suffix))
  if (typeof matcher.contains === 'string') return text.includes(fold(matcher.contains))
  return isObject(matcher.custom) ? undefined : text === ''
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
