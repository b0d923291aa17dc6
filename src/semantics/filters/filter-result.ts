import type { Outcome, OutcomeKind } from '../outcome.ts'
import type { MissedPolicy } from '../rbac/missed-policies.ts'
import type { UndecidedReason } from '../reasons/filter-conditions.ts'
import type { FilterAnswers } from '../reasons/filter-reasons.ts'
import type { FilterReason, Reason } from '../reasons/reason.ts'
import type { RequestState } from './request-state.ts'

/** What one filter does to a request or a connection, as far as the dump tells. */
export type FilterResult = FilterEffects &
  (
    | { readonly verdict: 'answers'; readonly reason?: FilterReason | undefined }
    /** `reason` is absent when there is nothing to say about a filter that passes. */
    | { readonly verdict: 'passes'; readonly reason?: FilterReason | undefined }
    /** The request goes on, but something outside the dump can still stop or change it. */
    | { readonly verdict: 'undecided'; readonly reason: UndecidedReason }
  )

interface FilterEffects {
  /** How the request ends when the filter answers it. */
  readonly answer?: FilterAnswer | undefined
  /** Name of the RBAC policy that decided. */
  readonly policy?: string | undefined
  /** RBAC policies of which one would have allowed what is denied. */
  readonly missed?: readonly MissedPolicy[] | undefined
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

type Effects = Omit<FilterEffects, 'answer'>

/** The request goes on. */
export function continueWith(effects: Effects & { readonly reason?: FilterReason | undefined } = {}): FilterResult {
  return { verdict: 'passes', ...effects }
}

/** The filter answers the request itself. */
export function respond(answer: FilterAnswer, effects: Effects = {}): FilterResult {
  return { verdict: 'answers', reason: answer.reason, answer, ...effects }
}

/** The request goes on if something allows it that is not in the dump. */
export function undecided(reason: UndecidedReason, effects: Effects = {}): FilterResult {
  return { verdict: 'undecided', reason, ...effects }
}

/** A filter's result under its name, as a trace shows it. */
export type FilterVerdict = FilterLabels &
  (
    | { readonly verdict: 'passes' | 'denies' | 'answers' | 'disabled'; readonly reason?: FilterReason }
    | { readonly verdict: 'undecided'; readonly reason: UndecidedReason }
  )

interface FilterLabels {
  readonly name: string
  /** Message name of its configuration; its name where no type is given. */
  readonly type: string
  readonly policy?: string
  readonly missed?: readonly MissedPolicy[]
  /** Whether it decides who may send a request. */
  readonly authorizes: boolean
}

/** @see FilterVerdict */
export function verdictOf(
  filter: Pick<FilterLabels, 'name' | 'type' | 'authorizes'>,
  result: FilterResult,
): FilterVerdict {
  const { answer, policy, missed } = result
  const labels = {
    ...filter,
    ...(policy === undefined ? {} : { policy }),
    ...(missed === undefined ? {} : { missed }),
  }
  if (result.verdict === 'undecided') return { ...labels, verdict: 'undecided', reason: result.reason }
  const verdict = answer?.kind === 'denied' ? 'denies' : result.verdict
  return { ...labels, verdict, ...(result.reason === undefined ? {} : { reason: result.reason }) }
}
