import type { Context } from '../../contract/command.ts'
import type { Cell, View, ViewColumn, ViewRow } from '../../view.ts'
import type { ChangedRow } from './row-changes.ts'

/** Prints rows that come one after the other as one table: one header, and columns that stay where they are. */
export class RowPrinter {
  readonly #render: Context['render']
  readonly #withEvents: boolean
  #columns: readonly ViewColumn[] = []
  /** The widest text of each column. */
  #widest: Cell[] = []

  /** @param withEvents whether a column in front says what happened to a row */
  constructor(render: Context['render'], withEvents: boolean) {
    this.#render = render
    this.#withEvents = withEvents
  }

  /** @returns false when nobody reads any more */
  async print(
    { kind, columns: own }: Pick<View, 'kind' | 'columns'>,
    changed: readonly ChangedRow[],
  ): Promise<boolean> {
    if (changed.length === 0) return true
    const columns = this.#withEvents ? [{ header: 'EVENT', key: 'event' }, ...own] : own
    const rows = changed.map(({ event, row }) => (this.#withEvents ? { ...row, cells: [event, ...row.cells] } : row))
    const isNext = shownAs(columns) === shownAs(this.#columns)
    if (!isNext) this.#widest = columns.map(({ header }) => header)
    this.#columns = columns
    this.#widen(rows)
    const above: ViewRow[] = [{ name: '', cells: this.#widest }]
    return this.#render({ ...emptyView, kind, columns, rows, above }, isNext ? 'next' : 'first')
  }

  #widen(rows: readonly ViewRow[]): void {
    for (const { cells } of rows) {
      this.#widest = this.#widest.map((widest, at) =>
        String(cells[at] ?? '').length > String(widest ?? '').length ? cells[at] : widest,
      )
    }
  }
}

const nothing = { value: [] }

const emptyView = { document: () => nothing, raw: () => nothing, notes: [], empty: '' }

/** When a column comes or goes, there is a header again. */
function shownAs(columns: readonly ViewColumn[]): string {
  return JSON.stringify(columns.map(({ header, wide }) => [header, wide === true]))
}
