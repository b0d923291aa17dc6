import { redact } from '../envoy/redaction/redact.ts'
import { redactText } from '../envoy/redaction/redact-text.ts'
import type { Cell, Document, View, ViewRow } from '../view.ts'

/**
 * The view with every secret of its rows and documents hidden, when they are asked for: whatever a command prints of a dump goes through here.
 * @param showCredentials whether documents show credentials; private keys are hidden in any case
 */
export function redactedView(view: View, showCredentials: boolean): View {
  if (view.isRedacted) return view
  let rows: readonly ViewRow[] | undefined
  const { records, rowItems, ownDocuments } = view
  const hide: Hide = (value) => redact(value, { showCredentials })
  return {
    ...view,
    ...(records === undefined
      ? {}
      : { records: () => each(records(), (record) => redact(record, { showCredentials })) }),
    ...(rowItems === undefined ? {} : { rowItems: async () => each(await rowItems(), hide) }),
    // Formats that print documents never ask for them.
    get rows() {
      rows ??= hiddenRows(view.rows)
      return rows
    },
    ...(view.sections === undefined
      ? {}
      : { sections: view.sections.map((part) => ({ ...part, view: redactedView(part.view, showCredentials) })) }),
    ...(ownDocuments === undefined ? {} : { ownDocuments: mapped(ownDocuments, (own) => () => hidden(own(), hide)) }),
    document: () => hidden(view.document(), hide),
    raw: () => hidden(view.raw(), hide),
  }
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}

/** The rows themselves when there is nothing to hide: a large view has hundreds of thousands of cells. */
function hiddenRows(rows: readonly ViewRow[]): readonly ViewRow[] {
  if (!holdSecret(rows)) return rows
  return rows.map((row) => ({ ...row, name: redactText(row.name), cells: row.cells.map(hiddenCell) }))
}

function holdSecret(rows: readonly ViewRow[]): boolean {
  let above: readonly Cell[] = []
  for (const { name, cells } of rows) {
    if (redactText(name) !== name) return true
    for (let at = 0; at < cells.length; at++) {
      const cell = cells[at]
      // Sorted rows often have what the row above them has.
      if (cell !== above[at] && hiddenCell(cell) !== cell) return true
    }
    above = cells
  }
  return false
}

function hiddenCell(cell: Cell): Cell {
  return typeof cell === 'string' ? redactText(cell) : cell
}

type Hide = (value: unknown) => unknown

/** @param hide hides what stands where the document stands: the names around a value say what it is */
function hidden(document: Document, hide: Hide): Document {
  if ('value' in document) return { ...document, value: hide(document.value) }
  const item: Hide = (value) => memberOf(hide([value]))
  if ('list' in document) return { list: each(document.list, item) }
  if ('documents' in document) return { documents: document.documents.map((inner) => hidden(inner, item)) }
  const names = new Set<string>()
  const fields = document.fields.map(([name, inner]) => {
    const shown = freeName(name, names)
    return [shown, hidden(inner, (value) => memberOf(hide({ [name]: value })))] as const
  })
  return { ...document, fields }
}

/** The name of a member, or what stands for it where it is a private key itself; none twice. */
function freeName(name: string, taken: Set<string>): string {
  const [shown = ''] = Object.keys(redact({ [name]: null }))
  let free = shown
  for (let count = 2; taken.has(free); count++) free = `${shown} ${count}`
  taken.add(free)
  return free
}

/** The only member of an object, or the only item of a list. */
function memberOf(value: unknown): unknown {
  return Object.values(value ?? {})[0]
}

/** One at a time, as the items of a large document exist. */
function* each<T>(list: Iterable<T>, hide: (item: T) => T): Generator<T> {
  for (const item of list) yield hide(item)
}
