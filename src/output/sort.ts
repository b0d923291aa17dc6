import { UsageError } from '../errors.ts'
import { type Cell, cellValue, type View } from '../view.ts'

/**
 * The view with its rows ordered by one column, named by header or key in any case; equal rows keep their order.
 * @throws UsageError when there is no such column
 */
export function sortRows(view: View, wanted: string): View {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const index = view.columns.findIndex(({ header, key }) => [header, key].some((text) => plain(text) === plain(wanted)))
  if (index === -1) {
    const known = view.columns.map(({ header }) => JSON.stringify(header)).join(', ')
    throw new UsageError(`there is no column ${JSON.stringify(wanted)} to sort by; the columns are: ${known}`)
  }
  return { ...view, rows: view.rows.toSorted((a, b) => compare(cellValue(a.cells[index]), cellValue(b.cells[index]))) }
}

/** Numbers by value, texts by their order in the alphabet, nothing last. */
function compare(a: Cell, b: Cell): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), 'en', { numeric: true })
}
