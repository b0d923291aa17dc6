import type { ClusterCall } from '../semantics/clusters/cluster-call.ts'
import { endWith, type RequestEnd } from '../semantics/outcome.ts'
import type { Reason } from '../semantics/reasons/reason.ts'
import type { UpstreamEnds } from '../semantics/reasons/upstream-ends.ts'
import { type HopDraft, note } from './hop-draft.ts'

/** The end of a request for which no endpoint can be picked. */
export function noHealthyUpstream(hop: HopDraft, call: ClusterCall, reason: Reason<keyof UpstreamEnds>): RequestEnd {
  note(hop, 'endpoints', { endpoints: [] })
  const status = call.notFoundStatus === undefined ? {} : { status: 503 }
  return endWith({ kind: 'noHealthyUpstream', ...status, flags: 'UH', details: 'no_healthy_upstream', reason })
}
