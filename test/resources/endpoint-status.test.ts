import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../run-program.ts'

const file = fileURLToPath(new URL('../fixtures/health/clusters.json', import.meta.url))

async function found(status: string): Promise<string[]> {
  const { out } = await runProgram(['endpoints', '--file', file, '--no-headers', '--status', status])
  return out.trimEnd().split('\n').filter(Boolean)
}

test('--status unhealthy finds what Envoy sends nothing, ejected hosts too', async () => {
  const unhealthy = await found('unhealthy')
  assert.equal(unhealthy.length, 10, unhealthy.join('\n'))
  assert.ok(unhealthy.some((line) => /HEALTHY +FAILED +outliers/.test(line)))
  assert.deepEqual(
    (await found('ejected')).map((line) => line.split(/ +/)[3]),
    ['outliers'],
  )
  assert.equal((await found('draining')).length, 2)
  assert.equal((await found('degraded')).length, 2)
  assert.deepEqual(await found('unhealthy,healthy,degraded').then((all) => all.length), 24)
})
