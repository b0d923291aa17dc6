import { outcomeText } from '../../../semantics/outcome-text.ts'
import { reasonDocument } from '../../../semantics/reasons/reason-text.ts'
import type { Alternative, Hop } from '../walk/trace-result.ts'

/** The alternatives of a trace as `-o json` has them; docs/schemas/trace-document.json describes it. */
export function alternativeDocuments(alternatives: readonly Alternative[]): object[] {
  return alternatives.map(({ probability, hops, outcome }) => ({
    probability,
    hops: hops.map(hopDocument),
    outcome: outcomeDocument(outcome),
  }))
}

function outcomeDocument({ reason, ...outcome }: Alternative['outcome']): object {
  return { ...outcome, reason: { ...reason, text: outcomeText({ ...outcome, reason }) } }
}

function hopDocument({ filters, ...hop }: Hop): object {
  return { ...hop, ...(filters === undefined ? {} : { filters: filters.map(filterDocument) }) }
}

function filterDocument({ authorizes: _, reason, ...filter }: NonNullable<Hop['filters']>[number]): object {
  return { ...filter, ...(reason === undefined ? {} : { reason: reasonDocument(reason) }) }
}
