import { type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import type { Runtime } from '../matching/runtime.ts'

export type RoutingPriority = 'DEFAULT' | 'HIGH'

/** A threshold that turns everything away when it is 0, and how Envoy logs that. */
interface ClosedThreshold {
  readonly threshold: string
  /** Response flags. */
  readonly flags: string
  /** Response code details; none for a connection. */
  readonly details: string
}

const overflow = 'upstream_reset_before_response_started{overflow}'

/** In the order that Envoy asks. Of HTTP, connections may be none: each endpoint gets its first one all the same. (ConnPoolImplBase) */
const httpThresholds: readonly ClosedThreshold[] = [
  { threshold: 'max_connection_pools', flags: 'UH', details: 'no_healthy_upstream' },
  { threshold: 'max_pending_requests', flags: 'UO', details: overflow },
  { threshold: 'max_requests', flags: 'UO', details: overflow },
]

const tcpThresholds: readonly ClosedThreshold[] = [
  { threshold: 'max_connections', flags: 'UO', details: overflow },
  { threshold: 'max_pending_requests', flags: 'URX', details: overflow },
]

/**
 * The threshold by which a cluster's circuit breakers let nothing through: one of 0 is always reached. Any other depends on the
 * traffic.
 */
export function closedThreshold(
  cluster: JsonObject,
  runtime: Runtime,
  { priority, notFoundStatus }: { readonly priority: RoutingPriority; readonly notFoundStatus: number | undefined },
): ClosedThreshold | undefined {
  const thresholds = objectsOf(objectOf(cluster.circuit_breakers).thresholds)
  const own = thresholds.find((one) => (stringOf(one.priority) ?? 'DEFAULT') === priority)
  const prefix = `circuit_breakers.${stringOf(cluster.name) ?? ''}.${priority.toLowerCase()}`
  const all = notFoundStatus === undefined ? tcpThresholds : httpThresholds
  return all.find(
    ({ threshold }) => (numberOf(runtime.value(`${prefix}.${threshold}`)) ?? numberOf(own?.[threshold])) === 0,
  )
}

/** 0 to 1: the share of a cluster's requests that the runtime's `upstream.maintenance_mode.CLUSTER` turns away. */
export function maintenanceShare(cluster: JsonObject, runtime: Runtime): number {
  const percent = numberOf(runtime.value(`upstream.maintenance_mode.${stringOf(cluster.name) ?? ''}`)) ?? 0
  return Math.min(1, Math.max(0, percent / 100))
}
