import type { SqlColumn, SqlTable, SqlValue } from './table.ts'

/** What the process that has the database is asked, as a line of JSON each. */
export type SqlRequest =
  /** Which tables and columns a statement reads. */
  | { readonly do: 'learn'; readonly tables: readonly SqlTable[]; readonly statement: string }
  /**
   * Begins a database, in memory or in a new file.
   * @property reads the columns that are stored of each table; tables that are absent there stay empty
   */
  | { readonly do: 'create'; readonly tables: readonly SqlTable[]; readonly reads: Reads; readonly file?: string }
  /** A resource that rows have, as JSON. @property digest names it in `rows` */
  | { readonly do: 'resource'; readonly digest: string; readonly json: string }
  /** Rows of a table: the stored columns in their order, then the place of the resource in `resources`, which are digests. */
  | {
      readonly do: 'rows'
      readonly table: string
      readonly rows: readonly (readonly SqlValue[])[]
      readonly resources: readonly string[]
    }
  /** All rows have come. @property filled the tables that were filled */
  | { readonly do: 'close'; readonly filled: readonly string[]; readonly indexes: boolean }
  /** Opens a database that was made before. */
  | { readonly do: 'open'; readonly file: string }
  /** Runs a statement. @property memory bytes that it may take besides what is there */
  | { readonly do: 'ask'; readonly statement: string; readonly memory: number }

/** The columns that are read of each table, by its name. */
export type Reads = Readonly<Record<string, readonly string[]>>

export type SqlReply =
  | { readonly is: 'learned'; readonly reads: Reads }
  | { readonly is: 'columns'; readonly columns: readonly AnswerColumn[] }
  | { readonly is: 'rows'; readonly rows: readonly (readonly SqlValue[])[] }
  | { readonly is: 'done' }
  | SqlFailure

/** A column of an answer; the type where it is one of a table. */
export interface AnswerColumn {
  readonly name: string
  readonly type?: SqlColumn['type'] | undefined
}

/**
 * Why something failed.
 * - `statement`: SQLite rejects it, or fails while it runs
 * - `refused`: it does more than read; `what` says what
 * - `several`, `none`: there is more than one statement, or none
 * - `unfilled`: the database was made without the table `what`
 * - `unsupported`: this Node has no SQLite, or one that cannot tell what a statement reads
 * - `newer`: the file was made by a later version of this program
 * - `database`: the file is no database of this program, or cannot be read or written
 */
export interface SqlFailure {
  readonly is: 'failed'
  readonly why: 'statement' | 'refused' | 'several' | 'none' | 'unfilled' | 'unsupported' | 'newer' | 'database'
  readonly what: string
  /** Characters before what SQLite stumbles over. */
  readonly at?: number | undefined
}
