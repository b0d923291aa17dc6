import { type View, type ViewColumn, withTones } from '../../view.ts'
import type { DescriptionRow } from './description-row.ts'

/** Columns of a description. */
export const descriptionColumns: readonly ViewColumn[] = [
  { header: 'PART', key: 'part' },
  { header: 'NAME', key: 'name' },
  { header: 'OBJECT', key: 'object', missing: '-' },
  { header: 'SUMMARY', key: 'summary' },
]

/** A description as a table, in the order given. @param subject what is described, for the case that there is nothing */
export function descriptionView(rows: readonly DescriptionRow[], subject: string): View {
  const document = () => ({ list: rows.map(({ tone: _, ...row }) => row) })
  return {
    kind: 'description',
    columns: descriptionColumns,
    rows: rows.map(({ part, name, summary, object, tone }) => ({
      name,
      cells: [part, name, object || undefined, summary],
      ...withTones({ summary: tone }),
    })),
    document,
    rowItems: async () => document().list,
    raw: document,
    notes: [],
    empty: `Nothing in the proxy is related to ${subject}.`,
  }
}
