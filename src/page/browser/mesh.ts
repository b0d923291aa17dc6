import type { Tone } from '../../view.ts'
import type { MeshTable, StoredRow, StoredTable } from '../format.ts'
import type { PageData, PageProxy } from './proxies.ts'

/** The value of a stored row, by the key of its column. */
export function cellOf({ columns }: StoredTable, row: StoredRow, key: string): StoredRow['cells'][number] {
  return row.cells[columns.findIndex((column) => column.key === key)] ?? null
}

/** Whether a proxy has what its control plane sent; undefined where that is not known. */
export interface SyncState {
  readonly status: string
  readonly tone: Tone | undefined
}

/** The state of each proxy, by its name. */
export function syncStates({ index }: PageData): ReadonlyMap<string, SyncState> {
  const { status } = index.tables
  if (status === undefined) return new Map()
  return new Map(
    status.rows.map((row) => [
      row.name,
      { status: String(cellOf(status, row, 'status') ?? ''), tone: row.tones?.status },
    ]),
  )
}

/** The rows of a table of the mesh that are about a proxy. */
export function rowsAbout(page: PageData, name: MeshTable, proxy: PageProxy): StoredTable | undefined {
  const table = page.index.tables[name]
  const at = page.proxies.indexOf(proxy)
  return table && { ...table, rows: table.rows.filter(({ proxies }) => proxies?.includes(at)) }
}
