import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { cidrContains, parseCidr, parseIp } from '../../envoy/model/ip.ts'
import { type TypedConfig, typedConfig } from '../../envoy/model/typed-config.ts'
import { undecidable } from '../outcome.ts'
import { stringMatches } from './string-match.ts'

/** Gives the value of a matcher's input; undefined when there is no data. Ends the walk when the dump cannot tell. */
export type MatcherInput = (input: TypedConfig) => string | undefined

/**
 * Evaluates an `xds.type.matcher.v3.Matcher` (envoy.config.common.matcher.v3 alike).
 * A nested matcher that finds nothing lets its parent go on; `on_no_match` belongs to the matcher it stands in.
 * @returns the action (a TypedExtensionConfig), or undefined without a match
 */
export function evaluateMatcher(matcher: JsonObject, input: MatcherInput): JsonObject | undefined {
  const found = isObject(matcher.matcher_tree)
    ? fromTree(matcher.matcher_tree, input)
    : fromList(objectOf(matcher.matcher_list), input)
  return found ?? follow(matcher.on_no_match, input)
}

function fromList(list: JsonObject, input: MatcherInput): JsonObject | undefined {
  for (const entry of objectsOf(list.matchers)) {
    if (!holds(objectOf(entry.predicate), input)) continue
    const found = follow(entry.on_match, input)
    if (found !== undefined) return found
  }
  return undefined
}

/** What an OnMatch leads to. `keep_matching` records its action and counts as no match. */
function follow(onMatch: unknown, input: MatcherInput): JsonObject | undefined {
  const { matcher, action, keep_matching } = objectOf(onMatch)
  if (keep_matching === true) return undefined
  if (isObject(matcher)) return evaluateMatcher(matcher, input)
  return isObject(action) ? action : undefined
}

function holds(predicate: JsonObject, input: MatcherInput): boolean {
  if (isObject(predicate.not_matcher)) return !holds(predicate.not_matcher, input)
  if (isObject(predicate.and_matcher)) {
    return objectsOf(predicate.and_matcher.predicate).every((part) => holds(part, input))
  }
  if (isObject(predicate.or_matcher)) {
    return objectsOf(predicate.or_matcher.predicate).some((part) => holds(part, input))
  }
  const single = objectOf(predicate.single_predicate)
  const custom = typedConfig(objectOf(single.custom_match))
  // Its input is the request as a whole, not a text.
  if (custom.message === 'CelMatcher') return unknownMatcher(custom.message)
  const value = input(typedConfig(objectOf(single.input)))
  if (value === undefined) return false
  if (isObject(single.value_match)) return stringMatches(single.value_match, value) ?? unknownMatcher('custom string')
  if (custom.message !== 'Ip') return unknownMatcher(custom.message)
  const ip = parseIp(value)
  return ip !== undefined && objectsOf(custom.config.cidr_ranges).some((range) => rangeHolds(range, ip))
}

function fromTree(tree: JsonObject, input: MatcherInput): JsonObject | undefined {
  const value = input(typedConfig(objectOf(tree.input)))
  if (value === undefined) return undefined
  if (isObject(tree.exact_match_map)) return follow(objectOf(tree.exact_match_map.map)[value], input)
  if (isObject(tree.prefix_match_map)) return fromPrefixes(objectOf(tree.prefix_match_map.map), value, input)
  const custom = typedConfig(objectOf(tree.custom_match))
  if (custom.message === 'IPMatcher') return fromRanges(custom.config, value, input)
  if (custom.message === 'ServerNameMatcher') return fromServerNames(custom.config, value, input)
  return unknownMatcher(custom.message)
}

/** Longest prefix first; since Envoy 1.35 a shorter one is tried when the longer one's own matcher finds nothing. */
function fromPrefixes(map: JsonObject, value: string, input: MatcherInput): JsonObject | undefined {
  const prefixes = Object.keys(map).filter((prefix) => value.startsWith(prefix))
  for (const prefix of prefixes.sort((a, b) => b.length - a.length)) {
    const found = follow(map[prefix], input)
    if (found !== undefined) return found
  }
  return undefined
}

/** Narrowest range first, then in order; on no match the next is tried, unless it is exclusive: that one has to be the first. */
function fromRanges(config: JsonObject, value: string, input: MatcherInput): JsonObject | undefined {
  const ip = parseIp(value)
  if (ip === undefined) return undefined
  const hits = objectsOf(config.range_matchers).flatMap((matcher) =>
    objectsOf(matcher.ranges)
      .map(parseCidr)
      .filter((cidr) => cidr !== undefined && cidrContains(cidr, ip))
      .map((cidr) => ({ matcher, length: cidr?.length ?? 0 })),
  )
  const [first, ...others] = hits.sort((a, b) => b.length - a.length).map(({ matcher }) => matcher)
  for (const matcher of [first, ...others.filter(({ exclusive }) => exclusive !== true)]) {
    const found = follow(matcher?.on_match, input)
    if (found !== undefined) return found
  }
  return undefined
}

/** Exact name, then `*.suffix` longest first, then `*`; each may fall through when its own matcher finds nothing. */
function fromServerNames(config: JsonObject, value: string, input: MatcherInput): JsonObject | undefined {
  const domains = new Map<string, unknown>()
  for (const matcher of objectsOf(config.domain_matchers)) {
    for (const domain of stringsOf(matcher.domains)) domains.set(domain, matcher.on_match)
  }
  const candidates = [value]
  for (let dot = value.indexOf('.'); dot >= 0; dot = value.indexOf('.', dot + 1))
    candidates.push(`*${value.slice(dot)}`)
  for (const candidate of [...candidates, '*']) {
    const found = follow(domains.get(candidate), input)
    if (found !== undefined) return found
  }
  return undefined
}

function rangeHolds(range: JsonObject, ip: NonNullable<ReturnType<typeof parseIp>>): boolean {
  const cidr = parseCidr(range)
  return cidr !== undefined && cidrContains(cidr, ip)
}

function unknownMatcher(name: string): never {
  const what = name === 'CelMatcher' ? 'a CEL expression' : `the matcher ${stringOf(name) || 'extension'}`
  return undecidable('unknown_matcher', `${what} cannot be evaluated from a dump`)
}
