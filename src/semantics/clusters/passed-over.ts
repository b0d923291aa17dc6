import type { Panic } from '../reasons/choice-reasons.ts'
import { because, type Reason } from '../reasons/reason.ts'
import type { Rejections } from '../reasons/rejection-reasons.ts'
import { countCauses } from '../reasons/unhealthy-causes.ts'
import type { UpstreamEnds } from '../reasons/upstream-ends.ts'
import type { Host } from './hosts.ts'
import type { Balance, BalancedLevel } from './load-balancing.ts'

/** Why a host of a cluster gets no request. */
export function whyPassedOver({ levels, rule }: Balance, host: Host): Reason<keyof Rejections> {
  const level = levels.find(({ hosts }) => hosts.includes(host))
  const { priority, health, unhealthyCauses, locality } = host
  if (level === undefined || !isUsed(level)) {
    return health === 'unhealthy'
      ? because('endpoint-unhealthy', { causes: unhealthyCauses })
      : because('endpoint-priority-unused', { priority })
  }
  if (level.panic && rule.failsOnPanic) return because('endpoint-in-panic', { priority })
  if (!level.panic && health === 'unhealthy') return because('endpoint-unhealthy', { causes: unhealthyCauses })
  if (!level.panic && health === 'degraded' && level.degraded === 0) return because('endpoint-degraded', {})
  if (rule.byLocality && !host.localityWeight) return because('endpoint-locality-without-weight', { locality })
  return because('endpoint-in-other-zone', { locality })
}

/** Why a cluster with endpoints has none for a request. */
export function whyNone(balance: Balance, cluster: string): Reason<keyof UpstreamEnds> {
  const { levels, rule } = balance
  const priorities = inPanic(balance)
  if (rule.failsOnPanic && priorities.length > 0) return because('panic-fails', { cluster, priorities })
  const hosts = levels.flatMap((level) => level.hosts)
  const isHealthy = hosts.some(({ health }) => health !== 'unhealthy') || priorities.length > 0
  if (rule.byLocality && rule.byHash && isHealthy) return because('localities-without-weight', { cluster })
  return because('endpoints-unhealthy', { cluster, endpoints: hosts.length, causes: countCauses(hosts) })
}

/** The priorities in panic of which every host gets requests. */
export function panicsOf(balance: Balance): readonly Panic[] {
  return balance.rule.failsOnPanic ? [] : inPanic(balance)
}

function inPanic({ levels }: Balance): readonly Panic[] {
  return levels.filter((level) => level.panic && isUsed(level)).map(panicOf)
}

function isUsed({ healthy, degraded }: BalancedLevel): boolean {
  return healthy + degraded > 0
}

function panicOf({ hosts, panicThreshold }: BalancedLevel): Panic {
  const counted = hosts.filter(({ excluded }) => !excluded)
  return {
    priority: hosts[0]?.priority ?? 0,
    endpoints: counted.length,
    healthy: counted.filter(({ health }) => health !== 'unhealthy').length,
    threshold: panicThreshold,
  }
}
