import { type View, withTones } from '../view.ts'
import { type InfoPages, infoFacts } from './info.ts'

/** The facts as a table; the pages themselves as documents. */
export function infoView(pages: InfoPages, label: string): View {
  const document = () => ({ value: pages })
  return {
    kind: 'fact',
    columns: [
      { header: 'FACT', key: 'fact' },
      { header: 'VALUE', key: 'value' },
    ],
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
