import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { because, type Reason } from '../reasons/reason.ts'
import type { SubsetFallback, SubsetReasons } from '../reasons/subset-reasons.ts'
import type { Host } from './hosts.ts'
import { lbPolicies } from './lb-policy.ts'

export interface SubsetChoice {
  readonly hosts: readonly Host[]
  readonly reason: Reason<keyof SubsetReasons>
}

/** The subset configuration of a cluster, as a field or as a load balancing policy. Without selectors it does nothing. */
export function subsetConfig(cluster: JsonObject): JsonObject | undefined {
  const config = configured(cluster)
  return objectsOf(config?.subset_selectors).length === 0 ? undefined : config
}

function configured(cluster: JsonObject): JsonObject | undefined {
  if (isObject(cluster.lb_subset_config)) return cluster.lb_subset_config
  return lbPolicies(cluster).find(({ name }) => name === 'Subset')?.config
}

/**
 * The hosts that a request's metadata criteria select. (SubsetLoadBalancer)
 * @param criteria `envoy.lb` of the route's metadata_match, with the request's own on top
 */
export function subsetHosts(config: JsonObject, hosts: readonly Host[], criteria: JsonObject): SubsetChoice {
  const chosen = candidates(config, hosts, criteria)
  if (config.locality_weight_aware !== true || config.scale_locality_weight !== true) return chosen
  // The weight of a locality shrinks with the part of its hosts that the subset holds.
  const size = (some: readonly Host[], one: Host) =>
    some.filter(({ locality, priority }) => locality === one.locality && priority === one.priority).length
  const scaled = (host: Host): Host => {
    const { localityWeight } = host
    if (localityWeight === undefined) return host
    const part = size(chosen.hosts, host) / size(hosts, host)
    return { ...host, localityWeight: Math.max(1, Math.round(localityWeight * part)) }
  }
  return { ...chosen, hosts: chosen.hosts.map(scaled) }
}

function candidates(config: JsonObject, hosts: readonly Host[], criteria: JsonObject): SubsetChoice {
  const { fallback_list: list, ...own } = criteria
  if (config.metadata_fallback_policy !== 'FALLBACK_LIST') return chosenHosts(config, hosts, criteria)
  // Criteria of the list are tried one after the other, each on top of the route's.
  const tries = objectsOf(list).map((one) => chosenHosts(config, hosts, { ...own, ...one }))
  const [first = chosenHosts(config, hosts, own)] = tries
  return tries.find((choice) => choice.hosts.length > 0) ?? first
}

function chosenHosts(config: JsonObject, hosts: readonly Host[], asked: JsonObject): SubsetChoice {
  const selector = selectorFor(config, Object.keys(asked).sort())
  const kept = selector === undefined ? Object.keys(asked) : stringsOf(selector.keys)
  const criteria = Object.fromEntries(Object.entries(asked).filter(([key]) => kept.includes(key)))
  const keys = Object.keys(criteria)
  const subset = describe(criteria)
  if (keys.length > 0 && selector !== undefined) {
    const found = matching(hosts, criteria, config.list_as_any === true)
    if (found.length > 0) return { hosts: found, reason: because('subset-chosen', { subset }) }
    const own = stringOf(selector.fallback_policy)
    if (own === 'KEYS_SUBSET') {
      const fewer = stringsOf(selector.fallback_keys_subset)
      return chosenHosts(config, hosts, Object.fromEntries(fewer.map((key) => [key, criteria[key]])))
    }
    // A selector's own fallback knows no panic.
    if (own !== undefined && own !== 'NOT_DEFINED')
      return fallback(own, { ...config, panic_mode_any: false }, hosts, { subset, cause: 'empty' })
  }
  const cause = keys.length === 0 ? 'not-asked' : selector === undefined ? 'no-selector' : 'empty'
  return fallback(stringOf(config.fallback_policy) ?? 'NO_FALLBACK', config, hosts, { subset, cause })
}

function fallback(
  policy: string,
  config: JsonObject,
  hosts: readonly Host[],
  missed: Omit<SubsetFallback, 'fallback'>,
): SubsetChoice {
  const to = (found: readonly Host[], fallback: SubsetFallback['fallback']): SubsetChoice => ({
    hosts: found,
    reason: because('subset-fallback', { ...missed, fallback }),
  })
  if (policy === 'ANY_ENDPOINT') return to(hosts, 'any-endpoint')
  if (policy !== 'DEFAULT_SUBSET') return to([], 'none')
  const chosen = matching(hosts, objectOf(config.default_subset), config.list_as_any === true)
  if (chosen.length === 0 && config.panic_mode_any === true) return to(hosts, 'panic')
  return to(chosen, 'default-subset')
}

/**
 * The selector with just the keys of the request; where redundant keys are allowed, the one with the most keys that the request all
 * has, the first of equals. (Subset `allow_redundant_keys`)
 */
function selectorFor(config: JsonObject, keys: readonly string[]): JsonObject | undefined {
  const selectors = objectsOf(config.subset_selectors)
  if (config.allow_redundant_keys !== true) return selectors.find((one) => sameKeys(stringsOf(one.keys), keys))
  const fitting = selectors.filter((one) => stringsOf(one.keys).every((key) => keys.includes(key)))
  const max = fitting.reduce((longest, one) => Math.max(longest, stringsOf(one.keys).length), 0)
  return fitting.find((one) => stringsOf(one.keys).length === max)
}

/** @param anyOfList a host's list stands for each of its values */
function matching(hosts: readonly Host[], criteria: JsonObject, anyOfList: boolean): readonly Host[] {
  return hosts.filter(({ metadata }) => {
    const own = objectOf(metadata['envoy.lb'])
    return Object.entries(criteria).every(([key, value]) => {
      const has = own[key]
      if (anyOfList && Array.isArray(has)) return has.some((one) => sameValue(one, value))
      return sameValue(has, value)
    })
  })
}

function sameKeys(selector: readonly string[], keys: readonly string[]): boolean {
  return selector.length === keys.length && [...selector].sort().every((key, index) => key === keys[index])
}

function sameValue(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || (a !== undefined && JSON.stringify(a) === JSON.stringify(b))
}

function describe(criteria: JsonObject): string {
  return Object.entries(criteria)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(',')
}
