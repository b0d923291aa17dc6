import type { ClientResponse } from './client-response.ts'
import type { OutcomeReason } from './reasons/reason.ts'

export const outcomeKinds = [
  'upstream',
  'redirect',
  'directResponse',
  'noListener',
  'noFilterChain',
  'noRoute',
  'noCluster',
  'noHealthyUpstream',
  'denied',
  'tcp',
  'undecidable',
] as const

export type OutcomeKind = (typeof outcomeKinds)[number]

/** Ends at which the proxy itself turns a request away, because of what it has loaded. */
export const endsInProxy: ReadonlySet<OutcomeKind> = new Set<OutcomeKind>([
  'noListener',
  'noFilterChain',
  'noRoute',
  'noCluster',
  'noHealthyUpstream',
  'denied',
])

/** How it ends, in the terms of Envoy's access log. */
export interface Outcome {
  readonly kind: OutcomeKind
  /**
   * HTTP status that Envoy answers itself, or that it sets in place of an upstream's. Absent when upstream answers, and for
   * connections.
   */
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
  /** The proxy that refuses it, where that is the next one on the way. */
  readonly refusedBy?: string
  /** Of an answer to a gRPC request: `grpc-status`, and the HTTP status that Envoy made a 200 of. */
  readonly grpc?: { readonly status: number; readonly httpStatus: number }
  /** What the client gets where the configuration changes Envoy's own answer. */
  readonly response?: ClientResponse
}

/** What a step of the way gives in place of its value where the request ends. */
export class RequestEnd {
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    this.outcome = outcome
  }
}

/** The request ends here. */
export function endWith(outcome: Outcome): RequestEnd {
  return new RequestEnd(outcome)
}

/** The dump cannot tell what happens next. */
export function undecidableOutcome(details: string, reason: OutcomeReason): Outcome {
  return { kind: 'undecidable', details, reason }
}

/** Thrown by what reads a value that nobody knows, from any depth of a condition; `outcomeOf` catches it. */
export class UnknownValue extends Error {
  readonly outcome: Outcome

  constructor(details: string, reason: OutcomeReason) {
    super(reason.code)
    this.name = 'UnknownValue'
    this.outcome = undecidableOutcome(details, reason)
  }
}

/** The outcome of a way, also where it cannot go on without a value that nobody knows. */
export function outcomeOf(way: () => Outcome): Outcome {
  try {
    return way()
  } catch (error) {
    if (error instanceof UnknownValue) return error.outcome
    throw error
  }
}
