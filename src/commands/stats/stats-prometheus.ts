import { serverStatsView } from '../../admin/server-stats.ts'
import { statsQuery, statsQuestion } from '../../admin/stats-query.ts'
import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { AppError, UsageError } from '../../errors.ts'
import { mergedMetricsPort } from '../../mesh/pods/merged-metrics-port.ts'
import { requiredBytes } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { View } from '../../view.ts'
import { eachProxy } from '../proxies/each-proxy.ts'

/**
 * Prints what Envoy writes for Prometheus, or with `prom-merged` what Istio's agent makes of it and of its own and the
 * application's metrics. Several proxies one after the other, each under its name.
 * @throws UsageError for flags that ask for something else
 */
export async function showPrometheus(args: Args, context: Context): Promise<number> {
  const format = context.format.name
  const query = statsQuery(statsQuestion(args, context.format))
  const merged = format === 'prom-merged'
  if (args.string('type') === 'clusters')
    throw new UsageError(`-o ${format} shows what Envoy counts: it cannot be combined with --type clusters`)
  const selection = selectionOf(args, { command: 'stats', every: true, many: true })
  if (selection.from === 'files')
    throw new UsageError(`-o ${format} is what a live proxy answers: it cannot be combined with --file`)
  if (merged && (query !== '' || args.number('proxy-admin-port') !== undefined)) {
    throw new UsageError(
      "-o prom-merged is what Istio's agent answers: it cannot be combined with --filter, --used-only and --proxy-admin-port",
    )
  }
  // The agents beside the proxies that are named; a URL is taken for the agent's.
  const proxies = await context.open(selection, merged ? { portOf: mergedMetricsPort } : {})
  const { results, code } = await eachProxy(proxies, context, async (proxy) => ({
    label: proxy.label,
    text: Buffer.from(
      await (merged ? ofAgent(proxy, context) : requiredBytes(proxy, `stats/prometheus${query}`, context.io.signal)),
    ).toString('utf8'),
  }))
  const lines = () =>
    results.flatMap(({ label, text }) => [...(results.length > 1 ? [`# ${label}`] : []), ...text.trimEnd().split('\n')])
  const view: View = { ...serverStatsView([], {}, ''), texts: { [format]: lines } }
  await context.render(view)
  return code
}

/** What the agent answers. @throws AppError that says what is missing where nothing listens: only Istio has such an agent */
async function ofAgent(proxy: MeshProxy, { io }: Context): Promise<Uint8Array> {
  try {
    return await requiredBytes(proxy, 'stats/prometheus', io.signal)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'connection-refused') throw error
    throw new AppError(error.message, {
      cause: error,
      code: error.code,
      hint: "Istio's agent would serve there; of a proxy without one, -o prom has what Envoy itself writes.",
    })
  }
}
