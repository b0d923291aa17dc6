import { type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../envoy/json.ts'
import { fractionOf } from '../envoy/text/fractional-percent.ts'
import { closedThreshold, maintenanceShare } from '../semantics/clusters/circuit-breakers.ts'
import type { ClusterCall } from '../semantics/clusters/cluster-call.ts'
import { assignmentOf } from '../semantics/clusters/hosts.ts'
import type { DumpIndex } from '../semantics/connection/dump-index.ts'
import { endWith, type RequestEnd } from '../semantics/outcome.ts'
import { because } from '../semantics/reasons/reason.ts'
import type { TraceState } from './trace-state.ts'

/**
 * What the router turns away before it looks for an endpoint, on the word of the runtime and of the control plane; plain TCP is not
 * asked about. (Router `decodeHeaders`: maintenanceMode, checkDropOverload)
 * @returns the end in the alternatives that are turned away
 */
export function turnAway({ index, chance }: TraceState, cluster: JsonObject): RequestEnd | undefined {
  const name = stringOf(cluster.name) ?? ''
  const maintained = maintenanceShare(cluster, index.runtime)
  if (maintained > 0 && chance.draw([maintained, 1 - maintained]) === 0) {
    const reason = because('maintenance-mode', { cluster: name, probability: maintained })
    return endWith({ kind: 'denied', status: 503, flags: 'UO', details: 'maintenance_mode', reason })
  }
  const dropped = droppedShare(cluster, index)
  if (dropped === 0 || chance.draw([dropped, 1 - dropped]) !== 0) return undefined
  const reason = because('requests-dropped', { cluster: name, probability: dropped })
  return endWith({ kind: 'denied', status: 503, flags: 'DO', details: 'drop_overload', reason })
}

/** Whether the circuit breakers of an endpoint's cluster never let anything through. */
export function isClosed({ index }: TraceState, cluster: JsonObject, call: ClusterCall): boolean {
  return closedThreshold(cluster, index.runtime, call) !== undefined
}

/** The end of what those circuit breakers hold back; undefined when they do not. */
export function refuseOverflow({ index }: TraceState, cluster: JsonObject, call: ClusterCall): RequestEnd | undefined {
  const closed = closedThreshold(cluster, index.runtime, call)
  if (closed === undefined) return undefined
  const { threshold, flags, details } = closed
  const { priority, notFoundStatus } = call
  const reason = because('threshold-zero', { cluster: stringOf(cluster.name) ?? '', threshold, priority })
  return endWith({ kind: 'denied', ...(notFoundStatus === undefined ? {} : { status: 503 }), flags, details, reason })
}

/** 0 to 1: the first of the assignment's `drop_overloads` (Envoy takes no more), at most what the runtime allows. */
function droppedShare(cluster: JsonObject, index: DumpIndex): number {
  const assignment = assignmentOf(cluster, index) ?? objectOf(cluster.load_assignment)
  const [first] = objectsOf(objectOf(assignment.policy).drop_overloads)
  if (first === undefined) return 0
  const { numerator, denominator } = fractionOf(objectOf(first.drop_percentage))
  const limit = numberOf(index.runtime.value('load_balancing_policy.drop_overload_limit')) ?? 100
  return Math.min(1, numerator / denominator, limit / 100)
}
