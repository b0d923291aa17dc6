/** The text with every line changed; the columns of a table, which its header tells, are as wide as they need to be then. */
export function tableOf(text: string, change: (cell: string) => string): string {
  const lines = text.split('\n')
  const head = lines.findIndex((line) => /^[A-Z][A-Z0-9 ]*(?: {3,}[A-Z][A-Z0-9 ]*)+$/.test(line))
  if (head === -1) return lines.map(change).join('\n')
  const starts = [0, ...[...(lines[head] ?? '').matchAll(/ {3,}(?=\S)/g)].map((gap) => gap.index + gap[0].length)]
  const isRow = (line: string) =>
    line.slice(starts[1]).trim() !== '' && starts.slice(1).every((start) => line.slice(start - 3, start).trim() === '')
  const end = lines.findIndex((line, index) => index > head && !isRow(line))
  const rows = lines
    .slice(head, end === -1 ? undefined : end)
    .map((line) => starts.map((start, index) => change(line.slice(start, starts[index + 1]).trimEnd())))
  const widths = starts.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const padded = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd((widths[column] ?? 0) + 3))
      .join('')
      .trimEnd(),
  )
  return [...lines.slice(0, head).map(change), ...padded, ...(end === -1 ? [] : lines.slice(end).map(change))].join(
    '\n',
  )
}
