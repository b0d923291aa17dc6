import { reasonDocument } from '../../../semantics/reasons/reason-text.ts'
import type { Alternative, Hop } from '../walk/trace-result.ts'

/** The alternatives of a trace as `-o json` has them; docs/schemas/trace-document.json describes it. */
export function alternativeDocuments(alternatives: readonly Alternative[]): object[] {
  return alternatives.map(({ hops, ...alternative }) => ({ ...alternative, hops: hops.map(hopDocument) }))
}

function hopDocument({ filters, ...hop }: Hop): object {
  return { ...hop, ...(filters === undefined ? {} : { filters: filters.map(filterDocument) }) }
}

function filterDocument({ authorizes: _, reason, ...filter }: NonNullable<Hop['filters']>[number]): object {
  return { ...filter, ...(reason === undefined ? {} : { reason: reasonDocument(reason) }) }
}
