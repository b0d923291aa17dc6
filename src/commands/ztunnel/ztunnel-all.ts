import type { Args, Context } from '../../contract/command.ts'
import { refuseOneTable } from '../../contract/output-options.ts'
import { exitCode, UsageError } from '../../errors.ts'
import type { Document, View } from '../../view.ts'
import { ztunnelKinds } from '../../ztunnel/index.ts'
import { kindView } from '../../ztunnel/kind-view.ts'
import { sectionsView } from '../proxies/sections-view.ts'
import { ztunnelsOf } from './selected-ztunnels.ts'
import { ztunnelDump, ztunnelFilters } from './ztunnel-dump.ts'

/** Everything of a ztunnel: one table after the other, or one document. */
export async function ztunnelAll(args: Args, context: Context): Promise<number> {
  refuseOneTable(context.format.name)
  if (args.string('sort-by') !== undefined) throw new UsageError('--sort-by sorts one table, not one of each kind')
  const { proxies, workload } = await ztunnelsOf(args, context)
  const [proxy] = proxies
  const input = {
    dump: await ztunnelDump(proxy, context),
    filters: ztunnelFilters(args, workload),
    now: context.io.now(),
    label: proxy.label,
  }
  const parts = ztunnelKinds.map((kind) => ({
    section: kind.section,
    name: kind.name,
    heading: kind.heading,
    view: kindView(kind, input),
  }))
  const notes = parts.flatMap(({ view }) => [...view.notes, ...(view.rows.length === 0 ? [view.empty] : [])])
  await context.render(context.format.shows === 'document' ? together(parts) : sectionsView(parts, notes))
  return exitCode.ok
}

/** The views as one document, which is a ztunnel's dump again. */
function together(parts: readonly { readonly section: string; readonly view: View }[]): View {
  const by = (document: (view: View) => Document): Document => ({
    fields: parts.map(({ section, view }) => [section, document(view)] as const),
  })
  return {
    kind: 'ztunnel',
    columns: [],
    rows: parts.flatMap(({ view }) => view.rows),
    document: () => by((view) => view.document()),
    raw: () => by((view) => view.raw()),
    notes: [],
    empty: 'The ztunnel has nothing loaded.',
  }
}
