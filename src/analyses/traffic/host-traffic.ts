import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import type { Host } from '../../envoy/model/hosts.ts'
import { growth, type TrafficReadings, total } from './readings.ts'
import { type CountedHost, hostKey } from './sample.ts'

/** What hosts of a cluster count; a value is undefined where it is not known. */
export interface HostTraffic {
  readonly requests: number | undefined
  /** Answers of 5xx, resets and timeouts. */
  readonly errors: number | undefined
  readonly timeouts: number | undefined
  readonly failedConnections: number | undefined
  /** Gauges: what is under way. */
  readonly active: number | undefined
  readonly pending: number | undefined
  readonly connections: number | undefined
}

/** Of one host; undefined where the last sample does not have it. */
export function hostTraffic(cluster: string, host: Host, readings: TrafficReadings): HostTraffic | undefined {
  const found = hostsByKey(readings.last.hosts.get(cluster) ?? none).get(hostKey(host))
  return found && trafficOf(found, hostsBefore(cluster, readings), readings)
}

/** Of all hosts that a cluster has now; undefined where Envoy does not have the cluster, or was not asked. */
export function clusterTraffic(cluster: string, readings: TrafficReadings): HostTraffic | undefined {
  const first = hostsBefore(cluster, readings)
  const each = readings.last.hosts.get(cluster)?.map((host) => trafficOf(host, first, readings))
  if (each === undefined) return undefined
  const sum = (name: keyof HostTraffic) => total(each.map((traffic) => traffic[name]))
  return {
    requests: sum('requests'),
    errors: sum('errors'),
    timeouts: sum('timeouts'),
    failedConnections: sum('failedConnections'),
    active: sum('active'),
    pending: sum('pending'),
    connections: sum('connections'),
  }
}

type HostsByKey = ReadonlyMap<string, CountedHost>

function hostsBefore(cluster: string, { first }: TrafficReadings): HostsByKey {
  return hostsByKey(first?.hosts.get(cluster) ?? none)
}

const none: readonly CountedHost[] = []

/** Worked out once for a cluster: each of its hosts is asked for in every column. */
const hostsByKey = memoizeByObject(
  (hosts: readonly CountedHost[]): HostsByKey => new Map(hosts.toReversed().map((host) => [host.key, host])),
)

/** (envoy.admin.v3.HostStatus; ALL_HOST_STATS in envoy/upstream/host_description.h) */
function trafficOf({ key, counts }: CountedHost, first: HostsByKey, readings: TrafficReadings): HostTraffic {
  const before = first.get(key)?.counts
  // Without `/clusters` in the first sample, the growth of a host is not known.
  const isKnown = readings.first === undefined || readings.first.statuses !== undefined
  const counter = (name: string) => (isKnown ? growth(counts.get(name) ?? 0, before?.get(name), readings) : undefined)
  return {
    requests: counter('rq_total'),
    errors: counter('rq_error'),
    timeouts: counter('rq_timeout'),
    failedConnections: counter('cx_connect_fail'),
    active: counts.get('rq_active') ?? 0,
    // Envoy 1.38 does not have it.
    pending: counts.get('rq_pending_active'),
    connections: counts.get('cx_active') ?? 0,
  }
}
