import { UsageError } from '../errors.ts'
import { type Cell, cellValue, type Document, type Item, type View } from '../view.ts'
import { pathProgram } from './template/template-program.ts'

/**
 * The view in another order; equals keep theirs, and what has no value comes last. Rows are ordered by a column, named by header or key
 * in any case, or by a path of kubectl's in what they come from; what a document lists, by a path.
 * @throws UsageError when there is no such column, or when nothing has what the path leads to
 */
export async function sortedView(view: View, wanted: string, shows: 'rows' | 'document'): Promise<View> {
  if (shows === 'document') return { ...view, document: () => sortedDocument(view.document(), wanted) }
  const items = await view.rowItems?.()
  const index = columnIndex(view, wanted)
  // A bare word is a column; a path begins with a mark, or has more than one name.
  if (items !== undefined && (/^[.{[$@]/.test(wanted) || (index === -1 && /[.[]/.test(wanted)))) {
    const known = [...items]
    const rows = view.rows.map((row, at) => ({ row, item: known[at] }))
    return { ...view, rows: byPath(rows, wanted, ({ item }) => item).map(({ row }) => row) }
  }
  if (index === -1) {
    const columns = view.columns.map(({ header }) => JSON.stringify(header)).join(', ')
    throw new UsageError(`there is no column ${JSON.stringify(wanted)} to sort by; the columns are: ${columns}`)
  }
  const valueAt = (row: number) => cellValue(view.rows[row]?.cells[index])
  const order = [...view.rows.keys()].sort((a, b) => compare(valueAt(a), valueAt(b)))
  return { ...view, rows: inOrder(view.rows, order), ...recordsInOrder(view, order) }
}

/** What jsonl prints in place of the rows, where there is one for each. */
function recordsInOrder({ records, rows }: View, order: readonly number[]): Partial<Pick<View, 'records'>> {
  if (records === undefined) return {}
  return {
    records() {
      const all = [...records()]
      return all.length === rows.length ? inOrder(all, order) : all
    },
  }
}

function inOrder<T>(things: readonly T[], order: readonly number[]): T[] {
  return order.flatMap((at) => things.slice(at, at + 1))
}

function columnIndex({ columns }: View, wanted: string): number {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return columns.findIndex(({ header, key }) => [header, key].some((text) => plain(text) === plain(wanted)))
}

/** What is no list stays as it is; the things that it is about are sorted where they are asked for. */
function sortedDocument(document: Document, path: string): Document {
  if ('list' in document) return { list: byPath([...document.list], path, (item) => item) }
  if ('value' in document && Array.isArray(document.value))
    return { ...document, value: byPath<unknown>(document.value, path, (item) => item) }
  if ('documents' in document) return document
  return { ...document, order: (items) => byPath<Item>(items, path, ({ value }) => value) }
}

function byPath<T>(things: readonly T[], path: string, itemOf: (thing: T) => unknown): T[] {
  const find = pathProgram(path)
  const keyed = things.map((thing) => ({ thing, key: keyOf(find(itemOf(thing))) }))
  if (things.length > 0 && keyed.every(({ key }) => key === undefined))
    throw new UsageError(`couldn't find any field with path ${JSON.stringify(path)} in the list of objects`)
  return keyed.toSorted((a, b) => compare(a.key, b.key)).map(({ thing }) => thing)
}

function keyOf([first]: readonly unknown[]): Exclude<Cell, undefined> | undefined {
  if (first === null || first === undefined) return undefined
  return typeof first === 'string' || typeof first === 'number' || typeof first === 'boolean'
    ? first
    : JSON.stringify(first)
}

/** Numbers by value, texts by their order in the alphabet, nothing last. */
function compare(a: Cell, b: Cell): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), 'en', { numeric: true })
}
