import type { Command } from '../contract/command.ts'
import { optionsHelp } from '../contract/help.ts'
import { kubectlOptions } from '../contract/kubectl-options.ts'

/** The global flags, as `kubectl options` lists kubectl's. */
export const options: Command = {
  name: 'options',
  aliases: [],
  summary: 'The flags that every command takes',
  synopsis: '',
  examples: [{ title: 'List the global flags', command: 'kubectl proxy-config options' }],
  options: [],
  positionals: { most: 0 },
  async run(_args, { io }) {
    await io.write(optionsHelp(kubectlOptions))
    return 0
  },
}
