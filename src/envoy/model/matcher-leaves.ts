import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../json.ts'
import { redact } from '../redaction/redact.ts'
import { stringMatchText } from '../text/string-match-text.ts'
import { type MatcherWords, matcherPaths } from './matcher-paths.ts'
import { type TypedConfig, typedConfig } from './typed-config.ts'

/** One action of a matcher tree and the conditions on the way to it. */
export interface MatcherLeaf {
  /** `ip=10.0.0.1 -> port=80`; `ANY` where nothing is asked, as `istioctl proxy-config listener --waypoint` writes it. */
  readonly condition: string
  readonly action: TypedConfig
}

/** The actions of an `xds.type.matcher.v3.Matcher` in the order of the tree; a matcher of an unknown kind is written by its name. */
export function matcherLeaves(matcher: Json | undefined): MatcherLeaf[] {
  return matcherPaths(objectOf(matcher), words).map(({ steps, action = {} }) => ({
    condition: steps.join(' -> ') || 'ANY',
    action: typedConfig(action),
  }))
}

const words: MatcherWords<string> = {
  predicate: predicateText,
  value: (input, comparison, value) => `${inputName(input)}${comparison === 'exact' ? '=' : '^'}${value}`,
  anyOf: (input, values) => `${inputName(input)}=${values.join(',')}`,
  unknown: (input, message) => `${inputName(input)} by ${message}`,
  otherwise: () => ['ANY'],
}

function predicateText(predicate: JsonObject): string {
  const { single_predicate, and_matcher, or_matcher, not_matcher } = predicate
  if (isObject(single_predicate)) {
    const name = inputName(typedConfig(objectOf(single_predicate.input)))
    const text = stringMatchText(redact(single_predicate).value_match)
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

function inputName({ message, config }: TypedConfig): string {
  if (message === 'HttpRequestHeaderMatchInput') return `header ${stringOf(config.header_name) ?? ''}`
  if (message === 'FilterStateInput') return `filter state ${stringOf(config.key) ?? ''}`
  return inputNames.get(message) ?? (message || 'input')
}
