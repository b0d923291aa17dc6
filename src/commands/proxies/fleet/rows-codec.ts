import type { ResultCodec } from '../../../contract/threads.ts'
import type { Cell, View, ViewColumn, ViewRow } from '../../../view.ts'
import { withoutDocuments } from './without-documents.ts'

/** Rows as lists of cells: there are fewer objects to copy between threads. */
export interface PlainRows {
  readonly kind: string
  readonly columns: readonly ViewColumn[]
  readonly names: readonly string[]
  /** Of all rows, one row after the other. */
  readonly cells: readonly Cell[]
  /** What else rows have, by the number of the row. */
  readonly more: ReadonlyMap<number, Omit<ViewRow, 'name' | 'cells'>>
  readonly notes: readonly string[]
  readonly empty: string
}

/** The rows of a resource kind. Documents stay where they are: nobody prints them. */
export const rowsCodec: ResultCodec<View, PlainRows> = {
  encode({ kind, columns, rows, notes, empty }) {
    return {
      kind,
      columns: columns.map(plainColumn),
      names: rows.map(({ name }) => name),
      cells: rows.flatMap(({ cells }) => cells),
      more: new Map(
        rows.flatMap(({ name: _, cells: __, ...more }, at) => (Object.keys(more).length === 0 ? [] : [[at, more]])),
      ),
      notes,
      empty,
    }
  },
  decode({ kind, columns, names, cells, more, notes, empty }) {
    const width = columns.length
    const rows = names.map((name, at) => ({
      name,
      cells: cells.slice(at * width, (at + 1) * width),
      ...more.get(at),
    }))
    const nothing = () => ({ value: null })
    return withoutDocuments({ kind, columns, rows, document: nothing, raw: nothing, notes, empty })
  },
}

/** What formats read of a column: one of a resource kind knows how its cells are made as well. */
function plainColumn({ header, key, missing, types, wide }: ViewColumn): ViewColumn {
  return {
    header,
    key,
    ...(missing === undefined ? {} : { missing }),
    ...(types === undefined ? {} : { types }),
    ...(wide === undefined ? {} : { wide }),
  }
}
