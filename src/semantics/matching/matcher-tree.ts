import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { cidrContains, parseCidr, parseIp } from '../../envoy/model/ip.ts'
import { type TypedConfig, typedConfig } from '../../envoy/model/typed-config.ts'
import { because, type Reason } from '../reasons/reason.ts'
import { stringMatches } from './string-match.ts'

/** What keeps a matcher from being evaluated: an input or a comparison whose result is not in a dump. */
export interface Undecided {
  readonly undecided: Reason<'matcher-input-unknown' | 'matcher-unknown' | 'depends-on-unknown'>
}

/** The value of a matcher's input; undefined when the request has none. */
export type MatcherValue = string | undefined | Undecided

/** Gives the value of a matcher's input. */
export type MatcherInput = (input: TypedConfig) => MatcherValue

/** The action (a TypedExtensionConfig) that a matcher leads to; undefined without a match. */
export type MatcherResult = { readonly action: JsonObject | undefined } | Undecided

const noMatch: MatcherResult = { action: undefined }

/**
 * Evaluates an `xds.type.matcher.v3.Matcher` (envoy.config.common.matcher.v3 alike).
 * A nested matcher that finds nothing lets its parent go on; `on_no_match` belongs to the matcher it stands in.
 */
export function evaluateMatcher(matcher: JsonObject, input: MatcherInput): MatcherResult {
  const found = isObject(matcher.matcher_tree)
    ? fromTree(matcher.matcher_tree, input)
    : fromList(objectOf(matcher.matcher_list), input)
  return isDecisive(found) ? found : follow(matcher.on_no_match, input)
}

/** Whether the search ends here: with an action, or because nobody knows what follows. */
function isDecisive(result: MatcherResult): boolean {
  return 'undecided' in result || result.action !== undefined
}

/** The first result that ends the search. */
function firstOf(results: Iterable<MatcherResult>): MatcherResult {
  for (const result of results) if (isDecisive(result)) return result
  return noMatch
}

function fromList(list: JsonObject, input: MatcherInput): MatcherResult {
  for (const entry of objectsOf(list.matchers)) {
    const held = holds(objectOf(entry.predicate), input)
    if (typeof held === 'object') return held
    const found = held ? follow(entry.on_match, input) : noMatch
    if (isDecisive(found)) return found
  }
  return noMatch
}

/** What an OnMatch leads to. `keep_matching` records its action and counts as no match. */
function follow(onMatch: unknown, input: MatcherInput): MatcherResult {
  const { matcher, action, keep_matching } = objectOf(onMatch)
  if (keep_matching === true) return noMatch
  if (isObject(matcher)) return evaluateMatcher(matcher, input)
  return { action: isObject(action) ? action : undefined }
}

function holds(predicate: JsonObject, input: MatcherInput): boolean | Undecided {
  if (isObject(predicate.not_matcher)) {
    const held = holds(predicate.not_matcher, input)
    return typeof held === 'object' ? held : !held
  }
  if (isObject(predicate.and_matcher)) return combined(objectsOf(predicate.and_matcher.predicate), input, false)
  if (isObject(predicate.or_matcher)) return combined(objectsOf(predicate.or_matcher.predicate), input, true)
  return singleHolds(objectOf(predicate.single_predicate), input)
}

/** @param decisive the value of one part that decides all: false for "and", true for "or" */
function combined(parts: readonly JsonObject[], input: MatcherInput, decisive: boolean): boolean | Undecided {
  let undecided: Undecided | undefined
  for (const part of parts) {
    const held = holds(part, input)
    if (held === decisive) return decisive
    if (typeof held === 'object') undecided ??= held
  }
  return undecided ?? !decisive
}

function singleHolds(single: JsonObject, input: MatcherInput): boolean | Undecided {
  const custom = typedConfig(objectOf(single.custom_match))
  // Its input is the request as a whole, not a text.
  if (custom.message === 'CelMatcher') return unknownMatcher(custom.message)
  const value = input(typedConfig(objectOf(single.input)))
  if (value === undefined) return false
  if (typeof value === 'object') return value
  if (isObject(single.value_match)) return stringMatches(single.value_match, value) ?? unknownMatcher('custom string')
  if (custom.message !== 'Ip') return unknownMatcher(custom.message)
  const ip = parseIp(value)
  return ip !== undefined && objectsOf(custom.config.cidr_ranges).some((range) => rangeHolds(range, ip))
}

function fromTree(tree: JsonObject, input: MatcherInput): MatcherResult {
  const value = input(typedConfig(objectOf(tree.input)))
  if (value === undefined) return noMatch
  if (typeof value === 'object') return value
  if (isObject(tree.exact_match_map)) return follow(objectOf(tree.exact_match_map.map)[value], input)
  if (isObject(tree.prefix_match_map)) return fromPrefixes(objectOf(tree.prefix_match_map.map), value, input)
  const custom = typedConfig(objectOf(tree.custom_match))
  if (custom.message === 'IPMatcher') return fromRanges(custom.config, value, input)
  if (custom.message === 'ServerNameMatcher') return fromServerNames(custom.config, value, input)
  return unknownMatcher(custom.message)
}

/** Longest prefix first; since Envoy 1.35 a shorter one is tried when the longer one's own matcher finds nothing. */
function fromPrefixes(map: JsonObject, value: string, input: MatcherInput): MatcherResult {
  const prefixes = Object.keys(map).filter((prefix) => value.startsWith(prefix))
  return firstOf(
    prefixes
      .sort((a, b) => b.length - a.length)
      .values()
      .map((prefix) => follow(map[prefix], input)),
  )
}

/** Narrowest range first, then in order; on no match the next is tried, unless it is exclusive: that one has to be the first. */
function fromRanges(config: JsonObject, value: string, input: MatcherInput): MatcherResult {
  const ip = parseIp(value)
  if (ip === undefined) return noMatch
  const hits = objectsOf(config.range_matchers).flatMap((matcher) =>
    objectsOf(matcher.ranges)
      .map(parseCidr)
      .filter((cidr) => cidr !== undefined && cidrContains(cidr, ip))
      .map((cidr) => ({ matcher, length: cidr?.length ?? 0 })),
  )
  const [first, ...others] = hits.sort((a, b) => b.length - a.length).map(({ matcher }) => matcher)
  const tried = [first, ...others.filter(({ exclusive }) => exclusive !== true)]
  return firstOf(tried.values().map((matcher) => follow(matcher?.on_match, input)))
}

/** Exact name, then `*.suffix` longest first, then `*`; each may fall through when its own matcher finds nothing. */
function fromServerNames(config: JsonObject, value: string, input: MatcherInput): MatcherResult {
  const domains = new Map<string, unknown>()
  for (const matcher of objectsOf(config.domain_matchers)) {
    for (const domain of stringsOf(matcher.domains)) domains.set(domain, matcher.on_match)
  }
  const candidates = [value]
  for (let dot = value.indexOf('.'); dot >= 0; dot = value.indexOf('.', dot + 1))
    candidates.push(`*${value.slice(dot)}`)
  return firstOf([...candidates, '*'].values().map((candidate) => follow(domains.get(candidate), input)))
}

function rangeHolds(range: JsonObject, ip: NonNullable<ReturnType<typeof parseIp>>): boolean {
  const cidr = parseCidr(range)
  return cidr !== undefined && cidrContains(cidr, ip)
}

function unknownMatcher(name: string): Undecided {
  const matcher = name === 'CelMatcher' ? 'a CEL expression' : `the matcher ${stringOf(name) || 'extension'}`
  return { undecided: because('matcher-unknown', { matcher }) }
}
