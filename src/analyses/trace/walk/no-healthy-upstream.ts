import type { ClusterCall } from '../../../semantics/clusters/cluster-call.ts'
import { end } from '../../../semantics/outcome.ts'
import type { Reason } from '../../../semantics/reasons/reason.ts'
import type { UpstreamEnds } from '../../../semantics/reasons/upstream-ends.ts'
import type { Hop } from './trace-result.ts'

/** No endpoint can be picked. @throws Ended always */
export function noHealthyUpstream(hop: Hop, call: ClusterCall, reason: Reason<keyof UpstreamEnds>): never {
  hop.endpoints = []
  const status = call.notFoundStatus === undefined ? {} : { status: 503 }
  return end({ kind: 'noHealthyUpstream', ...status, flags: 'UH', details: 'no_healthy_upstream', reason })
}
