import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLab } from '../lab.ts'

const lab = await openLab('gateways')

for (const page of ['debugging-envoy-gateway', 'debugging-contour']) {
  test(`docs/${page}.md shows what its commands print`, async () => {
    const { code, stdout, stderr } = await lab.run(process.execPath, ['scripts/walkthrough.ts', page, '--check'])
    assert.equal(code, 0, `${stdout}${stderr}`)
  })
}
