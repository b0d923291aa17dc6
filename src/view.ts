/** The border between analysis and rendering: what a command shows, free of any format. */
export interface View {
  /** Singular resource kind, as in `-o name`: `cluster/NAME`. */
  readonly kind: string
  readonly columns: readonly ViewColumn[]
  readonly rows: readonly ViewRow[]
  /** What `-o json` and `-o yaml` print: protobuf-JSON, lowerCamelCase. Called only when such a format is asked for. */
  document(): Document
  /** What `-o raw` prints: the same entries exactly as the proxy sent them. */
  raw(): Document
  /** What `-o jsonl` prints in place of its rows, an object a line. */
  records?(): Iterable<object>
  /** Ways to write this view that only it has, by the name of the format; one under `table` stands for the table. */
  readonly texts?: Readonly<Record<string, () => Iterable<string>>>
  /** Facts beside the rows (rejected updates, skipped input). They go to stderr, one per line. */
  readonly notes: readonly string[]
  /** What is said on stderr when there are no rows. */
  readonly empty: string
}

export interface ViewColumn {
  /** Upper case, as shown above the column. */
  readonly header: string
  /** lowerCamelCase key of the cell in jsonl; stable across releases. */
  readonly key: string
  /** What a table shows for a cell without a value, `<none>` when absent. */
  readonly missing?: string
  /** What its cells are; text when absent. Any cell may be undefined. */
  readonly types?: readonly CellType[]
  /** Shown with `-o wide` only (jsonl and csv always have it). */
  readonly wide?: boolean
}

export interface ViewRow {
  /** Resource name, for `-o name`. */
  readonly name: string
  /** Whose row it is, where a view holds the rows of several proxies. */
  readonly proxy?: string
  readonly cells: readonly Cell[]
}

export type CellType = 'string' | 'number' | 'boolean'

/** Undefined, or an empty text, where there is no value. */
export type Cell = string | number | boolean | undefined

/** One JSON value, or a list whose items are produced one at a time so that a large one never exists as one text. */
export type Document = { readonly value: unknown } | { readonly list: Iterable<unknown> }

/** The value of a cell. An empty text is no value: formats show both alike, `null` in jsonl and `<none>` in a table. */
export function cellValue(cell: Cell): Exclude<Cell, undefined> | undefined {
  return cell === '' ? undefined : cell
}
