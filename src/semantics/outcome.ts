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
  /** One sentence: what decided, and by which name in the configuration. */
  readonly reason: string
}

/** Ends the walk of one alternative from any depth. */
export class Ended extends Error {
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super(outcome.reason)
    this.name = 'Ended'
    this.outcome = outcome
  }
}

/** @throws Ended always */
export function end(outcome: Outcome): never {
  throw new Ended(outcome)
}

/** The dump cannot tell what happens next. @throws Ended always */
export function undecidable(details: string, reason: string): never {
  throw new Ended({ kind: 'undecidable', details, reason })
}
