import { type View, type ViewColumn, withTones } from '../../view.ts'
import type { Concern } from './concern.ts'

/** Columns of concerns. */
export const concernColumns: readonly ViewColumn[] = [
  { header: 'PART', key: 'part' },
  { header: 'NAME', key: 'name' },
  { header: 'OBJECT', key: 'object', missing: '-' },
  { header: 'SUMMARY', key: 'summary' },
]

/** Concerns as a table, in the order given. @param subject what is described, for the case that there is nothing */
export function concernsView(concerns: readonly Concern[], subject: string): View {
  const document = () => ({ list: concerns.map(({ tone: _, ...concern }) => concern) })
  return {
    kind: 'description',
    columns: concernColumns,
    rows: concerns.map(({ part, name, summary, object, tone }) => ({
      name,
      cells: [part, name, object || undefined, summary],
      ...withTones({ summary: tone }),
    })),
    document,
    rowItems: async () => document().list,
    raw: document,
    notes: [],
    empty: `Nothing in the proxy concerns ${subject}.`,
  }
}
