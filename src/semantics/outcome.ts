import type { OutcomeReason } from './reasons/reason.ts'

export type OutcomeKind =
  | 'upstream'
  | 'redirect'
  | 'directResponse'
  | 'noListener'
  | 'noFilterChain'
  | 'noRoute'
  | 'noCluster'
  | 'noHealthyUpstream'
  | 'denied'
  | 'tcp'
  | 'undecidable'

/** How it ends, in the terms of Envoy's access log. */
export interface Outcome {
  readonly kind: OutcomeKind
  /** HTTP status that Envoy answers itself. Absent when upstream answers, and for connections. */
  readonly status?: number
  /** Response flags as in `%RESPONSE_FLAGS%`. */
  readonly flags?: string
  /** `%RESPONSE_CODE_DETAILS%` where Envoy sets it; otherwise this program's word for it, in snake_case. */
  readonly details?: string
  readonly location?: string
  /** What decided; `outcomeText` has it as a sentence. */
  readonly reason: OutcomeReason
  /** Name of the filter that ended the request. */
  readonly filter?: string
  /** Of an answer to a gRPC request: `grpc-status`, and the HTTP status that Envoy made a 200 of. */
  readonly grpc?: { readonly status: number; readonly httpStatus: number }
}

/** Ends the walk of one alternative from any depth. */
export class Ended extends Error {
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super(outcome.reason.code)
    this.name = 'Ended'
    this.outcome = outcome
  }
}

/** @throws Ended always */
export function end(outcome: Outcome): never {
  throw new Ended(outcome)
}

/** The dump cannot tell what happens next. @throws Ended always */
export function undecidable(details: string, reason: OutcomeReason): never {
  throw new Ended({ kind: 'undecidable', details, reason })
}
