import type { AnalysisCommand } from '../../contract/analysis.ts'
import type { Command } from '../../contract/command.ts'
import { outputOptions } from '../../contract/output-options.ts'
import { fleetTargetOptions } from '../../contract/selection.ts'

/** The command that asks an analysis of the proxies that the arguments name. */
export function commandOf({ orScope, load, byFlag, ...command }: AnalysisCommand): Command {
  return {
    ...command,
    options: [...fleetTargetOptions, ...command.options, ...outputOptions],
    positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'] },
    async load() {
      const { runAnalysis } = await import('./run-analysis.ts')
      return async (args, context) => {
        const isOther = byFlag !== undefined && args.strings(byFlag.flag).length > 0
        const analysis = await (isOther ? byFlag.load() : load())
        return runAnalysis(analysis, { command: command.name, orScope: orScope ?? false })(args, context)
      }
    },
  }
}
