import type { MeshTable, StoredColumn, StoredRow } from '../../format.ts'
import { fragmentOf } from '../../read/place.ts'
import type { PageData } from '../proxies.ts'
import { dataTable } from './data-table.ts'
import type { TableRow } from './table-model.ts'

interface Showing {
  readonly caption: string
  readonly plain?: boolean
  /** Rows of the table; all of them when absent. */
  readonly rows?: readonly StoredRow[]
}

/** Columns that come first, by their keys: what is wrong, before where. */
const first: readonly string[] = ['severity', 'message', 'rule', 'resource']

/** The key of the column with the proxies of a row. */
const proxiesKey = 'page'

/** A table of all proxies together: each row leads to its place, and the name of its only proxy to that. */
export function meshTable(page: PageData, name: MeshTable, { caption, plain = false, rows }: Showing): HTMLElement {
  const table = page.index.tables[name]
  if (table === undefined) throw new Error(`This page has no ${name}.`)
  const places = new Map(table.rows.map((row, at) => [row, at]))
  const order = columnOrder(table.columns)
  return dataTable({
    caption,
    plain,
    columns: [...order.flatMap((at) => table.columns[at] ?? []), { header: 'PROXIES', key: proxiesKey }],
    rows: (rows ?? table.rows).map((row): TableRow => {
      const { proxies = [], cells, tones } = row
      const [at] = proxies
      const only = at !== undefined && proxies.length === 1 ? page.proxies[at] : undefined
      return {
        name: row.name,
        cells: [...order.map((place) => cells[place]), only?.id ?? proxies.length],
        href: `#${name}/${(places.get(row) ?? 0) + 1}`,
        ...(tones === undefined ? {} : { tones }),
        ...(only === undefined ? {} : { hrefs: { [proxiesKey]: fragmentOf(['proxy', only.id]) } }),
      }
    }),
    empty: table.empty,
  })
}

/** The places of the columns as they are shown; that with the number of proxies is left out. */
function columnOrder(columns: readonly StoredColumn[]): number[] {
  const places = columns.map((_, at) => at).filter((at) => columns[at]?.key !== 'proxyCount')
  const rank = (at: number) => {
    const found = first.indexOf(columns[at]?.key ?? '')
    return found === -1 ? first.length : found
  }
  return places.toSorted((a, b) => rank(a) - rank(b))
}
