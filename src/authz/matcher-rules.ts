import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../envoy/json.ts'
import { type TypedConfig, typedConfig } from '../envoy/typed-config.ts'
import type { Condition } from './condition.ts'
import { cidrText, headerSubject, leaf, metadataCondition, principalCondition, stringText } from './leaf-conditions.ts'

/** An action of a matcher tree and what leads to it. */
export interface MatcherRule {
  readonly condition: Condition
  /** The name that the tree has for the action. */
  readonly name: string
  readonly action: TypedConfig
}

/**
 * The actions of the matcher tree of an RBAC filter, in the order they are tried in; the first that matches counts.
 * https://www.envoyproxy.io/docs/envoy/latest/xds/type/matcher/v3/matcher.proto
 */
export function matcherRules(matcher: JsonObject): MatcherRule[] {
  const rules = walk(matcher, [])
  return isObject(matcher.on_no_match) ? rules : [...rules, deniedByNone]
}

/** What no action takes is denied, in Envoy's log by the policy `none`. */
const deniedByNone: MatcherRule = {
  condition: leaf('anything else', ''),
  name: 'none',
  action: { message: 'Action', type: 'envoy.config.rbac.v3.Action', config: { name: 'none', action: 'DENY' } },
}

function walk(matcher: JsonObject, before: readonly Condition[]): MatcherRule[] {
  const list = objectsOf(objectOf(matcher.matcher_list).matchers)
  const tree = objectOf(matcher.matcher_tree)
  const input = typedConfig(objectOf(tree.input))
  const branches: readonly (readonly [Condition, Json | undefined])[] = [
    ...list.map(({ predicate, on_match }) => [predicateCondition(objectOf(predicate)), on_match] as const),
    ...mapEntries(tree.exact_match_map).map(([exact, match]) => [inputCondition(input, { exact }), match] as const),
    ...mapEntries(tree.prefix_match_map).map(([prefix, match]) => [inputCondition(input, { prefix }), match] as const),
    ...customBranches(objectOf(tree.custom_match), input),
  ]
  const rest: Condition[] = branches.length === 0 ? [] : [leaf('anything else', '')]
  return [
    ...branches.flatMap(([condition, match]) => onMatch(match, [...before, condition])),
    ...('on_no_match' in matcher ? onMatch(matcher.on_no_match, [...before, ...rest]) : []),
  ]
}

function onMatch(value: Json | undefined, parts: readonly Condition[]): MatcherRule[] {
  const { matcher, action } = objectOf(value)
  if (isObject(matcher)) return walk(matcher, parts)
  if (!isObject(action)) return []
  return [{ condition: { is: 'all', parts }, name: stringOf(action.name) ?? '', action: typedConfig(action) }]
}

function mapEntries(value: Json | undefined): [string, Json | undefined][] {
  return Object.entries(objectOf(objectOf(value).map))
}

function customBranches(custom: JsonObject, input: TypedConfig): (readonly [Condition, Json | undefined])[] {
  const { config, message } = typedConfig(custom)
  const branches = [
    ...objectsOf(config.range_matchers).map(
      ({ ranges, on_match }) => [anyOf(input, objectsOf(ranges).map(cidrText)), on_match] as const,
    ),
    ...objectsOf(config.domain_matchers).map(
      ({ domains, on_match }) => [anyOf(input, stringsOf(domains)), on_match] as const,
    ),
  ]
  // What a tree of an unknown kind leads to is not known either; it is named, so that nothing is dropped.
  return branches.length > 0 || message === ''
    ? branches
    : [[leaf(`${subjectOf(input)} by ${message}`, ''), { action: custom }]]
}

function anyOf(input: TypedConfig, values: readonly string[]): Condition {
  return { is: 'any', parts: values.map((value) => leaf(subjectOf(input), value)) }
}

function predicateCondition({ single_predicate, and_matcher, or_matcher, not_matcher }: JsonObject): Condition {
  if (isObject(and_matcher)) return { is: 'all', parts: objectsOf(and_matcher.predicate).map(predicateCondition) }
  if (isObject(or_matcher)) return { is: 'any', parts: objectsOf(or_matcher.predicate).map(predicateCondition) }
  if (isObject(not_matcher)) return { is: 'not', part: predicateCondition(not_matcher) }
  const { input, value_match, custom_match } = objectOf(single_predicate)
  const of = typedConfig(objectOf(input))
  if (isObject(value_match)) return inputCondition(of, value_match)
  const { message, config } = typedConfig(objectOf(custom_match))
  if (message === 'CelMatcher') return leaf('a CEL expression', '')
  if (Array.isArray(config.cidr_ranges)) return anyOf(of, objectsOf(config.cidr_ranges).map(cidrText))
  if (message === 'Metadata') {
    const condition = metadataCondition({ ...metadataOf(of), value: config.value })
    return config.invert === true ? { is: 'not', part: condition } : condition
  }
  return leaf(`${subjectOf(of)} by ${message || 'an unknown matcher'}`, '')
}

/** @param matcher a StringMatcher */
function inputCondition(input: TypedConfig, matcher: JsonObject): Condition {
  const identity = input.message === 'UriSanInput' || input.config.key === 'io.istio.peer_principal'
  if (identity) return principalCondition(matcher)
  if (input.message === 'DynamicMetadataInput') {
    return metadataCondition({ ...metadataOf(input), value: { string_match: matcher } })
  }
  return leaf(subjectOf(input), stringText(matcher))
}

function metadataOf({ config }: TypedConfig): { filter: string; keys: string[] } {
  return {
    filter: stringOf(config.filter) ?? '',
    keys: objectsOf(config.path).map(({ key }) => stringOf(key) ?? ''),
  }
}

/** The words that conditions of policies have for the same. */
const subjects: ReadonlyMap<string, string> = new Map(
  Object.entries({
    DestinationIPInput: 'destination ip',
    DestinationPortInput: 'port',
    SourceIPInput: 'remote ip',
    DirectSourceIPInput: 'source ip',
    SourcePortInput: 'source port',
    SourceTypeInput: 'source type',
    ServerNameInput: 'sni',
    TransportProtocolInput: 'transport',
    ApplicationProtocolInput: 'alpn',
    UriSanInput: 'principal',
    DnsSanInput: 'DNS name of the certificate',
    SubjectInput: 'subject of the certificate',
  }),
)

function subjectOf({ message, config }: TypedConfig): string {
  if (message === 'HttpRequestHeaderMatchInput') return headerSubject(stringOf(config.header_name) ?? '')
  if (message === 'HttpRequestQueryParamMatchInput') return `query parameter ${stringOf(config.query_param) ?? ''}`
  if (message === 'FilterStateInput') return `filter state ${stringOf(config.key) ?? ''}`
  return subjects.get(message) ?? (message || 'an unknown input')
}
