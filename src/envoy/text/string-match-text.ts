import { isObject, type Json, type JsonObject, numberOf, objectOf, stringOf } from '../json.ts'

/**
 * A condition on a named text in a few characters: `end-user=jason`, `end-user=ja*`, `end-user~^ja.*`, `end-user` for presence,
 * `!` in front for its opposite. Reads the StringMatcher of API v3 and the older forms beside it.
 */
export function conditionText(name: string, matcher: JsonObject): string {
  const not = matcher.invert_match === true ? '!' : ''
  if (isObject(matcher.range_match)) {
    const { start, end } = matcher.range_match
    return `${not}${name} in [${numberOf(start) ?? 0},${numberOf(end) ?? 0})`
  }
  if ('present_match' in matcher) return matcher.present_match === false ? `!${name}` : `${not}${name}`
  const text = stringMatchText(matcher.string_match) ?? stringMatchText(olderForm(matcher))
  return `${not}${name}${text ?? ''}`
}

/** `=exact`, `=prefix*`, `=*suffix`, `=*contains*`, `~regex`; undefined when the matcher says nothing. */
export function stringMatchText(value: Json | undefined): string | undefined {
  if (!isObject(value)) return undefined
  const suffix = value.ignore_case === true ? ' (any case)' : ''
  const { exact, prefix, contains, safe_regex, regex } = value
  if (typeof exact === 'string') return `=${exact}${suffix}`
  if (typeof prefix === 'string') return `=${prefix}*${suffix}`
  if (typeof value.suffix === 'string') return `=*${value.suffix}${suffix}`
  if (typeof contains === 'string') return `=*${contains}*${suffix}`
  const expression = stringOf(regex) ?? stringOf(objectOf(safe_regex).regex)
  if (expression !== undefined) return `~${expression}`
  return isObject(value.custom) ? ` by ${stringOf(value.custom.name) ?? 'extension'}` : undefined
}

/** HeaderMatcher and QueryParameterMatcher before StringMatcher: `exact_match`, `safe_regex_match`, `value` with `regex`. */
function olderForm(matcher: JsonObject): JsonObject | undefined {
  const { exact_match, prefix_match, suffix_match, contains_match, safe_regex_match, regex_match, value, regex } =
    matcher
  if (typeof exact_match === 'string') return { exact: exact_match }
  if (typeof prefix_match === 'string') return { prefix: prefix_match }
  if (typeof suffix_match === 'string') return { suffix: suffix_match }
  if (typeof contains_match === 'string') return { contains: contains_match }
  if (isObject(safe_regex_match)) return { safe_regex: safe_regex_match }
  if (typeof regex_match === 'string') return { regex: regex_match }
  if (typeof value === 'string') return regex === true ? { regex: value } : { exact: value }
  return undefined
}
