import { isObject, type JsonObject, numberOf, objectOf, objectsOf, scalarText, stringOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { redact } from '../../envoy/redaction/redact.ts'
import { cidrText } from '../../envoy/text/cidr-text.ts'
import type { Condition } from './condition.ts'
import { headerSubject, leaf, metadataCondition, principalCondition, stringText } from './leaf-conditions.ts'

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
  if (isObject(rule.header)) return headerCondition(redact(rule.header))
  if (isObject(rule.url_path)) return leaf('path', stringText(rule.url_path.path))
  if (isObject(rule.uri_template)) {
    return leaf('path', stringOf(typedConfig(rule.uri_template).config.path_template) ?? '')
  }
  if (rule.destination_port !== undefined) return leaf('port', scalarText(rule.destination_port))
  if (isObject(rule.destination_port_range)) {
    const { start, end } = rule.destination_port_range
    return leaf('port', `${numberOf(start) ?? 0}-${(numberOf(end) ?? 1) - 1}`)
  }
  if (isObject(rule.destination_ip)) return leaf('destination ip', cidrText(rule.destination_ip))
  if (isObject(rule.source_ip)) return leaf('connection ip', cidrText(rule.source_ip))
  if (isObject(rule.direct_remote_ip)) return leaf('source ip', cidrText(rule.direct_remote_ip))
  if (isObject(rule.remote_ip)) return leaf('remote ip', cidrText(rule.remote_ip))
  if (isObject(rule.requested_server_name)) return leaf('sni', stringText(rule.requested_server_name))
  if (isObject(rule.authenticated)) return principalCondition(rule.authenticated.principal_name)
  if (isObject(rule.filter_state)) {
    const { key, string_match } = rule.filter_state
    if (key === 'io.istio.peer_principal') return principalCondition(string_match)
    return leaf(`filter state ${stringOf(key) ?? ''}`, stringText(string_match))
  }
  const metadata = rule.metadata ?? objectOf(rule.sourced_metadata).metadata_matcher
  if (isObject(metadata)) {
    const keys = objectsOf(metadata.path).map(({ key }) => stringOf(key) ?? '')
    const condition = metadataCondition({ filter: stringOf(metadata.filter) ?? '', keys, value: metadata.value })
    return metadata.invert === true ? { is: 'not', part: condition } : condition
  }
  return leaf(Object.keys(rule)[0]?.replaceAll('_', ' ') ?? 'nothing', '')
}

function headerCondition(header: JsonObject): Condition {
  const text = isObject(header.string_match) ? stringText(header.string_match) : olderText(header)
  const present = leaf(headerSubject(stringOf(header.name) ?? ''), text)
  const absent = header.invert_match === true || header.present_match === false
  return absent ? { is: 'not', part: present } : present
}

/** The fields of HeaderMatcher before `string_match`. */
function olderText(header: JsonObject): string {
  const { exact_match, prefix_match, suffix_match, contains_match, safe_regex_match, regex_match } = header
  if (isObject(header.range_match))
    return `${scalarText(header.range_match.start, '0')}-${scalarText(header.range_match.end, '0')}`
  return stringText({
    exact: exact_match,
    prefix: prefix_match,
    suffix: suffix_match,
    contains: contains_match,
    safe_regex: safe_regex_match,
    regex: regex_match,
  })
}
