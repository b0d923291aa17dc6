import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import type { Host, HostSet } from './hosts.ts'
import { type PriorityLoad, priorityLoads } from './priority-load.ts'
import { type ZoneRouting, zoneShares } from './zone-shares.ts'

export interface HostShare {
  readonly host: Host
  readonly probability: number
}

/** The load balancing policy in force: the first typed policy, else `lb_policy`. */
export function lbPolicyOf(cluster: JsonObject): string {
  const [policy] = objectsOf(objectOf(cluster.load_balancing_policy).policies)
  if (policy === undefined) return stringOf(cluster.lb_policy) ?? 'ROUND_ROBIN'
  const { message } = typedConfig(objectOf(policy.typed_extension_config))
  return policyNames.get(message) ?? message
}

/**
 * Which hosts can be picked and how often: priority, locality, weight. The shares make 1, or less where Envoy would find no host.
 * @param sets one per cluster, several for an aggregate: their priorities are lined up one after the other
 * @param zones how zones count; undefined when zone-aware routing is off
 * @param members the clusters of an aggregate, one for each set: the aggregate picks the priority, the member's own panic the hosts
 */
export function hostShares(
  cluster: JsonObject,
  sets: readonly HostSet[],
  zones?: ZoneRouting,
  members?: readonly JsonObject[],
): HostShare[] {
  const levels = sets.flatMap(levelsOf)
  const threshold = panicThresholdOf(cluster)
  const panics = members?.flatMap((member, index) =>
    priorityLoads(sets.slice(index, index + 1).flatMap(levelsOf), panicThresholdOf(member)).map(({ panic }) => panic),
  )
  const byLocality = usesLocalityWeights(cluster)
  const weighted = lbPolicyOf(cluster) !== 'RANDOM'
  return priorityLoads(levels, threshold).flatMap((chosen, index) => {
    const load = { ...chosen, panic: panics?.[index] ?? chosen.panic }
    const shares = levelShares(load, byLocality, weighted)
    // Zones count in the first priority only, for healthy hosts.
    const inZones = zones && !load.panic && load.hosts[0]?.priority === 0 ? zoneShares(zones, load.hosts) : undefined
    return zones === undefined || inZones === undefined ? shares : shares.map(moved(inZones, shares, zones.enabled))
  })
}

/** Percent of healthy hosts below which a priority panics; 0 turns panic off. */
export function panicThresholdOf(cluster: JsonObject): number {
  const { healthy_panic_threshold: threshold } = objectOf(cluster.common_lb_config)
  return isObject(threshold) ? (numberOf(threshold.value) ?? 0) : 50
}

/** Moves the healthy part of a level to the shares of the zones, for those requests that zones are looked at for. */
function moved(inZones: ReadonlyMap<string, number>, shares: readonly HostShare[], enabled: number) {
  const byLocality = new Map<string, number>()
  let total = 0
  for (const { host, probability } of shares.filter(({ host }) => host.health === 'healthy')) {
    byLocality.set(host.locality, (byLocality.get(host.locality) ?? 0) + probability)
    total += probability
  }
  return (share: HostShare): HostShare => {
    const { host, probability } = share
    if (host.health !== 'healthy' || probability === 0) return share
    const zone = byLocality.get(host.locality) ?? probability
    const inZone = (inZones.get(host.locality) ?? 0) * total * (probability / zone)
    return { host, probability: enabled * inZone + (1 - enabled) * probability }
  }
}

function levelsOf(set: HostSet): HostSet[] {
  const priorities = [...new Set(set.hosts.map(({ priority }) => priority))].sort((a, b) => a - b)
  return priorities.map((priority) => ({ ...set, hosts: set.hosts.filter((host) => host.priority === priority) }))
}

function levelShares(load: PriorityLoad, byLocality: boolean, weighted: boolean): HostShare[] {
  if (load.panic) return spread(load.hosts, load.healthy + load.degraded, byLocality, weighted, load.hosts)
  const of = (health: Host['health']): Host[] => load.hosts.filter((host) => host.health === health)
  return [
    ...spread(of('healthy'), load.healthy, byLocality, weighted, load.hosts),
    ...spread(of('degraded'), load.degraded, byLocality, weighted, load.hosts),
  ]
}

/** Spreads a percentage over hosts: by locality weight times availability if the cluster asks for it, then by host weight. */
function spread(
  hosts: readonly Host[],
  percent: number,
  byLocality: boolean,
  weighted: boolean,
  all: readonly Host[],
): HostShare[] {
  if (percent === 0 || hosts.length === 0) return []
  const weightOf = ({ weight }: Host): number => (weighted ? weight : 1)
  const total = (some: readonly Host[]): number => some.reduce((sum, host) => sum + weightOf(host), 0)
  const localities = [...new Set(hosts.map(({ locality }) => locality))].map((locality) => {
    const members = hosts.filter((host) => host.locality === locality)
    const available = Math.min(
      1,
      (1.4 * members.length) / all.filter((host) => host.locality === locality && !host.excluded).length,
    )
    return { members, weight: (members[0]?.localityWeight ?? 0) * available }
  })
  const localityTotal = localities.reduce((sum, { weight }) => sum + weight, 0)
  if (!byLocality || localityTotal === 0) {
    const sum = total(hosts)
    return hosts.map((host) => ({ host, probability: (percent / 100) * (weightOf(host) / sum) }))
  }
  return localities.flatMap(({ members, weight }) => {
    const sum = total(members)
    const share = (percent / 100) * (weight / localityTotal)
    return weight === 0 ? [] : members.map((host) => ({ host, probability: share * (weightOf(host) / sum) }))
  })
}

function usesLocalityWeights(cluster: JsonObject): boolean {
  if (isObject(objectOf(cluster.common_lb_config).locality_weighted_lb_config)) return true
  const [policy] = objectsOf(objectOf(cluster.load_balancing_policy).policies)
  if (policy === undefined) return false
  const { message, config } = typedConfig(objectOf(policy.typed_extension_config))
  return message === 'WrrLocality' || isObject(objectOf(config.locality_lb_config).locality_weighted_lb_config)
}

const policyNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    RoundRobin: 'ROUND_ROBIN',
    LeastRequest: 'LEAST_REQUEST',
    Random: 'RANDOM',
    RingHash: 'RING_HASH',
    Maglev: 'MAGLEV',
    ClusterProvided: 'CLUSTER_PROVIDED',
  }),
)
