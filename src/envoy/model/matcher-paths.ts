import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../json.ts'
import { withoutCredential } from '../redaction/credentials.ts'
import { cidrText } from '../text/cidr-text.ts'
import { type TypedConfig, typedConfig } from './typed-config.ts'

/** An action of a matcher tree and the steps to it. */
export interface MatcherPath<Step> {
  readonly steps: readonly Step[]
  /** Undefined behind a matcher of a kind that is not known: what it leads to is not known either. */
  readonly action: JsonObject | undefined
}

/** How a step is written. */
export interface MatcherWords<Step> {
  predicate(predicate: JsonObject): Step
  /** The input has the value, or begins with it. */
  value(input: TypedConfig, comparison: 'exact' | 'prefix', value: string): Step
  /** The input is one of some networks or domains. */
  anyOf(input: TypedConfig, values: readonly string[]): Step
  /** @param message what decides in a way that is not known here */
  unknown(input: TypedConfig, message: string): Step
  /** Nothing before it matched. @param alone there is nothing before it */
  otherwise(alone: boolean): readonly Step[]
}

/**
 * The actions of an `xds.type.matcher.v3.Matcher` in the order they are tried in; nothing of the tree is dropped.
 * https://www.envoyproxy.io/docs/envoy/latest/xds/type/matcher/v3/matcher.proto
 */
export function matcherPaths<Step>(matcher: JsonObject, words: MatcherWords<Step>): MatcherPath<Step>[] {
  return pathsFrom(matcher, words, [])
}

function pathsFrom<Step>(matcher: JsonObject, words: MatcherWords<Step>, before: readonly Step[]): MatcherPath<Step>[] {
  const branches = branchesOf(matcher, words)
  const rest = words.otherwise(branches.length === 0)
  const otherwise = 'on_no_match' in matcher ? [{ steps: rest, onMatch: matcher.on_no_match, isKnown: true }] : []
  return [...branches, ...otherwise].flatMap(({ steps, onMatch, isKnown }) => {
    const { matcher: inner, action } = objectOf(onMatch)
    const path = [...before, ...steps]
    if (isObject(inner)) return pathsFrom(inner, words, path)
    return isObject(action) || !isKnown ? [{ steps: path, action: isObject(action) ? action : undefined }] : []
  })
}

interface Branch<Step> {
  readonly steps: readonly Step[]
  /** An `OnMatch`. */
  readonly onMatch: Json | undefined
  readonly isKnown: boolean
}

function branchesOf<Step>({ matcher_list, matcher_tree }: JsonObject, words: MatcherWords<Step>): Branch<Step>[] {
  const tree = objectOf(matcher_tree)
  const input = typedConfig(objectOf(tree.input))
  const { config, message } = typedConfig(objectOf(tree.custom_match))
  const { range_matchers, domain_matchers } = config
  const isKnown = range_matchers !== undefined || domain_matchers !== undefined || message === ''
  return [
    ...objectsOf(objectOf(matcher_list).matchers).map(({ predicate, on_match }) =>
      branch(words.predicate(objectOf(predicate)), on_match),
    ),
    ...mapEntries(tree.exact_match_map).map(([key, match]) =>
      branch(words.value(input, 'exact', shownValue(input, key)), match),
    ),
    ...mapEntries(tree.prefix_match_map).map(([key, match]) =>
      branch(words.value(input, 'prefix', shownValue(input, key)), match),
    ),
    ...objectsOf(range_matchers).map(({ ranges, on_match }) =>
      branch(words.anyOf(input, objectsOf(ranges).map(cidrText)), on_match),
    ),
    ...objectsOf(domain_matchers).map(({ domains, on_match }) =>
      branch(words.anyOf(input, stringsOf(domains)), on_match),
    ),
    ...(isKnown ? [] : [{ steps: [words.unknown(input, message)], onMatch: undefined, isKnown }]),
  ]
}

function branch<Step>(step: Step, onMatch: Json | undefined): Branch<Step> {
  return { steps: [step], onMatch, isKnown: true }
}

function mapEntries(value: Json | undefined): [string, Json | undefined][] {
  return Object.entries(objectOf(objectOf(value).map))
}

/** A value that an input is compared with, hidden where it is a credential. */
function shownValue({ config }: TypedConfig, value: string): string {
  return withoutCredential(stringOf(config.header_name ?? config.query_param) ?? '', value)
}
