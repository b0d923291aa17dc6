import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import type { AnyResourceKind, Column, Row } from '../../resources/resource-kind.ts'
import { rowsOf } from '../../resources/resource-table.ts'
import type { WantedFilters } from '../../resources/view-options.ts'

interface Question {
  readonly resourceKind: AnyResourceKind
  readonly filter: string
  readonly dump: ConfigDump
  /** Values of the filters already given. */
  readonly wanted: WantedFilters
  readonly now: Date
}

/**
 * Texts that a filter accepts in a dump, in the order of their rows: of each the cell, and the full name where the filter takes that as
 * well. The cells are those of the column that the filter looks at, which is the one of which it accepts most, each in its own row.
 */
export function filterValues({ resourceKind, filter: name, dump, wanted, now }: Question): string[][] {
  const shown = resourceKind.fallback?.(dump) ?? resourceKind
  const filter = shown.filters.find((candidate) => candidate.name === name)
  if (filter === undefined) return []
  const rows = rowsOf(shown, dump, { wanted: { ...wanted, [name]: undefined }, now })
  const accepted = (column: Column<Row>) =>
    rows.flatMap((row) => {
      const text = String(column.value(row) ?? '')
      // Some cells list several values.
      const values = filter.matches(row, text) ? [text] : text.split(', ')
      const full = filter.matches(row, row.entry.name) ? [row.entry.name] : []
      return values
        .filter((value) => value !== '' && filter.matches(row, value))
        .map((value) => [...new Set([value, ...full])])
    })
  return shown.columns.map(accepted).reduce((most, cells) => (cells.length > most.length ? cells : most), [])
}
