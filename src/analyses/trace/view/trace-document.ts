import type { Alternative } from '../../../walk/trace-result.ts'
import { hopDocument } from './hop-document.ts'
import { outcomeDocument } from './outcome-document.ts'

/** The alternatives of a trace as `-o json` has them; docs/schemas/trace-document.json describes it. */
export function alternativeDocuments(alternatives: readonly Alternative[]): object[] {
  return alternatives.map(({ probability, hops, outcome }) => ({
    probability,
    hops: hops.map(hopDocument),
    outcome: outcomeDocument(outcome),
  }))
}
