import type {
  CertificateChoices,
  ChainChoices,
  EndpointChoices,
  ListenerChoices,
  RouteChoices,
} from './choice-reasons.ts'
import type { FilterAnswers, FilterReasons } from './filter-reasons.ts'
import type { OutcomeReasons } from './outcome-reasons.ts'
import type { Rejections } from './rejection-reasons.ts'
import type { ResponseChanges } from './response-changes.ts'
import type { SubsetReasons } from './subset-reasons.ts'
import type { Warnings } from './warnings.ts'

/** What each code says about the request at hand, by code. */
export interface ReasonArgs
  extends FilterReasons,
    OutcomeReasons,
    SubsetReasons,
    ListenerChoices,
    ChainChoices,
    CertificateChoices,
    RouteChoices,
    EndpointChoices,
    Rejections,
    ResponseChanges,
    Warnings {}

export type ReasonCode = keyof ReasonArgs

/** Why something happens, as data: code and arguments are stable across releases, the sentence (`reasonText`) is not. */
export type Reason<Code extends ReasonCode = ReasonCode> = {
  readonly [One in Code]: { readonly code: One; readonly args: ReasonArgs[One] }
}[Code]

/** Why a filter passes, answers or cannot be decided. */
export type FilterReason = Reason<keyof FilterReasons>

/** Why a request ends: by itself or by a filter. */
export type OutcomeReason = Reason<keyof OutcomeReasons | keyof FilterAnswers>

/** What may spoil a request without deciding how it ends. */
export type Warning = Reason<keyof Warnings>

/** A reason with the arguments that its code asks for. */
export function because<Code extends ReasonCode>(
  code: Code,
  args: ReasonArgs[Code],
): { readonly code: Code; readonly args: ReasonArgs[Code] } {
  return { code, args }
}
