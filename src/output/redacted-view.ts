import { redact } from '../envoy/redaction/redact.ts'
import { redactText } from '../envoy/redaction/redact-text.ts'
import type { Cell, Document, View } from '../view.ts'

/**
 * The view with every secret of its rows and documents hidden, when they are asked for: whatever a command prints of a dump goes through here.
 * @param showCredentials whether documents show credentials; private keys are hidden in any case
 */
export function redactedView(view: View, showCredentials: boolean): View {
  return {
    ...view,
    rows: view.rows.map((row) => {
      const cells = hiddenCells(row.cells)
      const name = redactText(row.name)
      return cells === row.cells && name === row.name ? row : { ...row, name, cells }
    }),
    document: () => hidden(view.document(), showCredentials),
    raw: () => hidden(view.raw(), showCredentials),
  }
}

/** The cells themselves when there is nothing to hide. */
function hiddenCells(cells: readonly Cell[]): readonly Cell[] {
  const shown = cells.map((cell) => (typeof cell === 'string' ? redactText(cell) : cell))
  return shown.some((cell, index) => cell !== cells[index]) ? shown : cells
}

function hidden(document: Document, showCredentials: boolean): Document {
  const hide = <T>(value: T) => redact(value, { showCredentials })
  return 'list' in document ? { list: each(document.list, hide) } : { value: hide(document.value) }
}

/** One at a time, as the items of a large document exist. */
function* each(list: Iterable<unknown>, hide: (item: unknown) => unknown): Generator<unknown> {
  for (const item of list) yield hide(item)
}
