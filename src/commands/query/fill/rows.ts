import { redact } from '../../../envoy/redaction/redact.ts'
import { redactedView } from '../../../output/redacted-view.ts'
import { storedColumns } from '../../../sql/engine/schema.ts'
import { resourceColumn, type SqlTable, type SqlValue } from '../../../sql/table.ts'
import { cellValue, type View } from '../../../view.ts'

/** Rows of a table on their way: its stored columns in their order, then the place of the resource in `resources`. */
export interface TableRows {
  readonly table: string
  readonly rows: readonly (readonly SqlValue[])[]
  /** JSON texts. */
  readonly resources: readonly string[]
}

/** Called with rows as they are made. */
export type AddRows = (rows: TableRows) => void

/** Characters of rows that are sent together, more or less. */
const batch = 1024 * 1024

/** Rows of one table on their way to the database. */
export class RowBatch {
  readonly #table: SqlTable
  readonly #add: AddRows
  #rows: SqlValue[][] = []
  #resources: string[] = []
  #size = 0

  constructor(table: SqlTable, add: AddRows) {
    this.#table = table
    this.#add = add
  }

  /** @param resource JSON; the one of the row before where it is the same text, undefined where there is none */
  row(values: SqlValue[], resource: string | undefined): void {
    if (resource !== undefined && this.#resources.at(-1) !== resource) {
      this.#resources.push(resource)
      this.#size += resource.length
    }
    for (const value of values) this.#size += typeof value === 'string' ? value.length : 8
    values.push(resource === undefined ? null : this.#resources.length - 1)
    this.#rows.push(values)
    if (this.#size > batch) this.flush()
  }

  flush(): void {
    if (this.#rows.length === 0) return
    this.#add({ table: this.#table.name, rows: this.#rows, resources: this.#resources })
    this.#rows = []
    this.#resources = []
    this.#size = 0
  }
}

/** Whose rows a view has. */
interface Owner {
  /** Name of the proxy; the rows' own where absent. */
  readonly proxy?: string
}

/**
 * The rows of a view, secrets hidden.
 * @param reads the columns that are read
 */
export async function addView(
  table: SqlTable,
  reads: readonly string[],
  view: View,
  { proxy }: Owner,
  add: AddRows,
): Promise<void> {
  const { rows, columns } = redactedView(view, false)
  const places = storedColumns(table, reads).map(({ name }) => {
    const at = columns.findIndex(({ key }) => key === name)
    return at === -1 ? name : at
  })
  const items = reads.includes(resourceColumn) ? (await view.rowItems?.())?.[Symbol.iterator]() : undefined
  const out = new RowBatch(table, add)
  let last: unknown
  let json: string | undefined
  for (const row of rows) {
    const values = places.map((place): SqlValue => {
      if (typeof place === 'number') return cellValue(row.cells[place]) ?? null
      if (place === 'proxy') return proxy ?? row.proxy ?? row.name
      return place === 'resourceName' ? (cellValue(row.name) ?? null) : null
    })
    const item = items?.next().value
    // Rows of one entry follow each other and share it.
    if (item !== undefined && item !== last) json = jsonText(redact(item, { showCredentials: false }))
    last = item
    out.row(values, item === undefined ? undefined : json)
  }
  out.flush()
}

/** JSON that every engine reads: half of a surrogate pair, which JavaScript writes as an escape, is no character to the others. */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value)
  return json.includes('\\ud')
    ? json.replaceAll(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (found) => (found.length > 2 ? '\ufffd' : found))
    : json
}
