import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import type { Host } from './hosts.ts'

export interface SubsetChoice {
  readonly hosts: readonly Host[]
  readonly reason: string
}

/** The subset configuration of a cluster, as a field or as a load balancing policy. Without selectors it does nothing. */
export function subsetConfig(cluster: JsonObject): JsonObject | undefined {
  const config = configured(cluster)
  return objectsOf(config?.subset_selectors).length === 0 ? undefined : config
}

function configured(cluster: JsonObject): JsonObject | undefined {
  if (isObject(cluster.lb_subset_config)) return cluster.lb_subset_config
  const [policy] = objectsOf(objectOf(cluster.load_balancing_policy).policies)
  if (policy === undefined) return undefined
  const { message, config } = typedConfig(objectOf(policy.typed_extension_config))
  return message === 'Subset' ? config : undefined
}

/**
 * The hosts that a request's metadata criteria select. (SubsetLoadBalancer)
 * @param criteria `envoy.lb` of the route's metadata_match, with the request's own on top
 */
export function subsetHosts(config: JsonObject, hosts: readonly Host[], criteria: JsonObject): SubsetChoice {
  const { fallback_list: list, ...own } = criteria
  if (config.metadata_fallback_policy !== 'FALLBACK_LIST') return chosenHosts(config, hosts, criteria)
  // Criteria of the list are tried one after the other, each on top of the route's.
  const tries = objectsOf(list).map((one) => chosenHosts(config, hosts, { ...own, ...one }))
  const [first = chosenHosts(config, hosts, own)] = tries
  return tries.find((choice) => choice.hosts.length > 0) ?? first
}

function chosenHosts(config: JsonObject, hosts: readonly Host[], criteria: JsonObject): SubsetChoice {
  const keys = Object.keys(criteria).sort()
  const wanted = describe(criteria)
  const selector = objectsOf(config.subset_selectors).find((one) => sameKeys(stringsOf(one.keys), keys))
  if (keys.length > 0 && selector !== undefined) {
    const found = matching(hosts, criteria, config.list_as_any === true)
    if (found.length > 0) return { hosts: found, reason: `subset ${wanted}` }
    const own = stringOf(selector.fallback_policy)
    if (own === 'KEYS_SUBSET') {
      const kept = stringsOf(selector.fallback_keys_subset)
      return chosenHosts(config, hosts, Object.fromEntries(kept.map((key) => [key, criteria[key]])))
    }
    // A selector's own fallback knows no panic.
    if (own !== undefined && own !== 'NOT_DEFINED')
      return fallback(own, { ...config, panic_mode_any: false }, hosts, `subset ${wanted} is empty`)
  }
  const why =
    keys.length === 0
      ? 'no subset asked for'
      : selector === undefined
        ? `no selector for ${wanted}`
        : `subset ${wanted} is empty`
  return fallback(stringOf(config.fallback_policy) ?? 'NO_FALLBACK', config, hosts, why)
}

function fallback(policy: string, config: JsonObject, hosts: readonly Host[], why: string): SubsetChoice {
  if (policy === 'ANY_ENDPOINT') return { hosts, reason: `${why}, falls back to any endpoint` }
  if (policy !== 'DEFAULT_SUBSET') return { hosts: [], reason: `${why} and there is no fallback` }
  const chosen = matching(hosts, objectOf(config.default_subset), config.list_as_any === true)
  if (chosen.length === 0 && config.panic_mode_any === true)
    return { hosts, reason: `${why}, panic mode takes any endpoint` }
  return { hosts: chosen, reason: `${why}, falls back to the default subset` }
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
