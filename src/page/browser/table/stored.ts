import type { StoredRow, StoredTable } from '../../format.ts'
import { dataTable } from './data-table.ts'

interface Showing {
  readonly caption: string
  readonly plain?: boolean
  /** Where a row leads, by the keys of its cells. */
  href?(row: StoredRow, at: number): string | undefined
  hrefs?(row: StoredRow): Readonly<Record<string, string>> | undefined
}

/** A table that was worked out before. */
export function storedTable({ columns, rows, empty }: StoredTable, { caption, plain = false, href, hrefs }: Showing) {
  return dataTable({
    caption,
    plain,
    columns,
    empty,
    rows: rows.map((row, at) => {
      const target = href?.(row, at)
      const targets = hrefs?.(row)
      return {
        cells: row.cells,
        name: row.name,
        ...(row.tones === undefined ? {} : { tones: row.tones }),
        ...(target === undefined ? {} : { href: target }),
        ...(targets === undefined ? {} : { hrefs: targets }),
      }
    }),
  })
}
