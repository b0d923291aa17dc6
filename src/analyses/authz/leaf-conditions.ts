import { isObject, type Json, type JsonObject, objectOf, objectsOf, scalarText, stringOf } from '../../envoy/json.ts'
import type { Condition } from './condition.ts'

/** A condition on one thing: what of the request, and which value it has; any value where that is empty. */
export function leaf(subject: string, value: string): Condition {
  return { is: 'leaf', subject, value }
}

/** A header by the name that an AuthorizationPolicy has for it. */
export function headerSubject(name: string): string {
  return pseudoHeaders.get(name.toLowerCase()) ?? `header ${name}`
}

const pseudoHeaders: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ':method': 'method',
    ':path': 'path',
    ':authority': 'host',
    host: 'host',
  }),
)

/** An identity. Istio matches identities and namespaces by patterns of SPIFFE ids. */
export function principalCondition(matcher: Json | undefined): Condition {
  const regex = regexOf(objectOf(matcher))
  const namespace = regex === undefined ? undefined : /^\.\*\/ns\/([^/]+)\/\.\*$/.exec(regex)?.[1]
  if (namespace !== undefined) return leaf('from namespace', namespace.replaceAll('.*', '*'))
  if (!isObject(matcher) || regex === '.+' || regex === '.*') return leaf('an authenticated principal', '')
  return leaf('principal', stringText(matcher))
}

interface Metadata {
  /** The filter whose metadata it is. */
  readonly filter: string
  readonly keys: readonly string[]
  /** A ValueMatcher. */
  readonly value: Json | undefined
}

/** Dynamic metadata, in the words of an AuthorizationPolicy where Istio or jwt_authn put it there. */
export function metadataCondition({ filter, keys, value }: Metadata): Condition {
  const path = keys.join('.')
  if (filter === 'istio_authn' && path === 'source.principal') {
    return principalCondition(objectOf(value).string_match)
  }
  return leaf(claimSubject(filter, keys) ?? `metadata ${[filter, ...keys].join('.')}`, valueText(value))
}

/** What a JWT says: Istio reads it from jwt_authn's metadata, and before 1.23 from its own. */
function claimSubject(filter: string, keys: readonly string[]): string | undefined {
  if (filter.endsWith('jwt_authn')) return `claim ${(keys[0] === 'payload' ? keys.slice(1) : keys).join('.')}`
  if (filter !== 'istio_authn') return undefined
  const path = keys.join('.')
  if (path.startsWith('request.auth.claims.')) return `claim ${path.slice('request.auth.claims.'.length)}`
  return authnSubjects.get(path) ?? path
}

const authnSubjects: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'request.auth.principal': 'request principal',
    'request.auth.audiences': 'audience',
    'request.auth.presenter': 'presenter',
    'source.namespace': 'from namespace',
  }),
)

/**
 * A ValueMatcher; of a list it is enough that one value fits.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/type/matcher/v3/value.proto
 */
function valueText(value: Json | undefined): string {
  if (!isObject(value)) return ''
  if (isObject(value.string_match)) return stringText(value.string_match)
  if (isObject(value.list_match)) return valueText(value.list_match.one_of)
  if (isObject(value.or_match)) return objectsOf(value.or_match.value_matchers).map(valueText).join(' or ')
  if (value.bool_match !== undefined) return scalarText(value.bool_match)
  if (isObject(value.null_match)) return 'null'
  if (value.present_match === false) return 'that is absent'
  if (!isObject(value.double_match)) return ''
  const { exact, range } = value.double_match
  return isObject(range) ? `${scalarText(range.start, '0')}-${scalarText(range.end, '0')}` : scalarText(exact)
}

/** A StringMatcher as it would stand in an AuthorizationPolicy: `*` for the open end, `~` before a regular expression. */
export function stringText(value: Json | undefined): string {
  const matcher = objectOf(value)
  const anyCase = matcher.ignore_case === true ? ' (any case)' : ''
  const { exact, prefix, suffix, contains, custom } = matcher
  if (typeof exact === 'string') return exact === '' ? '""' : `${exact}${anyCase}`
  if (typeof prefix === 'string') return `${prefix}*${anyCase}`
  if (typeof suffix === 'string') return `*${suffix}${anyCase}`
  if (typeof contains === 'string') return `*${contains}*${anyCase}`
  const regex = regexOf(matcher)
  if (regex !== undefined) return `~${regex}`
  return isObject(custom) ? `by ${stringOf(custom.name) ?? 'an extension'}` : ''
}

/** API v2 had the expression as a text. */
function regexOf({ safe_regex, regex }: JsonObject): string | undefined {
  return stringOf(objectOf(safe_regex).regex) ?? stringOf(regex)
}
