import { displayWidth } from '../text/display-width.ts'
import { isText, type TableCells } from './cells.ts'
import { fitWidths } from './fit-widths.ts'

export { shorten } from './shorten.ts'

/** Columns that a shortened text has at least, for less of a name says little; and those that it has where many are to fit. */
const leastWidth = 9
const leastOfAll = 5

/**
 * Widths with which a row fits: texts give room, in the end also headers, and more of each text than is good. Numbers never do.
 * @param own widths of the columns as they are
 * @param room columns of a terminal for the cells of a row
 */
export function fitColumns({ columns, headers, rows }: TableCells, own: readonly number[], room: number): number[] {
  const withLeast = (least: (at: number) => number) =>
    fitWidths(
      own.map((width, at) => ({ width, least: Math.min(width, least(at)) })),
      room,
    )
  const texts = columns.map(isText)
  const widths = withLeast((at) =>
    texts[at] ? Math.max(leastWidth, displayWidth(headers[at] ?? '')) : Number.POSITIVE_INFINITY,
  )
  if (widths.reduce((sum, each) => sum + each, 0) <= room) return widths
  const widest = (at: number) => rows.reduce((most, row) => Math.max(most, displayWidth(row[at] ?? '')), 0)
  return withLeast((at) => (texts[at] ? leastOfAll : widest(at)))
}
