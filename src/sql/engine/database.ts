import { closeSync, openSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { AnswerColumn, Reads, SqlFailure } from '../protocol.ts'
import type { SqlTable, SqlValue } from '../table.ts'
import { Authorizer } from './authorizer.ts'
import { errorPosition } from './error-position.ts'
import { RowWriter } from './row-writer.ts'
import { applicationId, indexStatements, schemaStatements, schemaVersion } from './schema.ts'

type Sqlite = typeof import('node:sqlite')

/** A failure on its way to whoever asked. */
export class SqlError extends Error {
  readonly failure: SqlFailure

  constructor(failure: Omit<SqlFailure, 'is'>) {
    super(failure.what)
    this.failure = { is: 'failed', ...failure }
  }
}

/** A database of rows of proxies, and statements that read it. */
export class Database {
  readonly #db: DatabaseSync
  #tables: readonly SqlTable[] = []
  #reads: Reads = {}
  #writer: RowWriter | undefined

  private constructor(db: DatabaseSync) {
    this.#db = db
  }

  /**
   * @param file a new file, created so that only its owner can read it; memory when undefined
   * @param reads the columns that are stored of each table
   * @throws SqlError when the file cannot be created
   */
  static create(sqlite: Sqlite, tables: readonly SqlTable[], reads: Reads, file?: string): Database {
    if (file !== undefined) createFile(file)
    const made = new Database(new sqlite.DatabaseSync(file ?? ':memory:'))
    made.#tables = tables
    made.#reads = reads
    // A file that is not whole is thrown away, so that nothing has to be undone.
    made.#db.exec(
      `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}`,
    )
    for (const statement of schemaStatements(tables, reads)) made.#db.exec(statement)
    made.#db.exec('BEGIN')
    made.#writer = new RowWriter(made.#db, tables, reads)
    return made
  }

  /** @throws SqlError when the file is no database of this program */
  static open(sqlite: Sqlite, file: string): Database {
    try {
      const db = new sqlite.DatabaseSync(file, { readOnly: true })
      db.exec('PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF')
      const version = Number(db.prepare('PRAGMA user_version').get()?.user_version)
      if (db.prepare('PRAGMA application_id').get()?.application_id !== applicationId || version < 1) throw notOurs()
      if (version > schemaVersion) throw new SqlError({ why: 'newer', what: '' })
      return new Database(db)
    } catch (error) {
      throw error instanceof SqlError ? error : new SqlError({ why: 'database', what: messageOf(error) })
    }
  }

  /** Adds a resource; one that was added before is not stored again. @throws SqlError when it cannot be written */
  addResource(digest: string, json: string): void {
    written(() => this.#writer?.addResource(digest, json))
  }

  /** Rows as the protocol has them. @throws SqlError when they cannot be written */
  insert(table: string, rows: readonly (readonly SqlValue[])[], resources: readonly string[]): void {
    written(() => this.#writer?.addRows(table, rows, resources))
  }

  /** All rows are there. @throws SqlError when they cannot be written */
  close(filled: readonly string[], indexes: boolean): void {
    written(() => {
      for (const name of filled) this.#writer?.addFilled(name)
      this.#db.exec('COMMIT')
      if (indexes) for (const statement of indexStatements(this.#tables, this.#reads)) this.#db.exec(statement)
    })
    this.#writer = undefined
  }

  /** What a statement reads. @throws SqlError when it is none, or does more */
  learn(statement: string): Reads {
    const { authorizer } = this.#prepare(statement)
    return Object.fromEntries([...authorizer.reads].map(([name, columns]) => [name, [...columns]]))
  }

  /**
   * The columns of an answer, and its rows as they are found.
   * @throws SqlError when it is no statement, does more than read, fails, or reads a table that was not filled
   */
  ask(statement: string): { columns: readonly AnswerColumn[]; rows: Iterable<readonly SqlValue[]> } {
    const filled = this.#filled()
    const { prepared, authorizer } = this.#prepare(statement)
    const missing = [...authorizer.reads.keys()].find((name) => !filled.has(name))
    if (missing !== undefined) throw new SqlError({ why: 'unfilled', what: missing })
    prepared.setReturnArrays(true)
    prepared.setReadBigInts(true)
    const columns = prepared.columns().map(({ name, type }) => ({ name, type: typeOf(type) }))
    const booleans = columns.map(({ type }) => type === 'BOOLEAN')
    return { columns, rows: this.#rows(prepared, booleans, authorizer) }
  }

  #filled(): ReadonlySet<unknown> {
    try {
      const rows = this.#db.prepare('SELECT "name" FROM "_filled"').all()
      return new Set(rows.map(({ name }) => name))
    } catch (error) {
      throw new SqlError({ why: 'database', what: messageOf(error) })
    }
  }

  *#rows(
    prepared: StatementSync,
    booleans: readonly boolean[],
    authorizer: Authorizer,
  ): Generator<readonly SqlValue[]> {
    try {
      for (const row of prepared.iterate())
        yield Object.values(row).map((value, at) => answered(value, booleans[at] === true))
    } catch (error) {
      // VACUUM asks for leave only when it runs.
      if (authorizer.refused !== undefined) throw new SqlError({ why: 'refused', what: authorizer.refused })
      throw new SqlError({ why: 'statement', what: messageOf(error) })
    }
  }

  #prepare(statement: string): { prepared: StatementSync; authorizer: Authorizer } {
    const views = this.#db.prepare("SELECT name FROM sqlite_schema WHERE type = 'view'").all()
    const authorizer = new Authorizer(new Set(views.map(({ name }) => String(name))))
    if (isBlank(statement)) throw new SqlError({ why: 'none', what: '' })
    this.#db.setAuthorizer(authorizer.decide)
    let prepared: StatementSync
    try {
      prepared = this.#db.prepare(statement)
    } catch (error) {
      if (authorizer.refused !== undefined) throw new SqlError({ why: 'refused', what: authorizer.refused })
      const what = messageOf(error)
      const at = errorPosition(statement, what, (other) => this.#errorOf(other))
      throw new SqlError({ why: 'statement', what, at })
    }
    const rest = statement.slice(prepared.sourceSQL.length)
    if (!isBlank(rest)) throw new SqlError({ why: 'several', what: '' })
    return { prepared, authorizer }
  }

  #errorOf(statement: string): string | undefined {
    try {
      this.#db.prepare(statement)
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  }
}

/** A file of another program. */
function notOurs(): SqlError {
  return new SqlError({ why: 'database', what: '' })
}

/** @throws SqlError for what SQLite throws: a full disk, a file that is too large */
function written(work: () => void): void {
  try {
    work()
  } catch (error) {
    throw new SqlError({ why: 'database', what: messageOf(error) })
  }
}

/** Created before SQLite opens it: what it holds is for its owner. */
function createFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    throw new SqlError({ why: 'database', what: messageOf(error) })
  }
}

/** Spaces, comments and semicolons are no statement. */
function isBlank(text: string): boolean {
  return text.replaceAll(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[\s;]/g, '') === ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function typeOf(declared: string | null): AnswerColumn['type'] {
  return declared === 'TEXT' || declared === 'NUMERIC' || declared === 'BOOLEAN' ? declared : undefined
}

/** A value as JSON has it: numbers that JSON cannot hold are texts, bytes are hexadecimal. */
function answered(value: unknown, isBoolean: boolean): SqlValue {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'bigint') {
    if (isBoolean) return value !== 0n
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value)
}
