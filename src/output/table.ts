import { type Cell, cellValue, type View, type ViewColumn } from '../view.ts'
import { displayWidth } from './display-width.ts'
import { escapeControls } from './escape.ts'
import type { Format, FormatOptions } from './format.ts'

/** kubectl's table: no borders, three spaces between columns, nothing after the last cell of a line. */
export const table: Format = {
  name: 'table',
  title: 'columns for reading (the default)',
  render: (view, options) => lines(view, options, false),
}

export const wide: Format = {
  name: 'wide',
  title: 'the table with every column',
  render: (view, options) => lines(view, options, true),
}

const gap = 3

/** Lines are handed on in pieces of so many: few writes, and never the whole table as one string. */
const linesPerPiece = 1000

function* lines(view: View, { headers }: FormatOptions, all: boolean): Generator<string> {
  if (view.rows.length === 0) return
  const columns = view.columns.map((column, index) => ({ column, index })).filter(({ column }) => all || !column.wide)
  const texts = view.rows.map((row) => columns.map(({ column, index }) => cellText(row.cells[index], column)))
  if (headers) texts.unshift(columns.map(({ column }) => column.header))
  const widths = columns.map((_, at) => texts.reduce((most, cells) => Math.max(most, displayWidth(cells[at] ?? '')), 0))
  for (let start = 0; start < texts.length; start += linesPerPiece) {
    yield `${texts
      .slice(start, start + linesPerPiece)
      .map((cells) => line(cells, widths))
      .join('\n')}\n`
  }
}

function line(cells: readonly string[], widths: readonly number[]): string {
  const last = cells.length - 1
  return cells
    .map((cell, at) => (at === last ? cell : cell + ' '.repeat((widths[at] ?? 0) - displayWidth(cell) + gap)))
    .join('')
}

/** As kubectl does, every cell holds something, so that a column keeps its place for awk. */
const noValue = '<none>'

function cellText(cell: Cell, { missing = noValue }: ViewColumn): string {
  const value = cellValue(cell)
  if (value === undefined) return missing
  const text = escapeControls(String(value))
  return text.trim() === '' ? missing : text
}
