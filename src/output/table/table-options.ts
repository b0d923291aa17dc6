/** How a table is drawn. */
export interface TableOptions {
  readonly headers: boolean
  /** Whether the tables of a view that has several get a heading each. */
  readonly headings?: boolean
  /** Columns of a terminal that rows are to fit; absent when they may be as wide as they are. */
  readonly width?: number
  /** Columns that cells are wrapped to, for a format that wraps; absent when they are not to be wrapped. */
  readonly wrapWidth?: number
  /** Whether tones are shown by colour. */
  readonly colour?: boolean
}
