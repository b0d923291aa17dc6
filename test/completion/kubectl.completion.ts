import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { kubectl, kubectlVersions } from './kubectls.ts'
import { completeHostileFile, completePlainNames, pressTabs } from './lines.ts'
import { hasShell, withShell } from './session.ts'
import type { ShellName } from './shells.ts'

const scripts: Readonly<Record<ShellName, string>> = {
  bash: 'source <(kubectl completion bash)',
  zsh: 'source <(kubectl completion zsh)',
  fish: 'kubectl completion fish | source',
}

const tried: Readonly<Record<ShellName, readonly string[]>> = {
  bash: kubectlVersions,
  zsh: ['1.26', '1.32', '1.36'],
  fish: ['1.26', '1.32', '1.36'],
}

for (const name of ['bash', 'zsh', 'fish'] as const)
  for (const version of tried[name])
    test(`kubectl ${version} in ${name}: TAB runs nothing, and completes names with pipes`, async (t) => {
      if (!hasShell(t, name)) return
      const folder = await kubectl(version)
      await withShell(name, { script: scripts[name], path: [folder] }, async (session) => {
        await completePlainNames(session, 'kubectl proxy-')
        // kubectl's script for fish evaluates words that stand on the line, without their quotes.
        if (name !== 'fish') await completeHostileFile(session, 'kubectl proxy-')
        await pressTabs(session, 'kubectl proxy-')
      })
    })

test('what these tests look for happens with a plugin that offers such a name', async (t) => {
  if (!hasShell(t, 'bash')) return
  const plugins = mkdtempSync(join(tmpdir(), 'careless-plugin-'))
  try {
    for (const file of ['kubectl-careless', 'kubectl_complete-careless'])
      writeFileSync(join(plugins, file), "#!/bin/sh\necho 'a$(touch ran-careless)b'\necho :4\n", { mode: 0o755 })
    const path = [await kubectl('1.32'), plugins]
    await withShell('bash', { script: scripts.bash, path }, async ({ terminal, ran }) => {
      await terminal.line('kubectl careless a\t')
      assert.deepEqual(ran(), ['ran-careless'])
    })
  } finally {
    rmSync(plugins, { recursive: true })
  }
})
