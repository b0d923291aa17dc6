import type { Args } from '../../contract/command.ts'
import { formatNamed } from '../../contract/output-options.ts'
import type { View } from '../../view.ts'

interface Part {
  /** What `--with-headers` puts before it. */
  readonly heading: string
  readonly view: View
}

/** Tables below each other, with a blank line between them; a part without rows is only its heading. */
export async function tablesView(
  parts: readonly Part[],
  notes: readonly string[],
  { format, args }: { readonly format: 'table' | 'wide'; readonly args: Args },
): Promise<View> {
  const headers = args.boolean('no-headers') !== true
  const blocks: string[][] = []
  for (const { heading, view } of parts) {
    const block = args.boolean('with-headers') ? [`------ ${heading} ------`, ''] : []
    for (const piece of await formatNamed(format).render(view, { headers }))
      for (const line of piece.trimEnd().split('\n')) block.push(line)
    if (block.length > 0) blocks.push(block)
  }
  const nothing = { value: {} }
  return {
    kind: 'dump',
    columns: [],
    rows: [],
    document: () => nothing,
    raw: () => nothing,
    texts: { [format]: () => blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block])) },
    notes,
    empty: '',
  }
}
