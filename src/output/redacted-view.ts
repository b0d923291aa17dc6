import { redact } from '../envoy/redaction/redact.ts'
import type { Document, View } from '../view.ts'

/** The view with every secret of its documents hidden, when they are asked for: whatever a command prints of a dump goes through here. */
export function redactedView(view: View): View {
  return { ...view, document: () => hidden(view.document()), raw: () => hidden(view.raw()) }
}

function hidden(document: Document): Document {
  return 'list' in document ? { list: eachHidden(document.list) } : { value: redact(document.value) }
}

/** One at a time, as the items of a large document exist. */
function* eachHidden(list: Iterable<unknown>): Generator<unknown> {
  for (const item of list) yield redact(item)
}
