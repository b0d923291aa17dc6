/** The border between analysis and rendering: what a command shows, free of any format. */
export interface View {
  /** Singular resource kind, as in `-o name`: `cluster/NAME`. */
  readonly kind: string
  readonly columns: readonly ViewColumn[]
  readonly rows: readonly ViewRow[]
  /** What the format prints of the rows, in pieces, where that is made already; there are no rows then. */
  readonly printed?: readonly string[]
  /** Rows of the same table that were printed before: a table keeps their widths. */
  readonly above?: readonly ViewRow[]
  /** What `-o json` and `-o yaml` print: protobuf-JSON, lowerCamelCase. Called only when such a format is asked for. */
  document(): Document
  /** What `-o raw` prints: the same entries exactly as the proxy sent them. */
  raw(): Document
  /** What `-o jsonl` prints in place of its rows, an object a line. */
  records?(): Iterable<object>
  /** The thing of the document that each row comes from, in the order of the rows: what --sort-by with a path looks at. */
  rowItems?(): Promise<Iterable<unknown>>
  /** Ways to write this view that only it has, by the name of the format; one under `table` stands for the table. */
  readonly texts?: Readonly<Record<string, () => Iterable<TextLine>>>
  /** Documents that only this view has, by the name of the format; they are printed as JSON. */
  readonly ownDocuments?: Readonly<Record<string, () => Document>>
  /** Tables that stand below each other, in place of rows. */
  readonly sections?: readonly Section[]
  /** Facts beside the rows (rejected updates, skipped input). They go to stderr, one per line. */
  readonly notes: readonly string[]
  /** What is said on stderr when there are no rows. */
  readonly empty: string
  /** Secrets were hidden before the rows were made: texts in them can be JSON, which hiding once more would break. */
  readonly isRedacted?: true
}

/** One table of several. */
export interface Section {
  /** What `--with-headers` puts before it. */
  readonly heading: string
  readonly view: View
}

/** What a reader is to see first: what fails, and what may come to fail. Shown by colour, on a terminal. */
export type Tone = 'bad' | 'warning'

/** A line of text, with its tone when it has one. */
export type TextLine = string | { readonly text: string; readonly tone: Tone }

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
  /** What it shows changes by time alone. */
  readonly clock?: true
}

export interface ViewRow {
  /** Resource name, for `-o name`. */
  readonly name: string
  /** What it is, for `-o name`, where a view has rows of several kinds; the view's kind when absent. */
  readonly kind?: string
  /** Whose row it is, where a view holds the rows of several proxies. */
  readonly proxy?: string
  readonly cells: readonly Cell[]
  /** What -w compares, where cells show an age beside the state; the cells when absent. */
  readonly state?: string
  /** Tones of its cells, by the key of their column. They come from what the row shows, never from the words that show it. */
  readonly tones?: Tones
}

export type Tones = Readonly<Record<string, Tone>>

export type CellType = 'string' | 'number' | 'boolean'

/** Undefined, or an empty text, where there is no value. */
export type Cell = string | number | boolean | undefined

/**
 * One JSON value; a list whose items are made one at a time, so that a large one is never all in memory; an object or a list of other
 * documents, which may be of that kind.
 */
export type Document =
  | {
      readonly value: unknown
      /** It is a section of a dump: what it is about stands in its lists. */
      readonly isSection?: true
      readonly order?: ItemOrder
    }
  | { readonly list: Iterable<unknown> }
  | {
      readonly fields: readonly (readonly [name: string, document: Document])[]
      /** The names are those of proxies. */
      readonly ofProxies?: true
      readonly order?: ItemOrder
    }
  | { readonly documents: readonly Document[] }

/** One thing of a document: a row of -o custom-columns, a member of `.items` in -o jsonpath. */
export interface Item {
  /** Whose it is, where a document holds the things of several proxies. */
  readonly proxy?: string
  readonly value: unknown
}

/** The order that --sort-by asks for, where the document itself has no list to sort. */
export type ItemOrder = (items: readonly Item[]) => readonly Item[]

/** The tones that a row has, as its member; none where no cell has one. */
export function withTones(tones: Readonly<Record<string, Tone | undefined>>): { tones?: Tones } {
  const set: Record<string, Tone> = {}
  let found = false
  for (const [key, tone] of Object.entries(tones)) {
    if (tone === undefined) continue
    set[key] = tone
    found = true
  }
  return found ? { tones: set } : {}
}

/** The value of a cell. An empty text is no value: formats show both alike, `null` in jsonl and `<none>` in a table. */
export function cellValue(cell: Cell): Exclude<Cell, undefined> | undefined {
  return cell === '' ? undefined : cell
}
