import { isObject, type JsonObject, stringOf } from '../../envoy/json.ts'
import { redact } from '../../envoy/redaction/redact.ts'
import { fullMatch } from './regex.ts'
import { describeString, stringMatches } from './string-match.ts'

/** Query parameters as Envoy reads them: not percent-decoded, the first of a name counts. */
export function queryOf(path: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  const start = path.indexOf('?')
  if (start < 0) return parameters
  const fragment = path.indexOf('#', start)
  for (const pair of path.slice(start + 1, fragment < 0 ? undefined : fragment).split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    if (!parameters.has(name)) parameters.set(name, equals < 0 ? '' : pair.slice(equals + 1))
  }
  return parameters
}

/** `envoy.config.route.v3.QueryParameterMatcher` and its v2 form (`value`, `regex`). */
export function queryMatches(matcher: JsonObject, query: ReadonlyMap<string, string>): boolean {
  const value = query.get(stringOf(matcher.name) ?? '')
  if (matcher.present_match === false) return value === undefined
  if (value === undefined) return false
  if (isObject(matcher.string_match)) return stringMatches(matcher.string_match, value) ?? false
  const wanted = stringOf(matcher.value) ?? ''
  if (wanted === '') return true
  return matcher.regex === true ? fullMatch(wanted, value) : value === wanted
}

/** What the matcher asks for, in words, credentials hidden. */
export function describeQuery(asked: JsonObject): string {
  const matcher = redact(asked)
  const name = stringOf(matcher.name) ?? ''
  if (isObject(matcher.string_match)) return `${name} ${describeString(matcher.string_match)}`
  const wanted = stringOf(matcher.value) ?? ''
  if (wanted !== '') return `${name} ${matcher.regex === true ? `~ /${wanted}/` : `is "${wanted}"`}`
  return `${name} ${matcher.present_match === false ? 'absent' : 'present'}`
}
