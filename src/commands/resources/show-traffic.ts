import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import type { TrafficReadings } from '../../analyses/traffic/readings.ts'
import type { TrafficSample } from '../../analyses/traffic/sample.ts'
import { trafficView } from '../../analyses/traffic/traffic-view.ts'
import type { Args, Context } from '../../contract/command.ts'
import { durationOption } from '../../contract/duration-option.ts'
import { selectionOf } from '../../contract/selection.ts'
import { AppError, UsageError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { AnyResourceKind } from '../../resources/resource-kind.ts'
import type { View } from '../../view.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import { proxyUptime } from '../proxies/proxy-uptime.ts'
import { showEach } from '../proxies/show-each.ts'
import { wantedFilters } from './filter-options.ts'
import { narrowedPath } from './narrowed-path.ts'
import { withExpressions } from './prepared-kind.ts'
import { readSample } from './read-sample.ts'

/** The resources of a kind with what each proxy counts of them: since it started, or of `--interval` how fast. */
export async function showTraffic(resourceKind: AnyResourceKind, args: Args, context: Context): Promise<number> {
  const interval = intervalOf(args)
  const wanted = wantedFilters(resourceKind, args)
  const shown = await withExpressions(resourceKind, args)
  const selection = selectionOf(args, { command: resourceKind.name, many: true })
  const proxies = await context.open(selection, { about: resourceKind.path })
  return showEach({ selection, proxies }, args, context, async (proxy): Promise<View> => {
    const { io } = context
    const readings = await readingsOf(proxy, resourceKind, interval, context)
    requireCounters(readings.last, resourceKind, proxy)
    const dump = await dumpOf(proxy, narrowedPath(resourceKind, wanted), context, [resourceKind.entries])
    const view = trafficView(shown, dump, { wanted, label: proxy.label, now: io.now(), readings })
    return { ...view, notes: [...view.notes, ...(await ageNotes(proxy, resourceKind, readings, context))] }
  })
}

/** @throws UsageError for flags that do not go together */
function intervalOf(args: Args): number | undefined {
  const interval = durationOption(args, 'interval', 100, '5s')
  if (args.boolean('traffic') !== true) throw new UsageError('--interval goes with --traffic')
  if (args.boolean('verbose') === false)
    throw new UsageError('--traffic is about each route: it does not go with --verbose=false')
  for (const name of ['group', 'odd'])
    if (args.boolean(name) === true)
      throw new UsageError(`every proxy counts for itself: --traffic does not go with --${name}`)
  return interval
}

/** @throws AppError for --interval of what was saved */
async function readingsOf(
  proxy: MeshProxy,
  resourceKind: AnyResourceKind,
  interval: number | undefined,
  context: Context,
): Promise<TrafficReadings> {
  const sample = () => readSample(proxy, pagesFor(resourceKind), context.io.signal)
  if (interval === undefined) return { first: undefined, last: await sample(), seconds: undefined }
  if (!proxy.live)
    throw new AppError(`${proxy.label} was saved at one moment: only a live proxy can be read twice for --interval`)
  const first = await sample()
  // The clock of the day may jump; this one does not.
  const start = performance.now()
  await wait(interval, undefined, { signal: context.io.signal })
  const seconds = (performance.now() - start) / 1000
  return { first, last: await sample(), seconds }
}

function pagesFor({ entries }: AnyResourceKind): 'hosts' | 'statistics' {
  return entries === 'clusterStatuses' ? 'hosts' : 'statistics'
}

/** @throws AppError where nothing is known of what the proxy counts */
function requireCounters({ statuses, stats }: TrafficSample, { name }: AnyResourceKind, { label }: MeshProxy): void {
  if (statuses !== undefined || (name === 'routes' && stats !== undefined)) return
  throw new AppError(`${label} has no counters`, {
    hint: '--traffic needs /clusters of a live proxy, a capture or an archive that has it beside the dump.',
  })
}

/** How old counters are, which is what a total means. */
async function ageNotes(
  proxy: MeshProxy,
  resourceKind: AnyResourceKind,
  { last, seconds }: TrafficReadings,
  { io }: Context,
): Promise<string[]> {
  const isMissing = last.stats === undefined && pagesFor(resourceKind) === 'statistics'
  const notes = isMissing ? ['Its /stats is not known: what only that page counts is missing.'] : []
  if (seconds !== undefined) return notes
  const uptime = await proxyUptime(proxy, io.signal)
  const age = proxy.live
    ? `Counted since the proxy started${uptime === undefined ? '' : ` ${uptime} ago`}; --interval 5s shows rates.`
    : `Counted from the start of the proxy until it was saved${uptime === undefined ? '' : ` ${uptime} later`}; only a live proxy has rates.`
  return [...notes, age]
}
