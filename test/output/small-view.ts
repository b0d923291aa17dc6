import assert from 'node:assert/strict'
import type { FormatOptions } from '../../src/output/format.ts'
import { formats } from '../../src/output/index.ts'
import type { Cell, Document, Tones, View, ViewColumn } from '../../src/view.ts'

const nothing = () => ({ value: null })

/** A view with these rows; a column is given by its header, or whole. */
export function viewOfRows(
  columns: readonly (string | ViewColumn)[],
  rows: readonly (readonly Cell[])[],
  tones: readonly (Tones | undefined)[] = [],
): View {
  return {
    kind: 'thing',
    columns: columns.map((column) =>
      typeof column === 'string' ? { header: column, key: column.toLowerCase() } : column,
    ),
    rows: rows.map((cells, at) => {
      const own = tones[at]
      return { name: String(cells[0]), cells, ...(own === undefined ? {} : { tones: own }) }
    }),
    document: nothing,
    raw: nothing,
    notes: [],
    empty: '',
  }
}

/** A view that is a document only. */
export function viewOfDocument(document: Document): View {
  return { ...viewOfRows([], []), document: () => document, raw: () => document }
}

/** What a format prints of a view. */
export async function printed(view: View, format: string, options: FormatOptions = { headers: true }): Promise<string> {
  const found = formats.find(({ name }) => name === format)
  assert.ok(found !== undefined, format)
  return [...(await found.render(view, options))].join('')
}
