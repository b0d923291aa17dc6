import { type Condition, conditionText } from '../semantics/reasons/filter-conditions.ts'
import type { Hop } from './trace-result.ts'

/** What has to hold for a request to come as far as it is followed: a condition for each undecided filter, equal ones once. */
export function conditionsOf(hops: readonly Hop[]): readonly Condition[] {
  const conditions = new Map<string, Condition>()
  for (const condition of hops.flatMap(conditionsOfHop)) {
    const text = conditionText(condition)
    if (!conditions.has(text)) conditions.set(text, condition)
  }
  return [...conditions.values()]
}

function conditionsOfHop({ filters = [], conditions = [] }: Hop): readonly Condition[] {
  const open = filters.flatMap((filter) =>
    filter.verdict === 'undecided' ? [{ filter: filter.name, reason: filter.reason }] : [],
  )
  return [...open, ...conditions]
}
