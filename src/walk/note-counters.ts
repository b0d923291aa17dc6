import { type JsonObject, stringOf } from '../envoy/json.ts'
import type { ClusterCall } from '../semantics/clusters/cluster-call.ts'
import { clusterStatus } from '../semantics/clusters/cluster-status.ts'
import { hostsNeverReached } from '../semantics/clusters/failed-connections.ts'
import { isReached, isWorthTelling, limitsInUse } from '../semantics/clusters/limits-in-use.ts'
import type { HostShare } from '../semantics/clusters/load-balancing.ts'
import { unansweredHttp2 } from '../semantics/clusters/unanswered-http2.ts'
import { because } from '../semantics/reasons/reason.ts'
import { type HopDraft, note, warn } from './hop-draft.ts'
import type { TraceState } from './trace-state.ts'

/**
 * Notes what `/clusters` counts of the clusters that a request can reach: how much of their circuit breakers is in use, and hosts to
 * which every connection failed. Both change from one moment to the next, so they decide nothing: they are warnings.
 */
export function noteCounters(
  traceState: TraceState,
  hop: HopDraft,
  { priority, notFoundStatus }: ClusterCall,
  clusters: ReadonlySet<JsonObject>,
  shares: readonly HostShare[],
): void {
  for (const cluster of clusters) {
    const name = stringOf(cluster.name) ?? ''
    const requests = unansweredHttp2(cluster, clusterStatus(traceState.statuses, name))
    if (requests !== undefined) warn(hop, because('http2-not-answered', { cluster: name, requests }))
  }
  const names = new Set([...clusters].map(({ name }) => stringOf(name) ?? ''))
  const isHttp = notFoundStatus !== undefined
  noteLimits(traceState, hop, names, priority, isHttp)
  for (const cluster of names) {
    const status = clusterStatus(traceState.statuses, cluster)
    const hosts = hostsNeverReached(status ?? {}).filter(({ address }) =>
      shares.some(({ host }) => host.label === address),
    )
    if (hosts.length > 0) warn(hop, because('connections-failed', { cluster, hosts, of: shares.length, isHttp }))
  }
}

function noteLimits(
  { statuses }: TraceState,
  hop: HopDraft,
  clusters: ReadonlySet<string>,
  priority: ClusterCall['priority'],
  isHttp: boolean,
): void {
  const limits = [...clusters].flatMap((cluster) => limitsInUse(cluster, statuses, priority))
  const told = limits.filter(isWorthTelling)
  if (told.length > 0) note(hop, 'endpoints', { limits: told })
  for (const { cluster, limit, inUse, max } of limits.filter(isReached)) {
    // To TCP a request is a connection.
    if (isHttp || limit !== 'max_requests') warn(hop, because('limit-reached', { cluster, limit, inUse, max, isHttp }))
  }
}
