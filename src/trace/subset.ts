import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../envoy/json.ts'
import { typedConfig } from '../envoy/typed-config.ts'
import type { Host } from './hosts.ts'

export interface SubsetChoice {
  readonly hosts: readonly Host[]
  readonly reason: string
}

/** The subset configuration of a cluster, as a field or as a load balancing policy. */
export function subsetConfig(cluster: JsonObject): JsonObject | undefined {
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
  const keys = Object.keys(criteria).sort()
  const wanted = describe(criteria)
  const selector = objectsOf(config.subset_selectors).find((one) => sameKeys(stringsOf(one.keys), keys))
  if (keys.length > 0 && selector !== undefined) {
    const found = matching(hosts, criteria)
    if (found.length > 0) return { hosts: found, reason: `subset ${wanted}` }
    const own = stringOf(selector.fallback_policy)
    if (own === 'KEYS_SUBSET') {
      const kept = stringsOf(selector.fallback_keys_subset)
      return subsetHosts(config, hosts, Object.fromEntries(kept.map((key) => [key, criteria[key]])))
    }
    if (own !== undefined && own !== 'NOT_DEFINED') return fallback(own, config, hosts, `subset ${wanted} is empty`)
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
  const chosen = matching(hosts, objectOf(config.default_subset))
  if (chosen.length === 0 && config.panic_mode_any === true)
    return { hosts, reason: `${why}, panic mode takes any endpoint` }
  return { hosts: chosen, reason: `${why}, falls back to the default subset` }
}

function matching(hosts: readonly Host[], criteria: JsonObject): readonly Host[] {
  return hosts.filter(({ metadata }) => {
    const own = objectOf(metadata['envoy.lb'])
    return Object.entries(criteria).every(([key, value]) => sameValue(own[key], value))
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
