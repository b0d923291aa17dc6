import { test } from 'node:test'
import { completeHostileFile, completePlainNames, pressTabs } from './lines.ts'
import { hasShell, withShell } from './session.ts'
import type { ShellName } from './shells.ts'

const scripts: Readonly<Record<ShellName, string>> = {
  bash: 'source <(kubectl-proxy_config completion bash)',
  zsh: 'source <(kubectl-proxy_config completion zsh)',
  fish: 'kubectl-proxy_config completion fish | source',
}

for (const name of ['bash', 'zsh', 'fish'] as const)
  test(`the program's own script for ${name}: TAB runs nothing, and completes names with pipes`, async (t) => {
    if (!hasShell(t, name)) return
    await withShell(name, { script: scripts[name] }, async (session) => {
      await completePlainNames(session, 'kubectl-proxy_', ["'", '"'])
      await completeHostileFile(session, 'kubectl-proxy_')
      await pressTabs(session, 'kubectl-proxy_')
    })
  })
