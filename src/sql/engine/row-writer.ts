import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Reads } from '../protocol.ts'
import type { SqlTable, SqlValue } from '../table.ts'
import { namesTable, quoted, storedColumns, storedName } from './schema.ts'

/** Rows that are written by one statement: each run of one costs as much as a row. */
const rowsAtOnce = 32

/** Writes rows into the tables of a new database. Methods throw what SQLite throws. */
export class RowWriter {
  readonly #db: DatabaseSync
  /** How many columns are stored of each table, with the number of the resource. */
  readonly #widths: ReadonlyMap<string, number>
  readonly #inserts = new Map<string, StatementSync>()
  readonly #proxies = new Map<string, number>()
  /** The numbers of resources, by their digests. */
  readonly #resources = new Map<string, number>()

  constructor(db: DatabaseSync, tables: readonly SqlTable[], reads: Reads) {
    this.#db = db
    this.#widths = new Map(tables.map((table) => [table.name, storedColumns(table, reads[table.name]).length + 1]))
  }

  /** Adds a resource; one that was added before is not stored again. */
  addResource(digest: string, json: string): void {
    if (this.#resources.has(digest)) return
    const number = this.#resources.size + 1
    this.#resources.set(digest, number)
    this.#insertInto('_resources', 2, 1).run(number, json)
  }

  /** Adds rows as the protocol has them. @throws Error for a table that there is not */
  addRows(table: string, rows: readonly (readonly SqlValue[])[], resources: readonly string[]): void {
    const width = this.#widths.get(table)
    if (width === undefined) throw new Error(`no table ${table}`)
    const numbers = resources.map((digest) => this.#resources.get(digest) ?? null)
    const whole = Math.floor(rows.length / rowsAtOnce) * rowsAtOnce
    for (let from = 0; from < rows.length; ) {
      const count = from < whole ? rowsAtOnce : 1
      const values: (string | number | null)[] = []
      for (const row of rows.slice(from, from + count)) {
        const resource = row.at(-1)
        // The proxy is the first column of each table.
        values.push(this.#proxy(String(row[0])))
        for (const value of row.slice(1, -1)) values.push(typeof value === 'boolean' ? Number(value) : value)
        values.push(typeof resource === 'number' ? (numbers[resource] ?? null) : null)
      }
      this.#insertInto(storedName(table), width, count).run(...values)
      from += count
    }
  }

  /** Notes a table whose rows have all come. */
  addFilled(table: string): void {
    this.#insertInto('_filled', 1, 1).run(table)
  }

  /** The number of a proxy. */
  #proxy(name: string): number {
    const known = this.#proxies.get(name)
    if (known !== undefined) return known
    const number = this.#proxies.size + 1
    this.#proxies.set(name, number)
    this.#insertInto(namesTable, 2, 1).run(number, name)
    return number
  }

  #insertInto(physical: string, width: number, rows: number): StatementSync {
    const key = `${rows} ${physical}`
    const known = this.#inserts.get(key)
    if (known !== undefined) return known
    const row = `(${Array.from({ length: width }, () => '?').join(', ')})`
    const insert = this.#db.prepare(
      `INSERT INTO ${quoted(physical)} VALUES ${Array.from({ length: rows }, () => row).join(', ')}`,
    )
    this.#inserts.set(key, insert)
    return insert
  }
}
