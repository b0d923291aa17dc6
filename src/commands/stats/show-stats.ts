import { requirePage } from '../../admin/admin-page.ts'
import { clusterStatsView } from '../../admin/cluster-stats.ts'
import { serverStatsView, statsOfJson, statsOfText } from '../../admin/server-stats.ts'
import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { readDocument } from '../../envoy/input/read-document.ts'
import { AppError } from '../../errors.ts'
import { requiredDocument } from '../../mesh/proxies/documents.ts'
import { requiredBytes } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { fullMatch } from '../../semantics/matching/regex.ts'
import type { View } from '../../view.ts'
import { viewOfEach } from '../proxies/view-of-each.ts'
import { prometheusFormats } from './prometheus-formats.ts'
import { showPrometheus } from './stats-prometheus.ts'

/** Statistics of proxies, or of their upstream hosts. */
export async function showStats(args: Args, context: Context): Promise<number> {
  if (prometheusFormats.includes(context.format.name)) {
    return showPrometheus(args, context, query(args, {}))
  }
  const show = args.string('type') === 'clusters' ? clusterStats : serverStats
  const selection = selectionOf(args, { command: 'stats', every: true })
  const proxies = await context.open(selection, { about: args.string('type') === 'clusters' ? 'clusters' : 'stats' })
  const { view, code } = await viewOfEach({ selection, proxies }, context, (proxy) => show(proxy, args, context))
  await context.render(view)
  return code
}

async function serverStats(proxy: MeshProxy, args: Args, { io, format }: Context): Promise<View> {
  const bytes = await requiredBytes(
    proxy,
    `stats${query(args, format.shows === 'document' ? { format: 'json' } : {})}`,
    io.signal,
  )
  const text = Buffer.from(bytes).toString('utf8')
  const isJson = text.trimStart().startsWith('{')
  const document = isJson ? await readDocument(bytes, proxy.label) : undefined
  if (document !== undefined) requirePage(document, { path: '/stats', list: ['stats'] }, proxy.label)
  const all = document === undefined ? statsOfText(text) : statsOfJson(document)
  if (all.length === 0 && document === undefined && text.trim() !== '')
    throw new AppError(`${proxy.label} is not the output of /stats`)
  // What was saved was filtered by nobody yet.
  const find = await finder(proxy.live ? undefined : args.string('filter'))
  const found = all.filter(({ name }) => find(name))
  return serverStatsView(
    found,
    !proxy.live || document === undefined ? { stats: found.map((stat) => ({ ...stat })) } : document,
    proxy.label,
  )
}

async function clusterStats(proxy: MeshProxy, args: Args, { io }: Context): Promise<View> {
  const path = `clusters${query(args, { format: 'json' })}`
  // Older Envoys do not filter clusters.
  const find = await finder(args.string('filter'))
  const document = await requiredDocument(proxy, path, io.signal)
  requirePage(document, { path: '/clusters?format=json', list: ['cluster_statuses', 'clusterStatuses'] }, proxy.label)
  return clusterStatsView(document, proxy.label, find)
}

function query(args: Args, more: Readonly<Record<string, string>>): string {
  const filter = args.string('filter')
  const parameters = new URLSearchParams({ ...more, ...(filter === undefined ? {} : { filter }) })
  if (args.boolean('used-only')) parameters.set('usedonly', '')
  const text = parameters
    .toString()
    .replaceAll('+', '%20')
    .replace(/usedonly=$/, 'usedonly')
  return text === '' ? '' : `?${text}`
}

/** Whether a name holds what the expression looks for, as Envoy's filter does. */
async function finder(filter: string | undefined): Promise<(name: string) => boolean> {
  if (filter === undefined) return () => true
  return (name) => fullMatch(`(?s:.*)(?:${filter})(?s:.*)`, name)
}
