import { type Condition, conditionText } from '../../../semantics/reasons/filter-conditions.ts'
import type { Hop } from './trace-result.ts'

/** What has to hold for a request to come as far as it is followed: a condition for each undecided filter, equal ones once. */
export function conditionsOf(hops: readonly Hop[]): readonly Condition[] {
  const conditions = new Map<string, Condition>()
  for (const filter of hops.flatMap(({ filters = [] }) => filters)) {
    if (filter.verdict !== 'undecided') continue
    const condition = { filter: filter.name, reason: filter.reason }
    const text = conditionText(condition)
    if (!conditions.has(text)) conditions.set(text, condition)
  }
  return [...conditions.values()]
}
