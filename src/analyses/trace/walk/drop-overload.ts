import { type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { fractionOf } from '../../../envoy/text/fractional-percent.ts'
import { assignmentOf } from '../../../semantics/clusters/hosts.ts'
import type { DumpIndex } from '../../../semantics/connection/dump-index.ts'
import { end } from '../../../semantics/outcome.ts'
import { because } from '../../../semantics/reasons/reason.ts'
import type { Walk } from './walk.ts'

/**
 * The router drops a share of a cluster's requests on the control plane's word, before it looks for an endpoint; plain TCP is not
 * dropped. (Router `checkDropOverload`)
 * @throws Ended in the alternative that is dropped
 */
export function dropOverload({ index, chance }: Walk, cluster: JsonObject): void {
  const share = droppedShare(cluster, index)
  if (share === 0 || chance.draw([share, 1 - share]) !== 0) return
  const reason = because('requests-dropped', { cluster: stringOf(cluster.name) ?? '', probability: share })
  end({ kind: 'denied', status: 503, flags: 'DO', details: 'drop_overload', reason })
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
