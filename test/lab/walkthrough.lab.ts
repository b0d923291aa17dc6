import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLab } from './lab.ts'

const lab = await openLab()

test('docs/debugging-envoy.md shows what its commands print', async () => {
  const { code, stdout, stderr } = await lab.run(process.execPath, ['scripts/walkthrough.ts', '--check'])
  assert.equal(code, 0, `${stdout}${stderr}`)
})
