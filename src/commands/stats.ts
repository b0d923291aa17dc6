import type { Args, Command, Context } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { targetOptions } from '../contract/target-options.ts'
import { AppError } from '../errors.ts'
import type { Source } from '../mesh/source.ts'
import type { View } from '../view.ts'
import { openAll } from './proxies/open-all.ts'
import { viewOfEach } from './proxies/view-of-each.ts'

/** Formats in which the text is the proxy's own, as Prometheus reads it. */
const prometheusFormats: readonly string[] = ['prom', 'prom-merged']

/** Statistics of a proxy, as `istioctl experimental envoy-stats`. */
export const stats: Command = {
  name: 'stats',
  aliases: ['envoy-stats', 'es'],
  summary: 'Statistics of the proxy, or of its upstream hosts',
  synopsis: '[POD | TYPE/NAME]...',
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
    {
      title: "What Prometheus gets of a pod of Istio: Envoy's metrics with the agent's and the application's",
      command: 'kubectl proxy-config stats productpage-v1-abc -o prom-merged',
    },
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
  formats: prometheusFormats,
  positionals: { most: Number.POSITIVE_INFINITY, are: ['target'] },
  async run(args, context) {
    if (prometheusFormats.includes(args.string('output') ?? '')) {
      const { showPrometheus } = await import('./stats/stats-prometheus.ts')
      return showPrometheus(args, context, query(args, {}))
    }
    const show = args.string('type') === 'clusters' ? clusterStats : serverStats
    const sources = await openAll(args, context, { command: stats.name })
    const { view, code } = await viewOfEach(sources, { args, context }, (source) => show(source, args, context))
    await context.render(view, args)
    return code
  },
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
  const { fullMatch } = await import('../semantics/matching/regex.ts')
  return (name) => fullMatch(`(?s:.*)(?:${filter})(?s:.*)`, name)
}
