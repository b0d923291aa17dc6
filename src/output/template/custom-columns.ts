import type { Cell, View } from '../../view.ts'
import { documentItems } from '../document/document-items.ts'
import { tableText } from '../table/lines.ts'
import type { TableOptions } from '../table/table-options.ts'
import type { ColumnSpec } from './column-specs.ts'
import { pathProgram } from './template-program.ts'

/** A row for each thing of the document, a column for each path; with several proxies the proxy stands before them, as in a table. */
export async function customColumns(
  view: View,
  specs: readonly ColumnSpec[],
  options: TableOptions,
): Promise<Iterable<string>> {
  const paths = specs.map(({ path }) => pathProgram(path))
  const items = documentItems(view.document())
  const many = items.some(({ proxy }) => proxy !== undefined)
  const rows = items.map(({ proxy, value }) => ({
    name: '',
    cells: [...(many ? [proxy] : []), ...paths.map((path) => cellOf(path(value)))],
  }))
  const headers = [...(many ? ['PROXY'] : []), ...specs.map(({ header }) => header)]
  const columns = headers.map((header, at) => ({ header, key: String(at) }))
  return tableText({ ...view, columns, rows }, options, true)
}

/** Several values with commas between, as kubectl has them; objects as JSON. */
function cellOf(values: readonly unknown[]): Cell {
  const found = values.filter((value) => value !== null && value !== undefined)
  if (found.length === 0) return undefined
  return found.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(',')
}
