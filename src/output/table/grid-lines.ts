import type { BorderConfig, TableUserConfig } from 'table'
import type { View } from '../../view.ts'
import { toned } from '../text/tone.ts'
import { isText, type TableCells, tableCells } from './cells.ts'
import { fitWidths } from './fit-widths.ts'
import { sectionTexts } from './section-texts.ts'
import type { TableOptions } from './table-options.ts'
import { leastWidth, widthOf, wrap } from './wrap.ts'

/** The table with borders, in pieces of some rows. The package `table` draws it, and is loaded only here. */
export async function gridText(view: View, options: TableOptions): Promise<Iterable<string>> {
  const { getBorderCharacters, table } = await import('table')
  const drawing = { table, border: getBorderCharacters('norc') }
  return sectionTexts(view, options, (each) => pieces(each, options, drawing))
}

interface Drawing {
  readonly border: BorderConfig
  table(rows: string[][], config: TableUserConfig): string
}

/** Rows are drawn in pieces of so many: never all of a large view at once. */
const rowsPerPiece = 200

/** Columns that a border and the blanks beside a cell take. */
const frame = 3

function* pieces(view: View, options: TableOptions, { table, border }: Drawing): Generator<string> {
  if (view.rows.length === 0) return
  const cells = tableCells(view, false)
  const widths = widthsOf(cells, options)
  const columns = widths.map((width) => ({ width }))
  const lines = (texts: readonly string[], row?: number) =>
    linesOf(
      texts.map((text, at) => {
        const tone = row === undefined || !options.colour ? undefined : cells.toneAt(row, at)
        return wrap(text, widths[at] ?? 1).map((line) => toned(line, tone))
      }),
    )
  for (let start = 0; start < cells.rows.length; start += rowsPerPiece) {
    const isFirst = start === 0
    const rows = cells.rows.slice(start, start + rowsPerPiece).map((row, at) => lines(row, start + at))
    const isLast = start + rowsPerPiece >= cells.rows.length
    const drawn = isFirst && options.headers ? [lines(cells.headers), ...rows] : rows
    const starts = new Set<number>()
    let line = 0
    for (const row of drawn) {
      starts.add(line)
      line += row.length
    }
    yield table(drawn.flat(), {
      columns,
      border: isFirst ? border : goingOn(border),
      drawHorizontalLine: (index, size) => (index === size ? isLast : starts.has(index)),
    })
  }
}

/**
 * A row whose cells are of several lines, as rows of one line each. The package `table` can split a cell at its line
 * breaks itself, but reads the whole cell again for each line, which takes a minute for a cell of some thousand lines.
 */
function linesOf(cells: readonly (readonly string[])[]): string[][] {
  const height = cells.reduce((most, { length }) => Math.max(most, length), 1)
  return Array.from({ length: height }, (_, line) => cells.map((cell) => cell[line] ?? ''))
}

/** The borders of a piece that stands below another. */
function goingOn(border: BorderConfig): BorderConfig {
  const { joinBody, joinJoin, joinLeft, joinRight } = border
  return { ...border, topBody: joinBody, topJoin: joinJoin, topLeft: joinLeft, topRight: joinRight }
}

/** A text has at least so many columns, and where many are to fit at least so many. */
const leastColumns = [10, 4] as const

function widthsOf(cells: TableCells, { headers: shown, wrapWidth }: TableOptions): number[] {
  const { columns, headers } = cells
  const texts = (at: number) => cells.rows.map((row) => row[at] ?? '')
  const header = (at: number) => (shown ? (headers[at] ?? '') : '')
  const own = columns.map((_, at) => Math.max(widthOf(header(at)), widest(texts(at), widthOf)))
  if (wrapWidth === undefined) return own
  const room = wrapWidth - frame * columns.length - 1
  const needed = columns.map((column, at) =>
    Math.max(leastWidth(header(at)), widest(texts(at), isText(column) ? leastWidth : widthOf)),
  )
  const fits = leastColumns.map((columnsOfText) =>
    fitWidths(
      own.map((width, at) => ({ width, least: Math.min(width, Math.max(columnsOfText, needed[at] ?? 0)) })),
      room,
    ),
  )
  return fits.find((widths) => widths.reduce((sum, width) => sum + width, 0) <= room) ?? fits.at(-1) ?? own
}

function widest(texts: readonly string[], width: (text: string) => number): number {
  return texts.reduce((most, text) => Math.max(most, width(text)), 1)
}
