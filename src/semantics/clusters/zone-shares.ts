import { because, type Reason } from '../reasons/reason.ts'
import type { Host, HostSet } from './hosts.ts'

/** What zone-aware routing of a cluster goes by. */
export interface ZoneRouting {
  /** The proxy's own locality. */
  readonly locality: string
  /** Priority 0 of the cluster that the proxy belongs to. */
  readonly local: HostSet
  /** Share of requests that zones are looked at for, 0 to 1. */
  readonly enabled: number
  /** So many healthy endpoints in the own zone get everything (`force_local_zone`); undefined when that is off. */
  readonly forcedFrom: number | undefined
  /** Zones count by the weight of their hosts instead of the number. */
  readonly byWeight: boolean
  /** Both clusters have to have as many zones. */
  readonly equalZones: boolean
  /** Of the cluster, in percent; below it the local cluster is in panic. */
  readonly panicThreshold: number
}

/** What zone-aware routing does to the choice of endpoints; undefined when Envoy does not look at zones. */
export function zoneEffect(routing: ZoneRouting, hosts: readonly Host[]): Reason<'zone-routing'> | undefined {
  const { locality, enabled } = routing
  const shares = zoneShares(
    routing,
    hosts.filter(({ priority }) => priority === 0),
  )
  if (shares === undefined || enabled === 0) return undefined
  return because('zone-routing', { locality, share: shares.get(locality) ?? 0, enabled })
}

/**
 * Shares of the localities of priority 0, by Envoy's ZoneAwareLoadBalancerBase: the own zone takes what it can for the proxies that
 * are in it, the rest goes where endpoints are more than proxies. Undefined when Envoy does not look at zones.
 * @param all every host of the priority
 * @returns 0 to 1 by locality, together 1
 */
export function zoneShares(routing: ZoneRouting, all: readonly Host[]): ReadonlyMap<string, number> | undefined {
  const { locality, local, forcedFrom } = routing
  const upstream = byLocality(all)
  const mine = byLocality(local.hosts)
  const force = forcedFrom !== undefined
  if ((mine.size < 2 && !force) || !mine.has(locality)) return undefined
  if (routing.equalZones && (upstream.size !== mine.size || !upstream.has(locality))) return undefined
  if (inPanic(local, routing.panicThreshold)) return undefined
  const own = upstream.get(locality)?.length ?? 0
  const have = portions(upstream, routing.byWeight)
  const need = portions(mine, routing.byWeight)
  const ownHave = have.get(locality) ?? 0
  const ownNeed = need.get(locality) ?? 0
  if ((force && own > 0 && own >= forcedFrom) || (ownHave > 0 && ownHave >= ownNeed)) return new Map([[locality, 1]])
  const stays = ownNeed === 0 ? 0 : ownHave / ownNeed
  const others = [...have].filter(([zone]) => zone !== locality)
  const spare = others.map(([zone, portion]) => [zone, Math.max(0, portion - (need.get(zone) ?? 0))] as const)
  const total = spare.reduce((sum, [, portion]) => sum + portion, 0)
  // Without a zone that has more than it needs, Envoy picks any, the own one too.
  const rest = total === 0 ? [...have.keys()].map((zone) => [zone, 1 / have.size] as const) : spare
  const shares = new Map([[locality, stays]])
  for (const [zone, portion] of rest)
    shares.set(zone, (shares.get(zone) ?? 0) + (1 - stays) * (total === 0 ? portion : portion / total))
  return shares
}

function isHealthy({ health }: Host): boolean {
  return health === 'healthy'
}

/** The healthy hosts of each locality, also of one that has none. */
function byLocality(hosts: readonly Host[]): Map<string, readonly Host[]> {
  const localities = Map.groupBy(hosts, ({ locality }) => locality)
  return new Map([...localities].map(([locality, own]) => [locality, own.filter(isHealthy)]))
}

/** What part of all healthy hosts a locality has. */
function portions(localities: ReadonlyMap<string, readonly Host[]>, byWeight: boolean): ReadonlyMap<string, number> {
  const sizes = [...localities].map(([locality, hosts]) => {
    return [locality, byWeight ? hosts.reduce((sum, { weight }) => sum + weight, 0) : hosts.length] as const
  })
  const total = sizes.reduce((sum, [, size]) => sum + size, 0)
  return new Map(sizes.map(([locality, size]) => [locality, total === 0 ? 0 : size / total]))
}

function inPanic({ hosts }: HostSet, threshold: number): boolean {
  const counted = hosts.filter(({ excluded }) => !excluded)
  const able = counted.filter(({ health }) => health !== 'unhealthy').length
  return counted.length === 0 ? threshold > 0 : (100 * able) / counted.length < threshold
}
