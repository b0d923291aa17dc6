import type { Command } from '../contract/command.ts'
import { foldOptions } from '../contract/fold-options.ts'
import { outputOptions } from '../contract/output-options.ts'
import { fleetTargetOptions } from '../contract/selection.ts'

/** How an Envoy is doing, from its small admin pages. */
export const info: Command = {
  name: 'info',
  aliases: ['server-info'],
  summary: 'Version, state, memory and listeners of the proxy, and what it waits for',
  synopsis: '[POD | TYPE/NAME]...',
  examples: [
    { title: 'How is the proxy of this pod doing?', command: 'kubectl proxy-config info productpage-v1-abc' },
    { title: 'Every proxy of an app', command: 'kubectl proxy-config info -l app=productpage' },
    { title: 'The admin pages themselves', command: 'kubectl proxy-config info productpage-v1-abc -o json' },
  ],
  options: [...fleetTargetOptions.filter(({ name }) => name !== 'file'), ...foldOptions, ...outputOptions],
  positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'] },
  async load() {
    const [{ serverFacts }, { runProxyAnalysis }] = await Promise.all([
      import('../admin/server-facts.ts'),
      import('./analysis/run-proxy-analysis.ts'),
    ])
    return runProxyAnalysis(serverFacts, { command: 'info' })
  },
}
