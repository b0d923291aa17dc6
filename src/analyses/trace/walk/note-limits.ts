import { type JsonObject, stringOf } from '../../../envoy/json.ts'
import type { ClusterCall } from '../../../semantics/clusters/cluster-call.ts'
import { isReached, isWorthTelling, limitsInUse } from '../../../semantics/clusters/limits-in-use.ts'
import { because } from '../../../semantics/reasons/reason.ts'
import { type HopDraft, note, warn } from './hop-draft.ts'
import type { TraceState } from './trace-state.ts'

/**
 * Notes how much of the clusters' circuit breakers is in use. That changes from one moment to the next, so it decides nothing: a limit
 * that is reached is a warning.
 */
export function noteLimits(
  { statuses }: TraceState,
  hop: HopDraft,
  { priority, notFoundStatus }: ClusterCall,
  clusters: ReadonlySet<JsonObject>,
): void {
  const limits = [...clusters].flatMap(({ name }) => limitsInUse(stringOf(name) ?? '', statuses, priority))
  const told = limits.filter(isWorthTelling)
  if (told.length > 0) note(hop, 'endpoints', { limits: told })
  const isHttp = notFoundStatus !== undefined
  for (const { cluster, limit, inUse, max } of limits.filter(isReached)) {
    // To TCP a request is a connection.
    if (isHttp || limit !== 'max_requests') warn(hop, because('limit-reached', { cluster, limit, inUse, max, isHttp }))
  }
}
