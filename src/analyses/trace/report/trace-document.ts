import { outcomeText } from '../../../semantics/outcome-text.ts'
import { conditionText } from '../../../semantics/reasons/filter-conditions.ts'
import type { Reason } from '../../../semantics/reasons/reason.ts'
import { reasonDocument } from '../../../semantics/reasons/reason-text.ts'
import type { Alternative, Considered, Hop } from '../walk/trace-result.ts'

/** The alternatives of a trace as `-o json` has them; docs/schemas/trace-document.json describes it. */
export function alternativeDocuments(alternatives: readonly Alternative[]): object[] {
  return alternatives.map(({ probability, hops, outcome }) => ({
    probability,
    hops: hops.map(hopDocument),
    outcome: outcomeDocument(outcome),
  }))
}

function outcomeDocument({ reason, conditions, ...outcome }: Alternative['outcome']): object {
  return {
    ...outcome,
    reason: { ...reason, text: outcomeText({ ...outcome, reason }) },
    conditions: conditions.map((condition) => ({
      filter: condition.filter,
      ...condition.reason,
      text: conditionText(condition),
    })),
  }
}

function hopDocument({ filters, reasons, considered, warnings, ...hop }: Hop): object {
  return {
    ...hop,
    ...(filters === undefined ? {} : { filters: filters.map(filterDocument) }),
    reasons: Object.fromEntries(Object.entries(reasons).map(([part, reason]) => [part, reasonDocument(reason)])),
    considered: consideredDocument(considered),
    ...(warnings === undefined ? {} : { warnings: warnings.map((warning) => reasonDocument(warning)) }),
  }
}

function consideredDocument({ filterChains, routes, endpoints, ...rest }: Considered): object {
  return {
    ...rest,
    ...(filterChains === undefined ? {} : { filterChains: filterChains.map(withSentence) }),
    ...(routes === undefined ? {} : { routes: routes.map(withSentence) }),
    ...(endpoints === undefined ? {} : { endpoints: endpoints.map(withSentence) }),
  }
}

function withSentence({ reason, ...rejected }: { readonly reason: Reason }): object {
  return { ...rejected, reason: reasonDocument(reason) }
}

function filterDocument({ authorizes: _, reason, ...filter }: NonNullable<Hop['filters']>[number]): object {
  return { ...filter, ...(reason === undefined ? {} : { reason: reasonDocument(reason) }) }
}
