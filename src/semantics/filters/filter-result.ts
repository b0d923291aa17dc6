import type { Outcome, OutcomeKind } from '../outcome.ts'
import type { FilterAnswers } from '../reasons/filter-reasons.ts'
import type { FilterReason, Reason } from '../reasons/reason.ts'
import type { RequestState } from './request-state.ts'

/** What one filter does to a request or a connection, as far as the dump tells. */
export interface FilterResult {
  /** `undecided`: the request goes on, but something outside the dump can still stop or change it. */
  readonly verdict: 'passes' | 'undecided' | 'answers'
  /** Absent when there is nothing to say about a filter that passes. */
  readonly reason?: FilterReason | undefined
  /** How the request ends when the filter answers it. */
  readonly answer?: FilterAnswer | undefined
  /** Name of the RBAC policy that decided. */
  readonly policy?: string | undefined
  /** Every such request is held back for a while. */
  readonly delays?: boolean | undefined
  /** The request for the filters that follow; absent when it is left alone. */
  readonly state?: RequestState | undefined
  /** Whether it decides who may send a request, where its kind alone does not tell. */
  readonly authorizes?: boolean | undefined
  /** Envoy looks up the route again with that state. */
  readonly routesAgain?: boolean | undefined
}

/** How a filter ends a request. */
export interface FilterAnswer {
  readonly kind: Extract<OutcomeKind, 'denied' | 'directResponse' | 'undecidable'>
  readonly status?: number
  readonly flags?: string
  readonly details: string
  readonly reason: Reason<keyof FilterAnswers>
}

/** The end of a request that the filter of this name answers. */
export function answered(filter: string, answer: FilterAnswer): Outcome {
  return { ...answer, filter }
}

type Effects = Omit<FilterResult, 'verdict' | 'answer'>

/** The request goes on. */
export function continueWith(effects: Effects = {}): FilterResult {
  return { verdict: 'passes', ...effects }
}

/** The filter answers the request itself. */
export function respond(answer: FilterAnswer, effects: Omit<Effects, 'reason'> = {}): FilterResult {
  return { verdict: 'answers', reason: answer.reason, answer, ...effects }
}

/** The request goes on if something allows it that is not in the dump. */
export function undecided(reason: FilterReason, effects: Omit<Effects, 'reason'> = {}): FilterResult {
  return { verdict: 'undecided', reason, ...effects }
}

/** A filter's result under its name, as a trace shows it. */
export interface FilterVerdict {
  readonly name: string
  /** Message name of its configuration; its name where no type is given. */
  readonly type: string
  readonly verdict: 'passes' | 'denies' | 'answers' | 'undecided' | 'disabled'
  readonly reason?: FilterReason
  readonly policy?: string
  /** Whether it decides who may send a request. */
  readonly authorizes: boolean
}

/** @see FilterVerdict */
export function verdictOf(
  filter: Pick<FilterVerdict, 'name' | 'type' | 'authorizes'>,
  { verdict, reason, answer, policy }: FilterResult,
): FilterVerdict {
  return {
    ...filter,
    verdict: answer?.kind === 'denied' ? 'denies' : verdict,
    ...(reason === undefined ? {} : { reason }),
    ...(policy === undefined ? {} : { policy }),
  }
}
