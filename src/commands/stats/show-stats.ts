import { hostStatistics, serverStatistics } from '../../admin/statistics.ts'
import type { Args, Context } from '../../contract/command.ts'
import { runProxyAnalysis } from '../analysis/run-proxy-analysis.ts'
import { prometheusFormats } from './prometheus-formats.ts'
import { showPrometheus } from './stats-prometheus.ts'

const naming = { command: 'stats', every: true } as const

/** Statistics of proxies, or of their upstream hosts. */
export async function showStats(args: Args, context: Context): Promise<number> {
  if (prometheusFormats.includes(context.format.name)) return showPrometheus(args, context)
  return args.string('type') === 'clusters'
    ? runProxyAnalysis(hostStatistics, naming)(args, context)
    : runProxyAnalysis(serverStatistics, naming)(args, context)
}
