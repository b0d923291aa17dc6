import type { Tone, View } from '../../view.ts'
import { displayWidth } from '../text/display-width.ts'
import { toned } from '../text/tone.ts'
import { type TableCells, tableCells } from './cells.ts'
import { sectionTexts } from './section-texts.ts'
import type { TableOptions } from './table-options.ts'

/**
 * The table as kubectl draws it, in pieces of some lines.
 * @param all also the columns of `-o wide`
 */
export async function tableText(view: View, options: TableOptions, all: boolean): Promise<Iterable<string>> {
  const fit = options.width === undefined ? undefined : await import('./fit-cells.ts')
  return sectionTexts(view, options, (each) => lines(each, options, { all, fit }))
}

interface Drawing {
  readonly all: boolean
  /** Absent where nothing has to fit. */
  readonly fit: Fit | undefined
}

interface Fit {
  fitColumns(cells: TableCells, own: readonly number[], room: number): number[]
  shorten(text: string, width: number): string
}

const gap = 3

/** Lines are handed on in pieces of so many: few writes, and never the whole table as one string. */
const linesPerPiece = 1000

function* lines(view: View, options: TableOptions, { all, fit }: Drawing): Generator<string> {
  if (view.rows.length === 0) return
  const cells = tableCells(view, all)
  const above = view.above === undefined ? [] : tableCells({ ...view, rows: view.above }, all).rows
  const own = ownWidths({ ...cells, rows: [...above, ...cells.rows] }, options.headers)
  const room = (options.width ?? 0) - gap * (own.length - 1)
  const layout = layoutOf(fit?.fitColumns(cells, own, room) ?? own, fit?.shorten)
  if (options.headers) yield `${layout(cells.headers)}\n`
  for (let start = 0; start < cells.rows.length; start += linesPerPiece) {
    const piece = cells.rows
      .slice(start, start + linesPerPiece)
      .map((row, at) => layout(row, options.colour ? (column) => cells.toneAt(start + at, column) : undefined))
    yield `${piece.join('\n')}\n`
  }
}

/** Every column as wide as its widest cell. */
function ownWidths({ columns, headers, rows }: TableCells, shown: boolean): number[] {
  return columns.map((_, at) =>
    rows.reduce(
      (most, row) => Math.max(most, displayWidth(row[at] ?? '')),
      shown ? displayWidth(headers[at] ?? '') : 0,
    ),
  )
}

type Layout = (cells: readonly string[], toneOf?: (column: number) => Tone | undefined) => string

function layoutOf(widths: readonly number[], shorten: Fit['shorten'] = (text) => text): Layout {
  const last = widths.length - 1
  return (cells, toneOf = () => undefined) =>
    cells
      .map((cell, at) => {
        const width = widths[at] ?? 0
        const own = displayWidth(cell)
        const text = own > width ? shorten(cell, width) : cell
        const used = own > width ? displayWidth(text) : own
        return toned(text, toneOf(at)) + (at === last ? '' : ' '.repeat(width - used + gap))
      })
      .join('')
}
