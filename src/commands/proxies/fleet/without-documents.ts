import type { View } from '../../../view.ts'

/** A view of which only rows are printed. It holds no part of its dump, whose memory is freed while an earlier proxy is still read. */
export function withoutDocuments(view: View): View {
  const nothing = () => ({ value: null })
  const { rowItems: _, ...rest } = view
  return { ...rest, document: nothing, raw: nothing }
}
