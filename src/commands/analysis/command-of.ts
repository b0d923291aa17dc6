import type { AnalysisCommand } from '../../contract/analysis.ts'
import type { Command } from '../../contract/command.ts'
import { outputOptions } from '../../contract/output-options.ts'
import { fleetTargetOptions } from '../../contract/selection.ts'

/** The command that asks an analysis of the proxies that the arguments name. */
export function commandOf({ orScope, load, ...command }: AnalysisCommand): Command {
  const scope = orScope
    ? [
        {
          name: 'all-namespaces',
          short: 'A',
          type: 'boolean',
          describe: 'Read the proxies of all namespaces',
        } as const,
      ]
    : []
  return {
    ...command,
    options: [...fleetTargetOptions, ...scope, ...command.options, ...outputOptions],
    positionals: { most: Number.POSITIVE_INFINITY, are: ['target'] },
    async load() {
      const [analysis, { runAnalysis }] = await Promise.all([load(), import('./run-analysis.ts')])
      return runAnalysis(analysis, { command: command.name, orScope: orScope ?? false })
    },
  }
}
