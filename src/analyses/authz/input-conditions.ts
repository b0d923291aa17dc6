import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { type TypedConfig, typedConfig } from '../../envoy/model/typed-config.ts'
import { redact } from '../../envoy/redaction/redact.ts'
import { cidrText } from '../../envoy/text/cidr-text.ts'
import type { Condition } from './condition.ts'
import { headerSubject, leaf, metadataCondition, principalCondition, stringText } from './leaf-conditions.ts'

/** A predicate of a matcher tree, which may hold others. */
export function predicateCondition({ single_predicate, and_matcher, or_matcher, not_matcher }: JsonObject): Condition {
  if (isObject(and_matcher)) return { is: 'all', parts: objectsOf(and_matcher.predicate).map(predicateCondition) }
  if (isObject(or_matcher)) return { is: 'any', parts: objectsOf(or_matcher.predicate).map(predicateCondition) }
  if (isObject(not_matcher)) return { is: 'not', part: predicateCondition(not_matcher) }
  const { input, value_match, custom_match } = redact(objectOf(single_predicate))
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

/** That an input of a matcher tree has a value. @param matcher a StringMatcher */
export function inputCondition(input: TypedConfig, matcher: JsonObject): Condition {
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

/** What of the request an input is. */
export function subjectOf({ message, config }: TypedConfig): string {
  if (message === 'HttpRequestHeaderMatchInput') return headerSubject(stringOf(config.header_name) ?? '')
  if (message === 'HttpRequestQueryParamMatchInput') return `query parameter ${stringOf(config.query_param) ?? ''}`
  if (message === 'FilterStateInput') return `filter state ${stringOf(config.key) ?? ''}`
  return subjects.get(message) ?? (message || 'an unknown input')
}

/** That an input has one of some values. */
export function anyOf(input: TypedConfig, values: readonly string[]): Condition {
  return { is: 'any', parts: values.map((value) => leaf(subjectOf(input), value)) }
}
