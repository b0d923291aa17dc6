import type { View } from '../../../view.ts'

/** A view of which only rows are printed: what it holds of its dump is let go, also while an earlier proxy is waited for. */
export function withoutDocuments(view: View): View {
  const nothing = () => ({ value: null })
  const { rowItems: _, ...rest } = view
  return { ...rest, document: nothing, raw: nothing }
}
