import type { Cell, View } from '../view.ts'
import type { FormatOptions } from './format.ts'
import { escapeControls } from './text/escape.ts'

/** RFC 4180, with every column; control characters are escaped as in the table. */
export function* csvText(view: View, { headers }: FormatOptions): Generator<string> {
  if (headers) yield record(view.columns.map(({ key }) => key))
  for (const { cells } of view.rows) yield record(cells)
}

function record(cells: readonly Cell[]): string {
  return `${cells.map(field).join(',')}\r\n`
}

function field(cell: Cell): string {
  const text = escapeControls(String(cell ?? ''))
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
