import type { Args, Context } from '../../contract/command.ts'
import { AppError, UsageError } from '../../errors.ts'
import type { Source } from '../../mesh/source.ts'
import type { View } from '../../view.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { openAll } from '../proxies/open-all.ts'

/**
 * Prints what Envoy writes for Prometheus, or with `prom-merged` what Istio's agent makes of it and of its own and the
 * application's metrics. Several proxies one after the other, each under its name.
 * @param query parameters for Envoy, with the `?`
 * @throws UsageError for flags that ask for something else
 */
export async function showPrometheus(args: Args, context: Context, query: string): Promise<number> {
  const format = args.string('output') ?? ''
  const merged = format === 'prom-merged'
  if (args.string('type') === 'clusters')
    throw new UsageError(`-o ${format} shows what Envoy counts: it cannot be combined with --type clusters`)
  if (args.string('file') !== undefined)
    throw new UsageError(`-o ${format} is what a live proxy answers: it cannot be combined with --file`)
  if (merged && (query !== '' || args.number('proxy-admin-port') !== undefined)) {
    throw new UsageError(
      "-o prom-merged is what Istio's agent answers: it cannot be combined with --filter, --used-only and --proxy-admin-port",
    )
  }
  const { serverStatsView } = await import('../../admin/server-stats.ts')
  const sources = merged ? await agents(args, context) : await openAll(args, context, { command: 'stats' })
  const { results, code } = await eachProxy(sources, context, async (source) => ({
    label: source.label,
    text: Buffer.from(
      await (merged ? ofAgent(source, context) : source.read(`stats/prometheus${query}`, context.io.signal)),
    ).toString('utf8'),
  }))
  const lines = () =>
    results.flatMap(({ label, text }) => [...(results.length > 1 ? [`# ${label}`] : []), ...text.trimEnd().split('\n')])
  const view: View = { ...serverStatsView([], {}, ''), texts: { [format]: lines } }
  await context.render(view, args)
  return code
}

/** The agents beside the proxies that the arguments name; a URL is taken for the agent's. */
async function agents(args: Args, context: Context): Promise<readonly Source[]> {
  const { mergedMetricsPort } = await import('../../mesh/pods/merged-metrics-port.ts')
  return openAll(args, context, { command: 'stats', portOf: mergedMetricsPort })
}

/** What the agent answers. @throws AppError that says what is missing where nothing listens: only Istio has such an agent */
async function ofAgent(source: Source, { io }: Context): Promise<Uint8Array> {
  try {
    return await source.read('stats/prometheus', io.signal)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'connection-refused') throw error
    throw new AppError(error.message, {
      cause: error,
      code: error.code,
      hint: "Istio's agent would serve there; of a proxy without one, -o prom has what Envoy itself writes.",
    })
  }
}
