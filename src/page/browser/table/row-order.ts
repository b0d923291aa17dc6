import type { TableRow } from './table-data.ts'

/** A column by its place, and which way. */
export interface SortOrder {
  readonly column: number
  readonly isDescending: boolean
}

/** The rows that have every word of the search in some cell, whatever the case. All rows without a word. */
export function matchingRows(rows: readonly TableRow[], search: string): readonly TableRow[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return rows
  return rows.filter((row) => {
    const text = textOf(row)
    return words.every((word) => text.includes(word))
  })
}

const texts = new WeakMap<TableRow, string>()

function textOf(row: TableRow): string {
  const known = texts.get(row)
  if (known !== undefined) return known
  const text = row.cells.join('\n').toLowerCase()
  texts.set(row, text)
  return text
}

const collator = new Intl.Collator('en', { numeric: true })

/** The rows in another order; those that are equal stay in theirs, those without a value come last. */
export function sortedRows(rows: readonly TableRow[], order: SortOrder | undefined): readonly TableRow[] {
  if (order === undefined) return rows
  const { column, isDescending } = order
  const direction = isDescending ? -1 : 1
  const isMissing = ({ cells }: TableRow) =>
    cells[column] === undefined || cells[column] === null || cells[column] === ''
  return rows.toSorted((one, other) => {
    const [left, right] = [isMissing(one), isMissing(other)]
    if (left || right) return Number(left) - Number(right)
    return direction * collator.compare(String(one.cells[column]), String(other.cells[column]))
  })
}
