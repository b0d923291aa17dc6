import { isObject, type JsonObject, numberOf, objectOf } from '../../envoy/json.ts'
import type { Runtime } from '../matching/runtime.ts'
import type { Host, HostSet } from './hosts.ts'
import { lbPolicies, localityConfigOf, pickingPolicy, picksByHash, weighedByReports } from './lb-policy.ts'
import { type PriorityLoad, priorityLoads } from './priority-load.ts'
import { subsetConfig } from './subset.ts'
import { type ZoneRouting, zoneShares } from './zone-shares.ts'

/** What else the shares depend on. */
export interface ShareContext {
  readonly runtime?: Runtime
  /** How zones count; absent when zone-aware routing is off. */
  readonly zones?: ZoneRouting | undefined
  /** The clusters of an aggregate, one for each set: the aggregate picks the priority, the member's own panic the hosts. */
  readonly members?: readonly JsonObject[] | undefined
}

/** How hosts of a level are weighed. */
export interface SpreadRule {
  readonly byLocality: boolean
  readonly byHash: boolean
  readonly byHostWeight: boolean
  /** A level in panic has no host instead of all of them. */
  readonly failsOnPanic: boolean
}

export interface HostShare {
  readonly host: Host
  readonly probability: number
}

/** One priority with what it gets of the requests, and where its panic begins, in percent. */
export interface BalancedLevel extends PriorityLoad {
  readonly panicThreshold: number
}

export interface Balance {
  /** Hosts that can be picked. The shares make 1, or less where Envoy would find no host. */
  readonly shares: readonly HostShare[]
  readonly levels: readonly BalancedLevel[]
  readonly rule: SpreadRule
}

/**
 * Which hosts can be picked and how often: priority, locality, weight.
 * @param sets one per cluster, several for an aggregate: their priorities are lined up one after the other
 */
export function balance(
  cluster: JsonObject,
  sets: readonly HostSet[],
  { runtime, zones, members }: ShareContext = {},
): Balance {
  const rule: SpreadRule = {
    byLocality: usesLocalityWeights(cluster),
    byHash: picksByHash(cluster),
    byHostWeight: !withoutHostWeights.has(pickingPolicy(cluster).name),
    failsOnPanic: failsOnPanic(cluster),
  }
  const panics = members?.flatMap((member, index) => levelPanics(member, sets.slice(index, index + 1), runtime))
  const panicThreshold = panicThresholdOf(cluster, runtime)
  const levels = priorityLoads(sets.flatMap(levelsOf), panicThreshold).map((load, index): BalancedLevel => {
    return { ...load, panicThreshold, ...panics?.[index] }
  })
  const shares = levels.flatMap((level) => {
    const own = levelShares(level, rule)
    // Zones count in the first priority only, for healthy hosts.
    const inZones = zones && !level.panic && level.hosts[0]?.priority === 0 ? zoneShares(zones, level.hosts) : undefined
    return zones === undefined || inZones === undefined ? own : own.map(moved(inZones, own, zones.enabled))
  })
  return { shares: shares.filter(({ probability }) => probability > 0), levels, rule }
}

function levelPanics(cluster: JsonObject, sets: readonly HostSet[], runtime: Runtime | undefined) {
  const panicThreshold = panicThresholdOf(cluster, runtime)
  return priorityLoads(sets.flatMap(levelsOf), panicThreshold).map(({ panic }) => ({ panic, panicThreshold }))
}

/** Percent of healthy hosts below which a priority panics, 0 to 100, the runtime's before the cluster's; 0 turns panic off. */
export function panicThresholdOf(cluster: JsonObject, runtime?: Runtime): number {
  const { healthy_panic_threshold: threshold } = objectOf(cluster.common_lb_config)
  const own = isObject(threshold) ? Math.round(numberOf(threshold.value) ?? 0) : 50
  return Math.min(100, numberOf(runtime?.value('upstream.healthy_panic_threshold')) ?? own)
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
  const levels = [...Map.groupBy(set.hosts, ({ priority }) => priority)].sort(([a], [b]) => a - b)
  return levels.map(([, hosts]) => ({ ...set, hosts }))
}

function levelShares(load: PriorityLoad, rule: SpreadRule): HostShare[] {
  if (load.panic)
    return rule.failsOnPanic ? [] : spread(load, load.hosts, load.healthy + load.degraded, rule, rule.byHash)
  const of = (health: Host['health']): Host[] => load.hosts.filter((host) => host.health === health)
  // Rings and tables hold healthy hosts only, whatever a priority has of degraded ones.
  if (rule.byHash) return spread(load, of('healthy'), load.healthy + load.degraded, rule, true)
  return [
    ...spread(load, of('healthy'), load.healthy, rule, true),
    ...spread(load, of('degraded'), load.degraded, rule, true),
  ]
}

/**
 * Spreads a percentage over some hosts of a level: by locality weight if the cluster asks for it, then by host weight. Policies that
 * hash weigh localities in panic as well, and not by how many of their hosts are available. Without any locality weight they find no
 * host (ThreadAwareLoadBalancerBase `normalizeLocalityWeights`), others then look at all localities alike.
 */
function spread(
  level: PriorityLoad,
  hosts: readonly Host[],
  percent: number,
  { byLocality, byHash, byHostWeight }: SpreadRule,
  localitiesCount: boolean,
): HostShare[] {
  if (percent === 0 || hosts.length === 0) return []
  const weightOf = ({ weight }: Host): number => (byHostWeight ? weight : 1)
  const total = (some: readonly Host[]): number => some.reduce((sum, host) => sum + weightOf(host), 0)
  const counted = hostsCounted(level)
  const localities = [...Map.groupBy(hosts, ({ locality }) => locality)].map(([locality, members]) => {
    const available = byHash ? 1 : availability(level, counted.get(locality) ?? 0, members.length)
    return { members, weight: (members[0]?.localityWeight ?? 0) * available }
  })
  const localityTotal = localities.reduce((sum, { weight }) => sum + weight, 0)
  if (byLocality && byHash && localityTotal === 0) return []
  if (!byLocality || !localitiesCount || localityTotal === 0) {
    const sum = total(hosts)
    return hosts.map((host) => ({ host, probability: (percent / 100) * (weightOf(host) / sum) }))
  }
  return localities.flatMap(({ members, weight }) => {
    const sum = total(members)
    const share = (percent / 100) * (weight / localityTotal)
    return weight === 0 ? [] : members.map((host) => ({ host, probability: share * (weightOf(host) / sum) }))
  })
}

/** 0 to 1: the share of a locality's hosts that can be picked, times the overprovisioning factor. (HostSetImpl::effectiveLocalityWeight) */
function availability({ overprovisioning }: PriorityLoad, counted: number, eligible: number): number {
  return counted === 0 ? 0 : Math.min(1, (overprovisioning / 100) * (eligible / counted))
}

/** How many hosts of each locality count. */
function hostsCounted({ hosts }: PriorityLoad): ReadonlyMap<string, number> {
  const counted = new Map<string, number>()
  for (const { locality, excluded } of hosts) if (!excluded) counted.set(locality, (counted.get(locality) ?? 0) + 1)
  return counted
}

/** Random takes no weights, the other one those of load reports, which a dump does not have. */
const withoutHostWeights: ReadonlySet<string> = new Set(['RANDOM', weighedByReports])

/** Whether localities are weighed: a subset keeps their weights only where it says so. (SubsetLoadBalancer::determineLocalityWeights) */
function usesLocalityWeights(cluster: JsonObject): boolean {
  const subset = subsetConfig(cluster)
  if (subset !== undefined && subset.locality_weight_aware !== true) return false
  if (lbPolicies(cluster).some(({ name }) => name === 'WrrLocality')) return true
  return isObject(localityConfigOf(cluster).locality_weighted_lb_config)
}

/** A level in panic then has no host instead of all of them. Policies that hash do not know the setting. */
function failsOnPanic(cluster: JsonObject): boolean {
  const zoneAware = objectOf(localityConfigOf(cluster).zone_aware_lb_config)
  return zoneAware.fail_traffic_on_panic === true && !picksByHash(cluster)
}
