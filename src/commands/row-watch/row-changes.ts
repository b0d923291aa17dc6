import type { Cell, View, ViewColumn, ViewRow } from '../../view.ts'

/** What happened to a row, in the words of `kubectl get --output-watch-events`. */
export type RowEvent = 'ADDED' | 'MODIFIED' | 'DELETED'

export interface ChangedRow {
  readonly event: RowEvent
  readonly row: ViewRow
}

interface KnownRow {
  readonly row: ViewRow
  readonly state: string
}

/** The rows of a table that is made again and again: which of them are new, which have changed, and which are gone. */
export class RowChanges {
  #known = new Map<string, readonly KnownRow[]>()
  #seen = new Map<string, readonly KnownRow[]>()
  #columns: readonly ViewColumn[] = []

  /** The rows of one view of a round that are new or changed, in its order; then those that are gone. */
  changed({ columns, rows }: View): ChangedRow[] {
    if (keysOf(columns) !== keysOf(this.#columns)) this.#changeColumns(columns)
    const stateOf = stateReader(columns)
    const named = Map.groupBy(rows, nameOf)
    const events = new Map<ViewRow, RowEvent>()
    const gone: ChangedRow[] = []
    for (const [name, own] of named) {
      const now = own.map((row) => ({ row, state: stateOf(row) }))
      const { left, found } = compared(this.#known.get(name) ?? [], now, identityAt(columns))
      for (const [row, event] of found) events.set(row, event)
      for (const { row } of left) gone.push(deleted(row))
      this.#known.delete(name)
      this.#seen.set(name, now)
    }
    const changes = rows.flatMap((row): ChangedRow[] => {
      const event = events.get(row)
      return event === undefined ? [] : [{ event, row }]
    })
    return [...changes, ...gone]
  }

  /**
   * Ends a round.
   * @param isUnknown whether what the row is about could not be read in this round: the row is kept
   * @returns the rows of earlier rounds that are in none of this one
   */
  endRound(isUnknown: (row: ViewRow) => boolean): ChangedRow[] {
    const gone: ChangedRow[] = []
    for (const [name, rows] of this.#known) {
      const kept = rows.filter(({ row }) => isUnknown(row))
      if (kept.length > 0) this.#seen.set(name, kept)
      for (const known of rows) if (!kept.includes(known)) gone.push(deleted(known.row))
    }
    this.#known = this.#seen
    this.#seen = new Map()
    return gone
  }

  /** Optional columns come and go: earlier rows get the cells of the new columns, to be comparable. */
  #changeColumns(columns: readonly ViewColumn[]): void {
    const places = columns.map(({ key }) => this.#columns.findIndex((column) => column.key === key))
    const stateOf = stateReader(columns)
    const withColumns = ({ row }: KnownRow): KnownRow => {
      const own = { ...row, cells: places.map((at) => row.cells[at]) }
      return { row: own, state: stateOf(own) }
    }
    for (const rows of [this.#known, this.#seen]) for (const [name, own] of rows) rows.set(name, own.map(withColumns))
    this.#columns = columns
  }
}

function deleted(row: ViewRow): ChangedRow {
  return { event: 'DELETED', row }
}

/** Rows of one name before and now. @param identity the place of the cell that says what a row is about */
function compared(
  before: readonly KnownRow[],
  now: readonly KnownRow[],
  identity: number,
): { readonly found: ReadonlyMap<ViewRow, RowEvent>; readonly left: readonly KnownRow[] } {
  const left = Map.groupBy(before, ({ state }) => state)
  const other = now.filter(({ state }) => left.get(state)?.pop() === undefined)
  const rest = new Set(before.filter((known) => left.get(known.state)?.includes(known)))
  const found = new Map<ViewRow, RowEvent>()
  for (const { row } of other) {
    let nearest: KnownRow | undefined
    for (const known of rest) {
      if (known.row.cells[identity] !== row.cells[identity]) continue
      if (nearest === undefined || equalCells(known.row, row) > equalCells(nearest.row, row)) nearest = known
    }
    if (nearest !== undefined) rest.delete(nearest)
    found.set(row, nearest === undefined ? 'ADDED' : 'MODIFIED')
  }
  return { found, left: [...rest] }
}

function equalCells(a: ViewRow, b: ViewRow): number {
  return a.cells.reduce<number>((count, cell, at) => count + (cell === b.cells[at] ? 1 : 0), 0)
}

function identityAt(columns: readonly ViewColumn[]): number {
  return columns.findIndex(({ key }) => key !== 'proxy')
}

function nameOf({ proxy, name }: ViewRow): string {
  return JSON.stringify([proxy, name])
}

function keysOf(columns: readonly ViewColumn[]): string {
  return columns.map(({ key }) => key).join()
}

/** The state of a row: the cells that decide whether it has changed, without those that time alone changes. */
function stateReader(columns: readonly ViewColumn[]): (row: ViewRow) => string {
  const isState = columns.map(({ clock }) => clock !== true)
  return ({ state, cells }) =>
    state ?? JSON.stringify(cells.filter((_: Cell, at) => isState[at]).map((cell) => cell ?? null))
}
