import type { Cell, View, ViewColumn } from '../view.ts'

/** Columns that come first, by key; the others follow with `-o wide`. */
const first = ['proxy', 'resourceName', 'type', 'expires', 'notAfter', 'serialNumber', 'trustDomain']

interface ExpiringOptions {
  readonly now: Date
  /** Milliseconds; certificates that live longer are left out. Undefined for all. */
  readonly within: number | undefined
}

/** The certificates of a view of secrets, what expires first on top. */
export function expiringView(secrets: View, { now, within }: ExpiringOptions): View {
  const order = [
    ...first.map((key) => secrets.columns.findIndex((column) => column.key === key)).filter((index) => index !== -1),
    ...secrets.columns.flatMap(({ key }, index) => (first.includes(key) ? [] : [index])),
  ]
  const expiry = secrets.columns.findIndex(({ key }) => key === 'notAfter')
  const until = (cells: readonly Cell[]) => Date.parse(String(cells[expiry]))
  const limit = within === undefined ? Number.POSITIVE_INFINITY : now.getTime() + within
  const rows = secrets.rows
    .filter(({ cells }) => cells[expiry] !== undefined && until(cells) <= limit)
    .toSorted((a, b) => until(a.cells) - until(b.cells))
    .map((row) => ({ ...row, cells: order.map((index) => row.cells[index]) }))
  const columns = order.flatMap((index): ViewColumn[] => {
    const column = secrets.columns[index]
    if (column === undefined) return []
    return [first.includes(column.key) ? column : { ...column, wide: true }]
  })
  const facts = () =>
    rows.map(({ cells }) => Object.fromEntries(columns.map(({ key }, at) => [key, cells[at] ?? null])))
  return {
    kind: 'certificate',
    columns,
    rows,
    document: () => ({ value: facts() }),
    raw: () => ({ value: facts() }),
    notes: secrets.notes,
    empty: within === undefined ? 'No certificates found.' : 'No certificate expires within that time.',
  }
}

/** Whether a row of that view is expired at a moment. */
export function isExpired({ columns }: View, cells: readonly Cell[], now: Date): boolean {
  return Date.parse(String(cells[columns.findIndex(({ key }) => key === 'notAfter')])) <= now.getTime()
}
