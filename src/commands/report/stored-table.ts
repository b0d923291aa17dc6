import type { Json } from '../../envoy/json.ts'
import type { StoredRow, StoredTable } from '../../page/format.ts'
import { cellValue, type View } from '../../view.ts'

/** Takes the secrets out of a document. */
export type Redact = (value: Json) => Json

/** A view as a table of the page, without secrets. @param proxiesOf the places of the proxies that a row is about */
export function storedTable(
  { columns, rows, empty, notes }: Pick<View, 'columns' | 'rows' | 'empty' | 'notes'>,
  redact: Redact,
  proxiesOf?: (row: number) => readonly number[],
): StoredTable {
  const keys = columns.map(({ key }) => key)
  return {
    columns: columns.map(({ header, key, wide }) => ({ header, key, ...(wide ? { wide } : {}) })),
    rows: rows.map(({ name, cells, tones }, at): StoredRow => {
      const proxies = proxiesOf?.(at)
      return {
        name: String(redact(name)),
        cells: keys.map((key, index) => redactedCell(key, cellValue(cells[index]) ?? null, redact)),
        ...(tones === undefined ? {} : { tones }),
        ...(proxies === undefined ? {} : { proxies }),
      }
    }),
    empty,
    notes: notes.map((note) => String(redact(note))),
  }
}

/** What is secret depends on the name that it stands beside. */
function redactedCell(key: string, cell: StoredRow['cells'][number], redact: Redact): StoredRow['cells'][number] {
  if (typeof cell !== 'string') return cell
  const shown = redact({ [key]: cell })
  const value = typeof shown === 'object' && shown !== null && !Array.isArray(shown) ? shown[key] : undefined
  return typeof value === 'string' ? value : null
}
