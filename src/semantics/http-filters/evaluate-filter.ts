import { continueWith, type FilterResult, type FilterVerdict, undecided, verdictOf } from '../filters/filter-result.ts'
import type { FilterInput } from '../filters/http-filter-type.ts'
import { because } from '../reasons/reason.ts'
import type { HttpFilter } from './filters-of-route.ts'
import { httpFilterType } from './index.ts'

export interface EvaluatedFilter {
  readonly verdict: FilterVerdict
  readonly result: FilterResult
}

/** What one HTTP filter does to the request: passes, changes it, answers, or depends on what is not in the dump. */
export function evaluateFilter(
  { name, filter, overrides, disabled }: HttpFilter,
  request: Pick<FilterInput, 'context' | 'levels' | 'cluster'>,
): EvaluatedFilter {
  const type = httpFilterType(filter)
  const labels = { name, type: filter.type || filter.message, authorizes: type?.authorizes === true }
  const configs = overrides.map(({ config }) => config)
  if (disabled || (type?.disabledPerRoute === true && configs[0]?.disabled === true)) {
    const reason = because('filter-disabled', {})
    return { verdict: { ...labels, verdict: 'disabled', reason }, result: continueWith() }
  }
  const result =
    filter.message === 'missing'
      ? undecided(because('ecds-missing', {}))
      : (type?.evaluate({ ...request, config: filter.config, overrides: configs }) ??
        undecided(because('filter-unknown', { type: filter.message || name })))
  return { verdict: verdictOf(labels, result), result }
}
