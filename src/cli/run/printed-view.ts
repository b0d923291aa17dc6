import type { Args } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { formatNamed } from '../../contract/output-options.ts'
import { redactedView } from '../../output/redacted-view.ts'
import type { View } from '../../view.ts'
import type { ReadyFormat } from './ready-format.ts'
import { formatOptions } from './render-view.ts'

/**
 * The view with the text of its rows in place of them, as `renderView` writes it: a thread hands that on in place of cells, and rows are
 * freed. For formats that show sections, whose texts stand below each other.
 */
export async function printedView(
  view: View,
  args: Args,
  { format, io }: { readonly format: ReadyFormat; readonly io: IO },
): Promise<View> {
  if (view.rows.length === 0) return view
  const redacted = redactedView(view, args.boolean('show-secrets') === true)
  const pieces = [...(await formatNamed(format.name).render(redacted, formatOptions(args, io)))]
  return { ...view, rows: [], printed: pieces.filter((piece) => typeof piece === 'string') }
}
