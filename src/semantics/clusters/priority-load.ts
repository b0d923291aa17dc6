import type { Host, HostSet } from './hosts.ts'

/** What one priority level gets of the traffic. Loads in percent; all levels together make 100. */
export interface PriorityLoad {
  readonly hosts: readonly Host[]
  readonly healthy: number
  readonly degraded: number
  /** In panic every host is eligible, healthy or not. */
  readonly panic: boolean
  /** Percent. */
  readonly overprovisioning: number
}

/**
 * How traffic is spread over priorities, by Envoy's LoadBalancerBase: a level's health counts 140 % of its healthy share, a level
 * takes what it can and the rest spills over to the next; when there is not enough health altogether, levels below the panic
 * threshold use all their hosts.
 * @param levels host sets in priority order
 * @param panicThreshold percent, 0 turns panic off
 */
export function priorityLoads(levels: readonly HostSet[], panicThreshold: number): PriorityLoad[] {
  const shares = levels.map((level) => ({ healthy: share(level, 'healthy'), degraded: share(level, 'degraded') }))
  const available = levels.map(({ overprovisioning }, index) => ({
    healthy: availablePercent(overprovisioning, shares[index]?.healthy),
    degraded: availablePercent(overprovisioning, shares[index]?.degraded),
  }))
  const normalized = Math.min(
    100,
    available.reduce((sum, { healthy, degraded }) => sum + healthy + degraded, 0),
  )
  const panics = levels.map((level) => normalized < 100 && availableHosts(level) < panicThreshold)
  const load = (index: number, healthy: number, degraded: number): PriorityLoad => {
    return {
      hosts: levels[index]?.hosts ?? [],
      healthy,
      degraded,
      panic: panics[index] ?? false,
      overprovisioning: levels[index]?.overprovisioning ?? 140,
    }
  }
  if (normalized === 0 && panicThreshold === 0) return levels.map((_, index) => load(index, index === 0 ? 100 : 0, 0))
  if (panics.every(Boolean)) {
    const total = levels.reduce((sum, { hosts }) => sum + hosts.length, 0)
    return levels.map(({ hosts }, index) => load(index, total === 0 ? 0 : (100 * hosts.length) / total, 0))
  }
  let left = 100
  const take = (health: number): number => {
    const taken = Math.min(left, Math.floor((health * 100) / normalized))
    left -= taken
    return taken
  }
  const healthy = available.map((level) => take(level.healthy))
  const degraded = available.map((level) => take(level.degraded))
  const first = available.findIndex((level) => level.healthy + level.degraded > 0)
  return levels.map((_, index) => {
    const rest = index === first ? left : 0
    const toDegraded = (available[index]?.healthy ?? 0) === 0
    return load(
      index,
      (healthy[index] ?? 0) + (toDegraded ? 0 : rest),
      (degraded[index] ?? 0) + (toDegraded ? rest : 0),
    )
  })
}

/** How many hosts of a level (or how much of their weight) are in a state of health. */
interface Part {
  readonly some: number
  readonly all: number
}

function share({ hosts, weightedPriorityHealth }: HostSet, health: Host['health']): Part {
  const sum = (some: readonly Host[]): number =>
    some.reduce((total, { weight }) => total + (weightedPriorityHealth ? weight : 1), 0)
  const counted = hosts.filter((host) => !host.excluded)
  return { some: sum(counted.filter((host) => host.health === health)), all: sum(counted) }
}

/** In whole numbers, as Envoy: a product of fractions would lose a percent now and then. */
function availablePercent(overprovisioning: number, { some, all }: Part = { some: 0, all: 0 }): number {
  return all === 0 ? 0 : Math.min(100, Math.floor((overprovisioning * some) / all))
}

/** Percent of hosts that are healthy or degraded, whatever their weight. (LoadBalancerBase::isHostSetInPanic) */
function availableHosts({ hosts }: HostSet): number {
  const counted = hosts.filter((host) => !host.excluded)
  const available = counted.filter(({ health }) => health !== 'unhealthy').length
  return counted.length === 0 ? 0 : (100 * available) / counted.length
}
