import type { Cell } from '../view.ts'

/** The value of a cell. An empty text is no value: formats show both alike, `null` in jsonl and `<none>` in a table. */
export function cellValue(cell: Cell): Exclude<Cell, undefined> | undefined {
  return cell === '' ? undefined : cell
}
