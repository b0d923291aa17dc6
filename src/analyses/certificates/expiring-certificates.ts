import type { Analysis } from '../../contract/analysis.ts'
import { resourceTable, viewColumns } from '../../resources/resource-table.ts'
import { secrets } from '../../resources/secrets.ts'
import type { Cell, Tones, ViewColumn } from '../../view.ts'
import { milliseconds } from './milliseconds.ts'

interface Asked {
  readonly now: Date
  /** Milliseconds; certificates that live longer are left out. Undefined for all. */
  readonly within: number | undefined
  /** Whether what is due decides the exit code. */
  readonly isChecked: boolean
}

interface Certificate {
  /** Of the secret that holds it. */
  readonly name: string
  /** Milliseconds since the epoch; NaN for a date that cannot be read. */
  readonly notAfter: number
  readonly cells: readonly Cell[]
  readonly tones?: Tones
}

/** What is kept of a proxy. */
interface Loaded {
  readonly certificates: readonly Certificate[]
  /** Keys of columns that say nothing of this proxy. */
  readonly quiet: readonly string[]
  readonly notes: readonly string[]
}

interface Answer {
  readonly certificates: readonly (Certificate & { readonly proxy: string })[]
  /** Keys of columns that say nothing of any proxy. */
  readonly quiet: ReadonlySet<string>
}

/** Columns that come first, by key; the others follow with `-o wide`. */
const first = ['resourceName', 'type', 'expires', 'notAfter', 'serialNumber', 'trustDomain']

/** Those of secrets, in this order. */
const all = viewColumns(secrets)
const order = [
  ...first.map((key) => all.findIndex((column) => column.key === key)),
  ...all.flatMap(({ key }, at) => (first.includes(key) ? [] : [at])),
]
const columns = order.flatMap((at): ViewColumn[] => {
  const column = all[at]
  if (column === undefined) return []
  return [first.includes(column.key) ? column : { ...column, wide: true }]
})

/** The certificates of proxies, what expires first on top. */
export const expiringCertificates: Analysis<Asked, Loaded, Answer> = {
  needs: { about: secrets, auxiliaryPage: 'certs' },
  schema: { name: 'certs', title: 'A certificate', kind: 'certificate', columns: [columns] },
  options: (args, { now }) => ({
    now,
    within: milliseconds(args.string('within')),
    isChecked: args.boolean('exit-code') === true,
  }),
  facts({ dump, label, auxiliaryPage }, { now }) {
    const table = resourceTable(secrets, dump, { wanted: {}, label, now, auxiliaryPage }, ({ facts: its }) => its)
    return {
      certificates: table.lines.flatMap(({ entry, kept: facts, cells, tones }) => {
        if (facts === undefined) return []
        const own = { name: entry.name, notAfter: facts.notAfter.getTime(), cells: order.map((at) => cells[at]) }
        return [{ ...own, ...(tones === undefined ? {} : { tones }) }]
      }),
      quiet: table.columns.flatMap(({ key, wide }) => (wide && first.includes(key) ? [key] : [])),
      notes: table.notes,
    }
  },
  notes: ({ notes }) => notes,
  reduce(proxies, { now, within }) {
    const limit = within === undefined ? Number.POSITIVE_INFINITY : now.getTime() + within
    const read = proxies.flatMap((each) => ('facts' in each ? [each] : []))
    const [some, ...others] = read.map(({ facts }) => facts.quiet)
    return {
      certificates: read
        .flatMap(({ name: proxy, facts }) => facts.certificates.map((certificate) => ({ ...certificate, proxy })))
        .filter(({ notAfter }) => notAfter <= limit)
        .toSorted((a, b) => a.notAfter - b.notAfter),
      quiet: new Set(some?.filter((key) => others.every((quiet) => quiet.includes(key)))),
    }
  },
  columns: ({ quiet }) => columns.map((column) => (quiet.has(column.key) ? { ...column, wide: true } : column)),
  rows: ({ certificates }) => certificates,
  empty: ({ within }) => (within === undefined ? 'No certificates found.' : 'No certificate expires within that time.'),
  fails: ({ certificates }, { now, within, isChecked }) =>
    isChecked && certificates.some(({ notAfter }) => within !== undefined || notAfter <= now.getTime()),
}
