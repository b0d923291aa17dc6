import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from './json.ts'
import { stringMatchText } from './string-match-text.ts'
import { type TypedConfig, typedConfig } from './typed-config.ts'

/** One action of a matcher tree and the conditions on the way to it. */
export interface MatcherLeaf {
  /** `ip=10.0.0.1 -> port=80`; `ANY` where nothing is asked, as `istioctl proxy-config listener --waypoint` writes it. */
  readonly condition: string
  readonly action: TypedConfig
}

/**
 * The actions of an `xds.type.matcher.v3.Matcher` in the order of the tree. A matcher of a kind that is not known here is
 * written by its name: nothing of the tree is dropped.
 */
export function matcherLeaves(matcher: Json | undefined): MatcherLeaf[] {
  return walk(objectOf(matcher), []).map(({ steps, action }) => ({ condition: steps.join(' -> ') || 'ANY', action }))
}

interface Leaf {
  readonly steps: readonly string[]
  readonly action: TypedConfig
}

function walk(matcher: JsonObject, steps: readonly string[]): Leaf[] {
  const list = objectsOf(objectOf(matcher.matcher_list).matchers)
  const tree = objectOf(matcher.matcher_tree)
  const name = inputName(objectOf(tree.input))
  return [
    ...list.flatMap(({ predicate, on_match }) => onMatch(on_match, [...steps, predicateText(objectOf(predicate))])),
    ...mapEntries(tree.exact_match_map).flatMap(([key, value]) => onMatch(value, [...steps, `${name}=${key}`])),
    ...mapEntries(tree.prefix_match_map).flatMap(([key, value]) => onMatch(value, [...steps, `${name}^${key}`])),
    ...customLeaves(objectOf(tree.custom_match), name, steps),
    ...('on_no_match' in matcher ? onMatch(matcher.on_no_match, [...steps, 'ANY']) : []),
  ]
}

function onMatch(value: Json | undefined, steps: readonly string[]): Leaf[] {
  const { matcher, action } = objectOf(value)
  if (isObject(matcher)) return walk(matcher, steps)
  return isObject(action) ? [{ steps, action: typedConfig(action) }] : []
}

function mapEntries(value: Json | undefined): [string, Json | undefined][] {
  return Object.entries(objectOf(objectOf(value).map))
}

function customLeaves(custom: JsonObject, name: string, steps: readonly string[]): Leaf[] {
  const { config, message } = typedConfig(custom)
  if (isObject(config.range_matchers) || Array.isArray(config.range_matchers)) {
    return objectsOf(config.range_matchers).flatMap(({ ranges, on_match }) => {
      const cidrs = objectsOf(ranges).map(({ address_prefix, prefix_len }) => `${address_prefix}/${prefix_len ?? 0}`)
      return onMatch(on_match, [...steps, `${name}=${cidrs.join(',')}`])
    })
  }
  if (Array.isArray(config.domain_matchers)) {
    return objectsOf(config.domain_matchers).flatMap(({ domains, on_match }) =>
      onMatch(on_match, [...steps, `${name}=${Array.isArray(domains) ? domains.join(',') : ''}`]),
    )
  }
  return message === '' ? [] : [{ steps: [...steps, `${name} by ${message}`], action: typedConfig({}) }]
}

function predicateText(predicate: JsonObject): string {
  const { single_predicate, and_matcher, or_matcher, not_matcher } = predicate
  if (isObject(single_predicate)) {
    const name = inputName(objectOf(single_predicate.input))
    const text = stringMatchText(single_predicate.value_match)
    return text === undefined
      ? `${name} by ${typedConfig(objectOf(single_predicate.custom_match)).message}`
      : `${name}${text}`
  }
  if (isObject(and_matcher)) return several(and_matcher, ' and ')
  if (isObject(or_matcher)) return several(or_matcher, ' or ')
  return isObject(not_matcher) ? `not ${predicateText(not_matcher)}` : 'unknown predicate'
}

function several(list: JsonObject, word: string): string {
  return `(${objectsOf(list.predicate).map(predicateText).join(word)})`
}

/** Short names of the inputs that filter chain and route matchers use. */
const inputNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    DestinationIPInput: 'ip',
    DestinationPortInput: 'port',
    SourceIPInput: 'source ip',
    SourcePortInput: 'source port',
    DirectSourceIPInput: 'direct source ip',
    SourceTypeInput: 'source type',
    ServerNameInput: 'sni',
    TransportProtocolInput: 'transport',
    ApplicationProtocolInput: 'alpn',
  }),
)

function inputName(input: JsonObject): string {
  const { message, config } = typedConfig(input)
  if (message === 'HttpRequestHeaderMatchInput') return `header ${stringOf(config.header_name) ?? ''}`
  if (message === 'FilterStateInput') return `filter state ${stringOf(config.key) ?? ''}`
  return inputNames.get(message) ?? (message || (stringOf(input.name) ?? 'input'))
}
