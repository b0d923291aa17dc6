import type { Args, Command, Context } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { proxyOptions } from '../contract/proxy-options.ts'
import { exitCode, UsageError } from '../errors.ts'
import { proxyName, type Source } from '../mesh/source.ts'
import { expiringView, isExpired } from '../resources/expiring-view.ts'
import { resourceView } from '../resources/resource-view.ts'
import { secrets } from '../resources/secrets.ts'
import type { View } from '../view.ts'
import { dumpOf } from './proxies/dump-of.ts'
import { eachProxy } from './proxies/each-proxy.ts'
import { joinViews } from './proxies/join-views.ts'
import { openAll } from './proxies/open-all.ts'
import { readBeside } from './proxies/read-beside.ts'
import { manyTargetOptions, savedProxies } from './proxies/saved-proxies.ts'

/** What expires next, over many proxies. */
export const certs: Command = {
  name: 'certs',
  aliases: ['cert'],
  summary: 'Certificates of many proxies, what expires first on top',
  description: `Shows the certificates that proxies have loaded, what expires first on top: those of the named pods, of all that a
selector matches, or of every proxy in the namespace.`,
  synopsis: '[POD | TYPE/NAME]...',
  examples: [
    { title: 'What expires next in the namespace', command: 'kubectl proxy-config certs' },
    { title: 'What expires within a day, in the whole cluster', command: 'kubectl proxy-config certs -A --within 24h' },
    {
      title: 'Fail when a gateway has a certificate that expires within two weeks',
      command: 'kubectl proxy-config certs -n istio-system -l istio=ingressgateway --within 14d --exit-code',
    },
    {
      title: 'Every proxy of an istioctl bug-report, and one more dump',
      command: 'kubectl proxy-config certs --file bug-report.tar.gz --file dump.json',
    },
  ],
  options: [
    ...manyTargetOptions,
    { name: 'all-namespaces', short: 'A', type: 'boolean', describe: 'Read the proxies of all namespaces' },
    {
      name: 'within',
      type: 'string',
      value: 'DURATION',
      describe: 'Show what expires within this time, such as 24h or 30d, and what has expired',
    },
    {
      name: 'exit-code',
      type: 'boolean',
      describe: 'Exit with 1 when a certificate has expired, or expires --within the time',
    },
    ...outputOptions,
  ],
  positionals: { most: Number.POSITIVE_INFINITY, are: ['target'] },
  async run(args, context) {
    const within = milliseconds(args.string('within'))
    const now = context.io.now()
    const sources = await sourcesOf(args, context)
    const { results, code } = await eachProxy(sources, context, (source) => viewOf(source, args, context))
    const view = expiringView(joinViews(results, !isNamed(args) || sources.length > 1), { now, within })
    await context.render(view, args)
    const due = within === undefined ? view.rows.filter(({ cells }) => isExpired(view, cells, now)) : view.rows
    return args.boolean('exit-code') === true && due.length > 0 ? exitCode.failed : code
  },
}

async function sourcesOf(args: Args, context: Context): Promise<readonly Source[]> {
  const everywhere = args.boolean('all-namespaces') === true
  if (everywhere && isNamed(args))
    throw new UsageError('--all-namespaces cannot be combined with a POD, --url or --file')
  if (isNamed(args)) {
    return (await savedProxies(args, context, certs.name)) ?? (await openAll(args, context, { command: certs.name }))
  }
  const cluster = await context.cluster(args)
  const { proxySources } = await import('../mesh/proxies/proxy-sources.ts')
  return proxySources(
    cluster,
    { namespace: everywhere ? '' : cluster.namespace, selector: args.string('selector') },
    { ...proxyOptions(args), signal: context.io.signal },
  )
}

/** Whether the arguments say which proxies: else it is those of a selector, of the namespace or of all. */
function isNamed(args: Args): boolean {
  return args.positionals.length > 0 || args.string('file') !== undefined || args.string('url') !== undefined
}

async function viewOf(source: Source, args: Args, context: Context): Promise<{ proxy: string; view: View }> {
  const { label } = source
  const late: string[] = []
  const [dump, auxiliaryPage] = await Promise.all([
    dumpOf(source, secrets.path, context, ['secrets']),
    args.string('file') === undefined
      ? readBeside(source, 'certs', { ...context, note: (line) => void late.push(line) })
      : undefined,
  ])
  // Of a proxy that cannot be read at all, only that is said.
  late.forEach(context.note)
  return {
    proxy: proxyName(source),
    view: resourceView(secrets, dump, { wanted: {}, label, now: context.io.now(), auxiliaryPage }),
  }
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `24h`, `30d`, `1d12h`. @throws UsageError for anything else */
function milliseconds(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined
  if (!/^(?:\d+[smhdw])+$/.test(duration)) {
    throw new UsageError(`--within needs a duration such as 24h or 30d, got ${JSON.stringify(duration)}`)
  }
  return [...duration.matchAll(/(\d+)([smhdw])/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (units[unit] ?? 0),
    0,
  )
}
