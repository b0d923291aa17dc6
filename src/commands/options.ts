import type { Command } from '../contract/command.ts'

/** The global flags, as `kubectl options` lists kubectl's. */
export const options: Command = {
  name: 'options',
  aliases: [],
  summary: 'The flags that every command accepts',
  synopsis: '',
  examples: [{ title: 'List the global flags', command: 'kubectl proxy-config options' }],
  options: [],
  positionals: { max: 0 },
  async load() {
    const [{ optionsHelp }, { helpWithin }, { kubectlOptions }] = await Promise.all([
      import('../contract/help.ts'),
      import('../contract/help-width.ts'),
      import('../contract/kubectl-options.ts'),
    ])
    return async (_args, { io }) => {
      await io.write(helpWithin(optionsHelp(kubectlOptions), io.stdoutColumns ?? Number.POSITIVE_INFINITY))
      return 0
    }
  },
}
