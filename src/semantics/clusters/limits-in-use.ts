import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { hostCounts } from '../../envoy/proto-json/host-counts.ts'
import type { LimitInUse, LimitName } from '../reasons/limit-in-use.ts'
import type { RoutingPriority } from './circuit-breakers.ts'
import { clusterStatus } from './cluster-status.ts'

/** The gauges of hosts that count against a limit. (envoy.admin.v3.HostStatus) */
const gauges: readonly (readonly [LimitName, string])[] = [
  ['max_connections', 'cx_active'],
  ['max_pending_requests', 'rq_pending_active'],
  ['max_requests', 'rq_active'],
]

/**
 * The limits of a cluster beside what is in use of them. Hosts do not tell the priority of their requests: all count for each.
 * A limit is left out where Envoy, being older, does not tell its gauge.
 * @param statuses each `envoy.admin.v3.ClusterStatus` of a reply to `/clusters`
 */
export function limitsInUse(
  cluster: string,
  statuses: readonly JsonObject[] | undefined,
  priority: RoutingPriority,
): readonly LimitInUse[] {
  const status = clusterStatus(statuses, cluster)
  const thresholds = objectsOf(objectOf(status?.circuit_breakers).thresholds)
  const own = thresholds.find((one) => (stringOf(one.priority) ?? 'DEFAULT') === priority)
  if (status === undefined || !isObject(own)) return []
  const values = objectsOf(status.host_statuses).map(hostCounts)
  return gauges.flatMap(([limit, gauge]) => {
    const known = values.flatMap((of) => of.get(gauge) ?? [])
    if (known.length === 0) return []
    return [{ cluster, limit, inUse: known.reduce((sum, value) => sum + value, 0), max: numberOf(own[limit]) ?? 0 }]
  })
}

/** Envoy's own limit, and Istio's, is so high that nobody chose it. */
const unchosen = 1024

/** Whether a limit is one that somebody chose, or at least half of it is in use. */
export function isWorthTelling({ inUse, max }: LimitInUse): boolean {
  return max > 0 && (max < unchosen || inUse * 2 >= max)
}

/** Whether as much is in use as may be; a limit of 0 is another matter, for it lets nothing through ever. */
export function isReached({ inUse, max }: LimitInUse): boolean {
  return max > 0 && inUse >= max
}
