import type { StoredRow, StoredTable } from '../../format.ts'
import { dataTable } from './data-table.ts'

interface Showing {
  readonly caption: string
  /** Where a row leads. */
  href(row: StoredRow): string | undefined
}

/** A table that was worked out before. */
export function storedTable({ columns, rows, empty }: StoredTable, { caption, href }: Showing): HTMLElement {
  return dataTable({
    caption,
    columns,
    empty,
    rows: rows.map((row) => {
      const target = href(row)
      return {
        cells: row.cells,
        name: row.name,
        ...(row.tones === undefined ? {} : { tones: row.tones }),
        ...(target === undefined ? {} : { href: target }),
      }
    }),
  })
}
