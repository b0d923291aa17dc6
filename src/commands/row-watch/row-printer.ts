import type { Context } from '../../contract/command.ts'
import type { Cell, View, ViewColumn, ViewRow } from '../../view.ts'
import type { ChangedRow, RowEvent } from './row-changes.ts'

/** Prints rows that come one after the other as one table: one header, and columns that stay where they are. */
export class RowPrinter {
  readonly #render: Context['render']
  readonly #withEvents: boolean
  #columns: readonly ViewColumn[] = []
  /** Whether the header stands above what comes. */
  #isBegun = false
  /** The widest text of each column. */
  #widest: Cell[] = []

  /** @param withEvents whether a column in front says what happened to a row */
  constructor(render: Context['render'], withEvents: boolean) {
    this.#render = render
    this.#withEvents = withEvents
  }

  /** @returns false when nobody reads any more */
  async print(table: Table, changed: readonly ChangedRow[]): Promise<boolean> {
    if (changed.length === 0) return true
    const { columns, rows } = this.measure(table, changed)
    const above: ViewRow[] = [{ name: '', cells: this.#widest }]
    const part = this.#isBegun ? 'next' : 'first'
    this.#isBegun = true
    return this.#render({ ...emptyView, kind: table.kind, columns, rows, above }, part)
  }

  /** Makes the columns as wide as these rows need, which are printed or not. */
  measure({ columns: own }: Table, changed: readonly ChangedRow[]): Pick<View, 'columns' | 'rows'> {
    const columns = this.#withEvents ? [{ header: 'EVENT', key: 'event' }, ...own] : own
    const rows = changed.map(({ event, row }) => (this.#withEvents ? { ...row, cells: [event, ...row.cells] } : row))
    if (shownAs(columns) !== shownAs(this.#columns)) {
      this.#widest = columns.map(({ header, key }) => (key === 'event' ? widestEvent : header))
      this.#isBegun = false
    }
    this.#columns = columns
    this.#widen(rows)
    return { columns, rows }
  }

  #widen(rows: readonly ViewRow[]): void {
    for (const { cells } of rows) {
      this.#widest = this.#widest.map((widest, at) =>
        String(cells[at] ?? '').length > String(widest ?? '').length ? cells[at] : widest,
      )
    }
  }
}

type Table = Pick<View, 'kind' | 'columns'>

const widestEvent: RowEvent = 'MODIFIED'

const nothing = { value: [] }

const emptyView = { document: () => nothing, raw: () => nothing, notes: [], empty: '' }

/** When a column comes or goes, there is a header again. */
function shownAs(columns: readonly ViewColumn[]): string {
  return JSON.stringify(columns.map(({ header, wide }) => [header, wide === true]))
}
