export interface ColumnWidth {
  /** Columns of a terminal that its widest cell or its header takes up. */
  readonly width: number
  /** It is not made narrower than this. */
  readonly least: number
}

/**
 * Widths with which a table fits: the widest column gives room first, until it is as narrow as the next.
 * @param room columns of a terminal for the cells of a row
 */
export function fitWidths(columns: readonly ColumnWidth[], room: number): number[] {
  const widths = columns.map(({ width }) => width)
  const canShrink = (at: number): boolean => (widths[at] ?? 0) > (columns[at]?.least ?? 0)
  for (let excess = sum(widths) - room; excess > 0; excess = sum(widths) - room) {
    const open = widths.map((_, at) => at).filter(canShrink)
    const widest = open.reduce((most, at) => Math.max(most, widths[at] ?? 0), 0)
    const group = open.filter((at) => widths[at] === widest)
    if (group.length === 0) break
    const next = open.reduce((most, at) => ((widths[at] ?? 0) < widest ? Math.max(most, widths[at] ?? 0) : most), 0)
    const share = Math.max(1, Math.floor(excess / group.length))
    for (const at of group.slice(0, excess)) widths[at] = Math.max(widest - share, next, columns[at]?.least ?? 0)
  }
  return widths
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
