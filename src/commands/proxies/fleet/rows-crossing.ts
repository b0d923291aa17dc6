import type { Crossing } from '../../../contract/threads.ts'
import type { Cell, Tones, View, ViewColumn } from '../../../view.ts'
import { withoutDocuments } from './without-documents.ts'

/** Rows as lists: of a thousand proxies there are as many objects less to copy. */
export interface PlainRows {
  readonly kind: string
  readonly columns: readonly ViewColumn[]
  readonly names: readonly string[]
  /** Of all rows, one row after the other. */
  readonly cells: readonly Cell[]
  /** Of rows that have them, by the number of the row. */
  readonly tones: ReadonlyMap<number, Tones>
  readonly notes: readonly string[]
  readonly empty: string
}

/** The rows of a resource kind. Documents stay where they are: nobody prints them. */
export const rowsCrossing: Crossing<View, PlainRows> = {
  plain({ kind, columns, rows, notes, empty }) {
    return {
      kind,
      columns: columns.map(plainColumn),
      names: rows.map(({ name }) => name),
      cells: rows.flatMap(({ cells }) => cells),
      tones: new Map(rows.flatMap(({ tones }, at) => (tones === undefined ? [] : [[at, tones]]))),
      notes,
      empty,
    }
  },
  whole({ kind, columns, names, cells, tones, notes, empty }) {
    const width = columns.length
    const rows = names.map((name, at) => {
      const own = tones.get(at)
      return { name, cells: cells.slice(at * width, (at + 1) * width), ...(own === undefined ? {} : { tones: own }) }
    })
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
