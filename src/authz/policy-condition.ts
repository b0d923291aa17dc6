import { isObject, type Json, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../envoy/json.ts'
import { typedConfig } from '../envoy/typed-config.ts'
import type { Condition } from './condition.ts'

/**
 * What an RBAC policy asks of a request: one of its permissions and one of its principals.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/rbac/v3/rbac.proto
 */
export function policyCondition(policy: JsonObject): Condition {
  const conditional = policy.condition !== undefined || policy.checked_condition !== undefined
  return {
    is: 'all',
    parts: [
      { is: 'any', parts: objectsOf(policy.permissions).map(ruleCondition) },
      { is: 'any', parts: objectsOf(policy.principals).map(ruleCondition) },
      ...(conditional ? [leaf('a CEL expression', '')] : []),
    ],
  }
}

/** A permission or a principal: their fields differ in name only. */
function ruleCondition(rule: JsonObject): Condition {
  const all = rule.and_rules ?? rule.and_ids
  if (isObject(all)) return { is: 'all', parts: objectsOf(all.rules ?? all.ids).map(ruleCondition) }
  const any = rule.or_rules ?? rule.or_ids
  if (isObject(any)) return { is: 'any', parts: objectsOf(any.rules ?? any.ids).map(ruleCondition) }
  const not = rule.not_rule ?? rule.not_id
  if (isObject(not)) return { is: 'not', part: ruleCondition(not) }
  return rule.any === true ? { is: 'always' } : leafCondition(rule)
}

function leafCondition(rule: JsonObject): Condition {
  if (isObject(rule.header)) return headerCondition(rule.header)
  if (isObject(rule.url_path)) return leaf('path', stringText(rule.url_path.path))
  if (isObject(rule.uri_template)) {
    return leaf('path', stringOf(typedConfig(rule.uri_template).config.path_template) ?? '')
  }
  if (rule.destination_port !== undefined) return leaf('port', String(rule.destination_port))
  if (isObject(rule.destination_port_range)) {
    const { start, end } = rule.destination_port_range
    return leaf('port', `${numberOf(start) ?? 0}-${(numberOf(end) ?? 1) - 1}`)
  }
  if (isObject(rule.destination_ip)) return leaf('destination ip', cidr(rule.destination_ip))
  if (isObject(rule.source_ip)) return leaf('connection ip', cidr(rule.source_ip))
  if (isObject(rule.direct_remote_ip)) return leaf('source ip', cidr(rule.direct_remote_ip))
  if (isObject(rule.remote_ip)) return leaf('remote ip', cidr(rule.remote_ip))
  if (isObject(rule.requested_server_name)) return leaf('sni', stringText(rule.requested_server_name))
  if (isObject(rule.authenticated)) return principalCondition(rule.authenticated.principal_name)
  if (isObject(rule.filter_state)) {
    const { key, string_match } = rule.filter_state
    if (key === 'io.istio.peer_principal') return principalCondition(string_match)
    return leaf(`filter state ${stringOf(key) ?? ''}`, stringText(string_match))
  }
  const metadata = rule.metadata ?? objectOf(rule.sourced_metadata).metadata_matcher
  if (isObject(metadata)) return metadataCondition(metadata)
  return leaf(Object.keys(rule)[0]?.replaceAll('_', ' ') ?? 'nothing', '')
}

function headerCondition(header: JsonObject): Condition {
  const name = stringOf(header.name) ?? ''
  const subject = pseudoHeaders[name.toLowerCase()] ?? `header ${name}`
  const text = isObject(header.string_match) ? stringText(header.string_match) : olderText(header)
  const present: Condition = leaf(subject, text ?? '')
  const absent = header.invert_match === true || header.present_match === false
  return absent ? { is: 'not', part: present } : present
}

const pseudoHeaders: Readonly<Record<string, string>> = {
  ':method': 'method',
  ':path': 'path',
  ':authority': 'host',
  host: 'host',
}

/** The fields of HeaderMatcher before `string_match`. */
function olderText(header: JsonObject): string | undefined {
  const { exact_match, prefix_match, suffix_match, contains_match, safe_regex_match } = header
  if (isObject(header.range_match)) return `${header.range_match.start ?? 0}-${header.range_match.end ?? 0}`
  return stringText({
    exact: exact_match,
    prefix: prefix_match,
    suffix: suffix_match,
    contains: contains_match,
    safe_regex: safe_regex_match,
  })
}

/** Istio matches identities and namespaces by patterns of SPIFFE ids. */
function principalCondition(matcher: Json | undefined): Condition {
  const regex = stringOf(objectOf(objectOf(matcher).safe_regex).regex)
  const namespace = regex === undefined ? undefined : /^\.\*\/ns\/([^/]+)\/\.\*$/.exec(regex)?.[1]
  if (namespace !== undefined) return leaf('from namespace', namespace.replaceAll('.*', '*'))
  if (!isObject(matcher) || regex === '.+' || regex === '.*') return leaf('an authenticated principal', '')
  return leaf('principal', stringText(matcher))
}

function metadataCondition(metadata: JsonObject): Condition {
  const keys = objectsOf(metadata.path).map(({ key }) => stringOf(key) ?? '')
  const filter = stringOf(metadata.filter) ?? ''
  const condition = leaf(
    claimSubject(filter, keys) ?? `metadata ${[filter, ...keys].join('.')}`,
    valueText(metadata.value),
  )
  return metadata.invert === true ? { is: 'not', part: condition } : condition
}

/** What a JWT says: Istio reads it from jwt_authn's metadata, and before 1.23 from its own. */
function claimSubject(filter: string, keys: readonly string[]): string | undefined {
  if (filter.endsWith('jwt_authn')) return `claim ${(keys[0] === 'payload' ? keys.slice(1) : keys).join('.')}`
  if (filter !== 'istio_authn') return undefined
  const path = keys.join('.')
  return path.startsWith('request.auth.claims.') ? `claim ${path.slice('request.auth.claims.'.length)}` : path
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/type/matcher/v3/value.proto */
function valueText(value: Json | undefined): string {
  if (!isObject(value)) return ''
  if (isObject(value.string_match)) return stringText(value.string_match)
  if (isObject(value.list_match)) return `with ${valueText(objectOf(value.list_match).one_of)}`
  if (isObject(value.or_match)) return objectsOf(value.or_match.value_matchers).map(valueText).join(' or ')
  if (value.bool_match !== undefined) return String(value.bool_match)
  if (isObject(value.double_match)) return String(value.double_match.exact ?? '')
  return ''
}

/** A StringMatcher as it would stand in an AuthorizationPolicy: `*` for the open end, `~` before a regular expression. */
function stringText(value: Json | undefined): string {
  const { exact, prefix, suffix, contains, safe_regex } = objectOf(value)
  if (typeof exact === 'string') return exact === '' ? '""' : exact
  if (typeof prefix === 'string') return `${prefix}*`
  if (typeof suffix === 'string') return `*${suffix}`
  if (typeof contains === 'string') return `*${contains}*`
  const regex = stringOf(objectOf(safe_regex).regex)
  return regex === undefined ? '' : `~${regex}`
}

function cidr({ address_prefix, prefix_len }: JsonObject): string {
  return `${stringOf(address_prefix) ?? ''}/${numberOf(prefix_len) ?? 0}`
}

function leaf(subject: string, value: string): Condition {
  return { is: 'leaf', subject, value }
}
