import type { Command } from '../contract/command.ts'
import { shells } from './completion/shells.ts'

/** The completion script of a shell. */
export const completion: Command = {
  name: 'completion',
  aliases: [],
  summary: 'Shell completion for the program called by its own name',
  description: `Prints the script that completes kubectl-proxy_config and kubectl-proxy_status in bash, zsh, fish or powershell.

"kubectl proxy-config" is completed by kubectl itself, from version 1.26, when kubectl_complete-proxy_config is on the PATH. A link
does it; after an installation with krew:

  ln -s kubectl-proxy_config "\${KREW_ROOT:-$HOME/.krew}/bin/kubectl_complete-proxy_config"`,
  synopsis: shells.join('|'),
  firstArguments: async () => shells.map((text) => ({ text })),
  examples: [
    {
      title: 'Complete kubectl-proxy_config in this bash',
      command: 'source <(kubectl proxy-config completion bash)',
    },
    { title: 'The same in fish', command: 'kubectl proxy-config completion fish | source' },
  ],
  options: [],
  positionals: { max: 1 },
  async load() {
    return (await import('./completion/print-script.ts')).printScript
  },
}
