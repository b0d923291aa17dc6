import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'

async function nothing(...argv: string[]): Promise<string> {
  const file = 'test/fixtures/sidecar/config_dump.json'
  const { code, out, err } = await runProgram([...argv, '--file', file])
  assert.deepEqual({ code, out }, { code: 0, out: '' })
  return err.replace(file, 'FILE')
}

test('a part of what a filter takes as a whole does not look like there is nothing', async () => {
  assert.equal(
    await nothing('routes', '--vhost', 'Reviews'),
    'No routes found that match the filters in FILE. --vhost matches the full name, for example reviews.default.svc.cluster.local:9080.\n',
  )
  assert.match(
    await nothing('endpoints', '--cluster', 'svc.cluster.local'),
    /in FILE\. --cluster matches the full name, for example (?:outbound\S+, ){4}…\n$/,
  )
})

test('without one that is near, and where another filter leaves nothing, there is no such hint', async () => {
  const plain = (kind: string) => `No ${kind} found that match the filters in FILE.\n`
  assert.equal(await nothing('endpoints', '--cluster', 'nothing-like-it'), plain('endpoints'))
  const cluster = 'outbound|9080||details.default.svc.cluster.local'
  assert.equal(await nothing('endpoints', '--cluster', cluster, '--port', '1'), plain('endpoints'))
})
