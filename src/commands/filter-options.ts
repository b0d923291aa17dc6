import type { Args, Option } from '../cli/command.ts'
import type { AnySummary } from '../summaries/summary.ts'
import type { WantedFilters } from '../summaries/summary-view.ts'

/** The filters of a resource kind as flags. */
export function filterOptions({ filters }: AnySummary): Option[] {
  return filters.map(({ name, describe, choices, number }) => ({
    name,
    describe: choices === undefined ? describe : `${describe}: ${choices.join(', ')}`,
    type: number ? 'number' : 'string',
  }))
}

/** What the arguments ask of a resource kind. */
export function wantedFilters({ filters }: AnySummary, args: Args): WantedFilters {
  return Object.fromEntries(filters.map(({ name }) => [name, args.string(name)]))
}
