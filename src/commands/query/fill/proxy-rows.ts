import type { Context } from '../../../contract/command.ts'
import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { savedTime } from '../../../envoy/dump/saved-time.ts'
import { readDump } from '../../../envoy/input/read-dump.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'
import { shownEntries } from '../../../resources/contained/shown-entries.ts'
import { resourceKinds } from '../../../resources/index.ts'
import type { AnyResourceKind } from '../../../resources/resource-kind.ts'
import { resourceView } from '../../../resources/resource-view.ts'
import type { Reads } from '../../../sql/protocol.ts'
import { proxiesTable, type SqlTable } from '../../../sql/table.ts'
import { dumpOf } from '../../proxies/dump-of.ts'
import { dumpWithEndpoints } from '../../proxies/dump-with-endpoints.ts'
import { readWhen } from '../../proxies/fleet/read-when.ts'
import { readAuxiliaryPage } from '../../proxies/read-auxiliary-page.ts'
import { tables } from '../schema/tables.ts'
import { addProxy } from './proxy-identity.ts'
import { addView, type TableRows } from './rows.ts'

/** What is read of each proxy. */
export interface ReadRows<R> {
  /** The tables and columns. */
  readonly reads: Reads
  /** What is made of rows where they are read. */
  encode(rows: TableRows): R
}

/** The kinds that are read. */
function kindsOf(reads: Reads): AnyResourceKind[] {
  return resourceKinds.filter(({ name }) => reads[name] !== undefined)
}

/** The admin page that the answer is about: a saved file that is no archive is taken for that page. */
export function pageOf(reads: Reads): string {
  const kinds = kindsOf(reads)
  const [only, second] = kinds
  return only !== undefined && second === undefined && Object.keys(reads).length === 1 ? only.path : 'config_dump'
}

/**
 * What one proxy has for each table that is read: its own row, and the rows of its resources.
 * @throws AppError when it cannot be read
 */
export async function proxyRows<R>(proxy: MeshProxy, { reads, encode }: ReadRows<R>, context: Context): Promise<R[]> {
  const found: R[] = []
  const add = (rows: TableRows) => void found.push(encode(rows))
  const dump = await dumpFor(proxy, reads, context)
  const isTimed = Object.values(reads).some((columns) => columns.includes('capturedAt'))
  const now = context.io.now()
  // Of a saved dump it takes a look at everything.
  const capturedAt = isTimed ? ((await readWhen(proxy, context.io)) ?? savedTime(dump, {})) : undefined
  addProxy(tableNamed(proxiesTable), { proxy, dump, capturedAt }, add)
  for (const kind of kindsOf(reads)) {
    const [source, auxiliaryPage] = await Promise.all([
      kind.entries === 'clusterStatuses' ? statusesOf(proxy, dump, kind, context) : dump,
      kind.auxiliaryPage === undefined ? undefined : readAuxiliaryPage(proxy, kind.auxiliaryPage, context),
    ])
    const shown = kind.fallback?.(source) ?? kind
    // What was not saved has no rows; of a kind that stands within others, those are looked at.
    if (shownEntries(shown, source) === undefined) continue
    const view = resourceView(kind, source, { wanted: {}, label: proxy.label, now, auxiliaryPage })
    await addView(tableNamed(kind.name), reads[kind.name] ?? [], view, { proxy: proxy.id.name }, add)
  }
  return found
}

/** As much of the dump as is asked for. */
async function dumpFor(proxy: MeshProxy, reads: Reads, context: Context): Promise<ConfigDump> {
  const kinds = kindsOf(reads).filter(({ entries }) => entries !== 'clusterStatuses' || !proxy.live)
  const [only, second] = kinds
  if (only === undefined) return dumpOf(proxy, 'config_dump?mask=bootstrap', context, ['bootstrap'])
  const names = Object.values(reads).flat()
  const isAboutProxies = reads[proxiesTable] !== undefined || names.includes('kubeCluster')
  const isOnlyPage = second === undefined && only.entries === 'clusterStatuses' && !proxy.live
  // Who saved nothing but /clusters can ask for its endpoints, and nothing is known of the proxy.
  if (isOnlyPage && (await proxy.page('config_dump', context.io.signal)) === 'absent')
    return dumpOf(proxy, only.path, context, [only.entries])
  if (second !== undefined || isAboutProxies) return dumpWithEndpoints(proxy, context)
  return dumpOf(proxy, only.path, context, [only.entries])
}

/** Upstream hosts as Envoy sees them; of a dump that was saved without them, as the control plane sent them. */
async function statusesOf(
  proxy: MeshProxy,
  dump: ConfigDump,
  { path, entries }: AnyResourceKind,
  { io }: Context,
): Promise<ConfigDump> {
  if (dump.has(entries)) return dump
  const page = await proxy.page(path, io.signal)
  return page === 'absent' ? dump : readDump(page, proxy.label)
}

/** @throws Error where there is no such table */
export function tableNamed(name: string): SqlTable {
  const found = tables.find((table) => table.name === name)
  if (found === undefined) throw new Error(`no table ${name}`)
  return found
}
