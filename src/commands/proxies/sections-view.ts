import type { Section, View } from '../../view.ts'

/** Tables below each other. */
export function sectionsView(sections: readonly Section[], notes: readonly string[]): View {
  const nothing = { value: {} }
  return {
    kind: 'dump',
    columns: [],
    rows: [],
    sections,
    document: () => nothing,
    raw: () => nothing,
    notes,
    empty: '',
  }
}
