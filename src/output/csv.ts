import type { Cell } from '../view.ts'
import { escapeControls } from './escape.ts'
import type { Format } from './format.ts'

/** RFC 4180, with every column; control characters are escaped as in the table. */
export const csv: Format = {
  name: 'csv',
  title: 'comma-separated values with every column',
  *render(view, { headers }) {
    if (headers) yield record(view.columns.map(({ key }) => key))
    for (const { cells } of view.rows) yield record(cells)
  },
}

function record(cells: readonly Cell[]): string {
  return `${cells.map(field).join(',')}\r\n`
}

function field(cell: Cell): string {
  const text = escapeControls(String(cell ?? ''))
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
