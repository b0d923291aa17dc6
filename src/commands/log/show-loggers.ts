import { loggers } from '../../admin/loggers.ts'
import { type WantedLevels, wantedLevels } from '../../admin/wanted-levels.ts'
import type { Args, Context } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'
import { runProxyAnalysis } from '../analysis/run-proxy-analysis.ts'
import { changeLoggers } from './change-loggers.ts'

/** Levels of loggers, changed where that is asked. */
export async function showLoggers(args: Args, context: Context): Promise<number> {
  const wanted = wantedOf(args)
  return wanted === undefined
    ? runProxyAnalysis(loggers, { command: 'log', every: true })(args, context)
    : changeLoggers(wanted, args, context)
}

function wantedOf(args: Args): WantedLevels | 'start' | undefined {
  const levels = args.strings('level')
  const reset = args.boolean('reset') === true
  if (reset && levels.length > 0) throw new UsageError('--level cannot be combined with --reset')
  if (reset) return 'start'
  return levels.length === 0 ? undefined : wantedLevels(levels.join(','))
}
