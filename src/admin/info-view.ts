import { type View, type ViewColumn, withTones } from '../view.ts'
import { type InfoPages, infoFacts } from './info.ts'

/** Columns of facts. */
export const factColumns: readonly ViewColumn[] = [
  { header: 'FACT', key: 'fact' },
  { header: 'VALUE', key: 'value' },
]

/** The facts as a table; the pages themselves as documents. */
export function infoView(pages: InfoPages, label: string): View {
  const document = () => ({ value: pages })
  return {
    kind: 'fact',
    columns: factColumns,
    rows: infoFacts(pages).map(([name, value, tone]) => ({
      name,
      cells: [name, value],
      ...withTones({ value: tone }),
    })),
    document,
    raw: document,
    notes: [],
    empty: `${label} says nothing about itself.`,
  }
}
