import { outcomeText } from '../../../semantics/outcome-text.ts'
import { conditionText } from '../../../semantics/reasons/filter-conditions.ts'
import { reasonDocument } from '../../../semantics/reasons/reason-text.ts'
import type { Alternative } from '../walk/trace-result.ts'
import { hopDocument } from './hop-document.ts'

/** The alternatives of a trace as `-o json` has them; docs/schemas/trace-document.json describes it. */
export function alternativeDocuments(alternatives: readonly Alternative[]): object[] {
  return alternatives.map(({ probability, hops, outcome }) => ({
    probability,
    hops: hops.map(hopDocument),
    outcome: outcomeDocument(outcome),
  }))
}

function outcomeDocument({ reason, conditions, response, ...outcome }: Alternative['outcome']): object {
  return {
    ...outcome,
    ...(response === undefined
      ? {}
      : { response: { ...response, changes: response.changes.map((change) => reasonDocument(change)) } }),
    reason: { ...reason, text: outcomeText({ ...outcome, reason }) },
    conditions: conditions.map((condition) => ({
      filter: condition.filter,
      ...condition.reason,
      text: conditionText(condition),
    })),
  }
}
