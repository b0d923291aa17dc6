import type { JsonObject } from '../../../envoy/json.ts'
import { hostCounts } from '../../../envoy/proto-json/host-counts.ts'

/** What a host has been asked for, and how often that failed. */
export interface HostAttempts {
  readonly attempts: number
  readonly failures: number
  readonly failedConnections: number
}

/**
 * The counters of an `envoy.admin.v3.HostStatus` as attempts. `rq_error` holds timeouts (`rq_timeout`) and requests that got no connection,
 * which `rq_total` leaves out; a TCP proxy counts no error but the connection that could not be made.
 */
export function hostAttempts(host: JsonObject): HostAttempts {
  const counts = hostCounts(host)
  const of = (name: string) => counts.get(name) ?? 0
  const failures = of('rq_error')
  const failedConnections = of('cx_connect_fail')
  return {
    attempts: Math.max(of('rq_total'), of('rq_success') + failures),
    failures,
    failedConnections,
  }
}
