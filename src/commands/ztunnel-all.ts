import type { Args, Context } from '../cli/command.ts'
import { exitCode, UsageError } from '../errors.ts'
import type { Document, View } from '../view.ts'
import { ztunnelKinds } from '../ztunnel/index.ts'
import { kindView } from '../ztunnel/kind-view.ts'
import { ztunnelDump, ztunnelFilters } from './ztunnel-dump.ts'
import { ztunnelSources } from './ztunnel-sources.ts'

/** Everything of a ztunnel: one table after the other, or one document. */
export async function ztunnelAll(args: Args, context: Context): Promise<number> {
  if (args.string('output') === 'csv') {
    throw new UsageError('csv holds one table, not one of each kind', { hint: 'Try: -o jsonl' })
  }
  const { sources, workload } = await ztunnelSources(args, context)
  const [source] = sources
  const input = {
    dump: await ztunnelDump(source, context),
    filters: ztunnelFilters(args, workload),
    now: context.io.now(),
    label: source.label,
  }
  const parts = ztunnelKinds.map((kind) => ({ kind, view: kindView(kind, input) }))
  if (/^(?:json|yaml|raw)$/.test(args.string('output') ?? '')) {
    await context.render(together(parts.map(({ kind, view }) => [kind.name, view])), args)
    return exitCode.ok
  }
  let before = ''
  for (const { kind, view } of parts) {
    const heading = args.boolean('with-headers') ? `------ ${kind.heading} ------\n\n` : ''
    if (!(await context.io.write(before + heading))) break
    await context.render(view, args)
    before = '\n'
  }
  return exitCode.ok
}

/** The views as one document, by name. */
function together(parts: readonly (readonly [string, View])[]): View {
  const by = (document: (view: View) => Document): Document => ({
    value: Object.fromEntries(parts.map(([name, view]) => [name, whole(document(view))])),
  })
  return {
    kind: 'ztunnel',
    columns: [],
    rows: parts.flatMap(([, { rows }]) => rows),
    document: () => by((view) => view.document()),
    raw: () => by((view) => view.raw()),
    notes: [],
    empty: 'The ztunnel has nothing loaded.',
  }
}

function whole(document: Document): unknown {
  return 'value' in document ? document.value : [...document.list]
}
