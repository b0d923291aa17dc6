import { redact } from '../envoy/redaction/redact.ts'
import { redactText } from '../envoy/redaction/redact-text.ts'
import type { Cell, Document, View, ViewRow } from '../view.ts'

/**
 * The view with every secret of its rows and documents hidden, when they are asked for: whatever a command prints of a dump goes through here.
 * @param showCredentials whether documents show credentials; private keys are hidden in any case
 */
export function redactedView(view: View, showCredentials: boolean): View {
  let rows: readonly ViewRow[] | undefined
  const { records } = view
  return {
    ...view,
    ...(records === undefined
      ? {}
      : { records: () => each(records(), (record) => redact(record, { showCredentials })) }),
    // Formats that print documents never ask for them.
    get rows() {
      rows ??= hiddenRows(view.rows)
      return rows
    },
    ...(view.sections === undefined
      ? {}
      : { sections: view.sections.map((part) => ({ ...part, view: redactedView(part.view, showCredentials) })) }),
    document: () => hidden(view.document(), showCredentials),
    raw: () => hidden(view.raw(), showCredentials),
  }
}

/** The rows themselves when there is nothing to hide: a large view has hundreds of thousands of cells. */
function hiddenRows(rows: readonly ViewRow[]): readonly ViewRow[] {
  if (!rows.some(({ name, cells }) => redactText(name) !== name || cells.some((cell) => hiddenCell(cell) !== cell)))
    return rows
  return rows.map((row) => ({ ...row, name: redactText(row.name), cells: row.cells.map(hiddenCell) }))
}

function hiddenCell(cell: Cell): Cell {
  return typeof cell === 'string' ? redactText(cell) : cell
}

function hidden(document: Document, showCredentials: boolean): Document {
  const hide = <T>(value: T) => redact(value, { showCredentials })
  return 'list' in document ? { list: each(document.list, hide) } : { value: hide(document.value) }
}

/** One at a time, as the items of a large document exist. */
function* each<T>(list: Iterable<T>, hide: (item: T) => T): Generator<T> {
  for (const item of list) yield hide(item)
}
