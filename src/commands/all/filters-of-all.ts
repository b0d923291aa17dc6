import type { Option } from '../../contract/command.ts'
import { filterOptions } from '../resources/filter-options.ts'
import { shownKinds } from '../resources/shown-kinds.ts'

/** A filter that several kinds have is one flag. */
export function filtersOfAll(): Option[] {
  const options = shownKinds.flatMap((summary) =>
    filterOptions(summary).map((option) => ({ option, kind: summary.name })),
  )
  return [...Map.groupBy(options, ({ option }) => option.name).values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const also =
      others.length === 0
        ? ''
        : `; as their own commands take it also for ${[...new Set(others.map(({ kind }) => kind))].join(', ')}`
    return [{ ...first.option, describe: first.option.describe + also }]
  })
}
