import type { Args, Command, Context } from '../cli/command.ts'
import { outputOptions } from '../cli/output-options.ts'
import { targetOptions } from '../cli/target-options.ts'
import { AppError, UsageError } from '../errors.ts'
import type { Source } from '../fetch/source.ts'
import type { View } from '../view.ts'
import { eachProxy } from './each-proxy.ts'
import { areMany, joinViews } from './join-views.ts'

/** Statistics of a proxy, as `istioctl experimental envoy-stats`. */
export const stats: Command = {
  name: 'stats',
  aliases: ['envoy-stats', 'es'],
  summary: 'Statistics of the proxy, or of its upstream hosts',
  synopsis: '[POD | TYPE/NAME]',
  examples: [
    { title: 'Everything that Envoy counts', command: 'kubectl proxy-config stats productpage-v1-abc' },
    {
      title: 'What Envoy says of its xDS connection',
      command:
        "kubectl proxy-config stats productpage-v1-abc --filter '^(cluster_manager|listener_manager|control_plane)'",
    },
    {
      title: 'Connections and requests of each host of a service',
      command: 'kubectl proxy-config stats deploy/productpage-v1 --type clusters --filter reviews',
    },
    { title: 'For Prometheus', command: 'kubectl proxy-config stats productpage-v1-abc -o prom' },
  ],
  options: [
    ...targetOptions,
    {
      name: 'type',
      short: 't',
      type: 'string',
      choices: ['server', 'clusters'],
      default: 'server',
      describe: 'server: what Envoy counts; clusters: connections and requests of each upstream host',
    },
    {
      name: 'filter',
      type: 'string',
      value: 'REGEX',
      describe:
        'Show statistics (or clusters) whose name this RE2 expression finds something in; Envoy does the filtering',
    },
    { name: 'used-only', type: 'boolean', describe: 'Leave out what was never written since the proxy started' },
    ...outputOptions,
  ],
  formats: ['prom'],
  positionals: { most: 1 },
  async run(args, context) {
    const show = viewer(args)
    const sources = await context.open(args)
    const { results, code } = await eachProxy(sources, context, async (source) => ({
      label: source.label,
      view: await show(source, args, context),
    }))
    const view = joinViews(results, areMany(sources, args))
    await context.render(args.string('output') === 'prom' ? together(view, results) : view, args)
    return code
  },
}

type Viewer = (source: Source, args: Args, context: Context) => Promise<View>

function viewer(args: Args): Viewer {
  const clusters = args.string('type') === 'clusters'
  if (args.string('output') !== 'prom') return clusters ? clusterStats : serverStats
  if (clusters) throw new UsageError('-o prom shows what Envoy counts: it cannot be combined with --type clusters')
  if (args.string('file') !== undefined)
    throw new UsageError('-o prom is what a live proxy answers: it cannot be combined with --file')
  return prometheus
}

async function serverStats(source: Source, args: Args, { io }: Context): Promise<View> {
  const [{ serverStatsView, statsOfJson, statsOfText }, { requirePage }, { readDocument }] = await Promise.all([
    import('../admin/server-stats.ts'),
    import('../admin/admin-page.ts'),
    import('../envoy/input/read-document.ts'),
  ])
  const file = args.string('file') !== undefined
  const asDocument = /^(?:json|yaml|raw)$/.test(args.string('output') ?? '')
  const bytes = await source.read(`stats${query(args, asDocument ? { format: 'json' } : {})}`, io.signal)
  const text = Buffer.from(bytes).toString('utf8')
  const isJson = text.trimStart().startsWith('{')
  const document = isJson ? await readDocument(bytes, source.label) : undefined
  if (document !== undefined) requirePage(document, { path: '/stats', list: ['stats'] }, source.label)
  const all = document === undefined ? statsOfText(text) : statsOfJson(document)
  if (all.length === 0 && document === undefined && text.trim() !== '')
    throw new AppError(`${source.label} is not the output of /stats`)
  // A file was filtered by nobody yet.
  const find = await finder(file ? args.string('filter') : undefined)
  const found = all.filter(({ name }) => find(name))
  return serverStatsView(
    found,
    file || document === undefined ? { stats: found.map((stat) => ({ ...stat })) } : document,
    source.label,
  )
}

async function clusterStats(source: Source, args: Args, { io }: Context): Promise<View> {
  const [{ clusterStatsView }, { requirePage }, { readDocument }] = await Promise.all([
    import('../admin/cluster-stats.ts'),
    import('../admin/admin-page.ts'),
    import('../envoy/input/read-document.ts'),
  ])
  const bytes = await source.read(`clusters${query(args, { format: 'json' })}`, io.signal)
  // Older Envoys do not filter clusters.
  const find = await finder(args.string('filter'))
  const document = await readDocument(bytes, source.label)
  requirePage(document, { path: '/clusters?format=json', list: ['cluster_statuses', 'clusterStatuses'] }, source.label)
  return clusterStatsView(document, source.label, find)
}

async function prometheus(source: Source, args: Args, { io }: Context): Promise<View> {
  const { serverStatsView } = await import('../admin/server-stats.ts')
  const text = Buffer.from(await source.read(`stats/prometheus${query(args, {})}`, io.signal)).toString('utf8')
  return { ...serverStatsView([], {}, source.label), texts: { prom: () => text.trimEnd().split('\n') } }
}

/** The answers one after the other, each under the name of its proxy when there are several. */
function together(joined: View, views: readonly { readonly label: string; readonly view: View }[]): View {
  return {
    ...joined,
    texts: {
      prom: () =>
        views.flatMap(({ label, view }) => [
          ...(views.length > 1 ? [`# ${label}`] : []),
          ...(view.texts?.prom?.() ?? []),
        ]),
    },
  }
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
  const { fullMatch } = await import('../trace/regex.ts')
  return (name) => fullMatch(`(?s:.*)(?:${filter})(?s:.*)`, name)
}
