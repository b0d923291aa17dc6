import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const module = fileURLToPath(new URL('run-program.ts', import.meta.url))

for (const [what, executable, code] of [
  ['does not exist', '/nonexistent/kubectl-proxy_config', 'ENOENT'],
  ['is no program', module, 'EACCES'],
] as const)
  test(`an executable that ${what} fails each test file at once: none waits for what it would do`, () => {
    const { status, stderr } = spawnSync(process.execPath, [module], {
      encoding: 'utf8',
      env: { ...process.env, PROXY_CONFIG_EXECUTABLE: executable },
      timeout: 60_000,
    })
    assert.equal(status, 1, stderr)
    assert.ok(stderr.includes(`Error: ${code}`) && stderr.includes(executable), stderr)
  })
