import { rowVersion } from '../../../schema/answer-schema.ts'
import { type Cell, cellValue, type View, type ViewColumn, type ViewRow } from '../../../view.ts'
import { foldedColumns } from './folded-schema.ts'

/** A row, and the numbers of the proxies that have it. */
interface Folded {
  readonly row: ViewRow
  readonly proxies: number[]
  /** The row behind it: rows stand in the order that their proxies have them in. */
  next: Folded | undefined
}

/** Columns of the way a row came, which is each proxy's own: they are compared where they are shown. */
const ownToProxy: ReadonlySet<string> = new Set(['version', 'lastUpdated'])

/** Names of proxies that a cell has. */
const maxNamed = 3

/** Rows of many proxies, those that are equal once. What is kept grows with the rows that differ, and by a number for each that is equal. */
export class FoldedRows {
  readonly #all: boolean
  readonly #names: string[] = []
  readonly #rows = new Map<string, Folded>()
  readonly #notes: string[] = []
  readonly #shown = new Set<string>()
  #columns: readonly ViewColumn[] = []
  #kind = ''
  #first: Folded | undefined

  /** @param all also the columns of `-o wide` are compared and shown */
  constructor(all: boolean) {
    this.#all = all
  }

  /** Adds the rows of the next proxy. */
  add(name: string, { kind, columns, rows, notes }: View): void {
    const proxy = this.#names.push(name) - 1
    if (this.#columns.length === 0) this.#columns = columns
    this.#kind ||= kind
    // A column that one proxy has reason to show is shown for all.
    for (const { key, wide } of columns) if (this.#all || !wide) this.#shown.add(key)
    const at = this.#columns.map(({ key }) => columns.findIndex((column) => column.key === key))
    const compared = this.#columns.map(({ key }) => this.#all || !ownToProxy.has(key))
    let before: Folded | undefined
    for (const { proxy: _, ...row } of rows) {
      const cells = at.map((index) => row.cells[index])
      const key = keyOf(cells.filter((_cell, index) => compared[index]))
      const known = this.#rows.get(key)
      if (known === undefined) {
        before = this.#insert(before, { ...row, cells }, proxy)
        this.#rows.set(key, before)
      } else {
        if (known.proxies.at(-1) !== proxy) known.proxies.push(proxy)
        before = known
      }
    }
    for (const note of notes) this.#notes.push(`${name}: ${note}`)
  }

  #insert(before: Folded | undefined, row: ViewRow, proxy: number): Folded {
    const added: Folded = { row, proxies: [proxy], next: before === undefined ? this.#first : before.next }
    if (before === undefined) this.#first = added
    else before.next = added
    return added
  }

  /** @param odd only the rows that not all proxies have */
  view(odd: boolean): View {
    const total = this.#names.length
    const places = [...this.#columns.keys()].filter((at) => this.#shown.has(this.#columns[at]?.key ?? ''))
    const columns = places.flatMap((at) => this.#columns[at] ?? []).map(({ wide: _, ...column }) => column)
    const found = this.#merged(places).filter(({ proxies }) => !odd || proxies.length < total)
    const records = () =>
      found.map(({ row, proxies }) => ({
        schema: rowVersion,
        kind: this.#kind,
        resource: cellValue(row.name) ?? null,
        ...Object.fromEntries(columns.map(({ key }, at) => [key, cellValue(row.cells[at]) ?? null])),
        ...this.#presence(proxies),
      }))
    const document = () => ({ value: records() })
    return {
      kind: this.#kind,
      columns: [...foldedColumns, ...columns],
      rows: found.map(({ row, proxies }) => ({
        ...row,
        cells: [this.#text(proxies), proxies.length, total, ...row.cells],
      })),
      records,
      document,
      raw: document,
      notes: this.#notes,
      empty: odd ? `All rows are the same in each proxy (${total}).` : `Nothing was found in any proxy (${total}).`,
    }
  }

  /** Rows that are equal in what is shown. */
  #merged(places: readonly number[]): { row: ViewRow; proxies: readonly number[] }[] {
    const merged = new Map<string, { row: ViewRow; proxies: Set<number> }>()
    for (let each = this.#first; each !== undefined; each = each.next) {
      const cells = places.map((at) => each?.row.cells[at])
      const key = keyOf(cells)
      const known = merged.get(key)
      if (known === undefined) merged.set(key, { row: { ...each.row, cells }, proxies: new Set(each.proxies) })
      else for (const proxy of each.proxies) known.proxies.add(proxy)
    }
    return [...merged.values()].map(({ row, proxies }) => ({ row, proxies: [...proxies].sort((a, b) => a - b) }))
  }

  #presence(proxies: readonly number[]): object {
    const { having, lacking } = this.#sides(proxies)
    const names = (side: readonly number[] | undefined) => side?.map((at) => this.#names[at] ?? '') ?? null
    return {
      presence: this.#text(proxies),
      count: proxies.length,
      of: this.#names.length,
      proxies: names(having),
      missing: names(lacking),
    }
  }

  /** `52 of 52`, `1 of 52: web-7f.default`, `51 of 52: not web-7f.default` */
  #text(proxies: readonly number[]): string {
    const { having, lacking } = this.#sides(proxies)
    const count = `${proxies.length} of ${this.#names.length}`
    if (having !== undefined) return `${count}: ${this.#named(having)}`
    return lacking === undefined || lacking.length === 0 ? count : `${count}: not ${this.#named(lacking)}`
  }

  /** The smaller side: those that have a row, or those that lack it. */
  #sides(proxies: readonly number[]): { having?: readonly number[]; lacking?: readonly number[] } {
    const total = this.#names.length
    if (proxies.length < total && proxies.length * 2 <= total) return { having: proxies }
    const set = new Set(proxies)
    return { lacking: proxies.length === total ? [] : [...this.#names.keys()].filter((at) => !set.has(at)) }
  }

  #named(side: readonly number[]): string {
    const named = side.slice(0, maxNamed).map((at) => this.#names[at])
    return named.join(', ') + (side.length > maxNamed ? ` and ${side.length - maxNamed} more` : '')
  }
}

function keyOf(cells: readonly Cell[]): string {
  return JSON.stringify(cells.map((cell) => cellValue(cell) ?? null))
}
