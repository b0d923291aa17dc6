import type { Tone } from '../../../view.ts'

/** A column of a table. */
export interface TableColumn {
  readonly header: string
  readonly key: string
  /** Shown when all columns are asked for. */
  readonly wide?: boolean
}

export type TableCell = string | number | boolean | null | undefined

export interface TableRow {
  readonly cells: readonly TableCell[]
  readonly tones?: Readonly<Record<string, Tone>>
  /** The place that its first shown cell leads to, or the cell of a key. */
  readonly href?: string
  /** What stands for a cell without a value that leads somewhere. */
  readonly name?: string
  readonly hrefs?: Readonly<Record<string, string>>
}

export interface Sorting {
  /** The place of the column in the rows' cells. */
  readonly column: number
  readonly descending: boolean
}

const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** The rows that hold every word of a search, in any case, in any cell. */
export function foundRows<R extends TableRow>(rows: readonly R[], search: string): readonly R[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
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
  const text = row.cells
    .filter((cell) => cell !== null && cell !== undefined)
    .join('\n')
    .toLowerCase()
  texts.set(row, text)
  return text
}

/** The rows by one column; without a value come last, equal ones stay as they are. */
export function sortedRows<R extends TableRow>(rows: readonly R[], { column, descending }: Sorting): readonly R[] {
  const sign = descending ? -1 : 1
  return rows.toSorted((a, b) => {
    const [one, other] = [a.cells[column], b.cells[column]]
    if (isMissing(one) || isMissing(other)) return Number(isMissing(one)) - Number(isMissing(other))
    if (typeof one === 'number' && typeof other === 'number') return sign * (one - other)
    return sign * compare(String(one), String(other))
  })
}

function isMissing(cell: TableCell): boolean {
  return cell === null || cell === undefined || cell === ''
}
