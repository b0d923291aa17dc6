import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Lab, openLab } from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})

const pc = (...args: string[]) => lab.run(process.execPath, ['src/main.ts', ...args])

test('every statistic that istioctl shows', async () => {
  const { name } = await lab.pod('app=details')
  // Envoy makes statistics as it goes, and keeps them: who asks later has all of the earlier.
  const theirs = await lab.run(lab.istioctl, ['experimental', 'envoy-stats', name])
  const ours = await pc('stats', name, '-o', 'jsonl')
  const names = new Set(
    ours.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).stat),
  )
  const expected = theirs.stdout.split('\n').flatMap((line) => /^(\S+): /.exec(line)?.[1] ?? [])
  assert.ok(expected.length > 100, theirs.stderr)
  assert.deepEqual(
    expected.filter((stat) => !names.has(stat)),
    [],
  )
})

test('prom, and hosts of clusters', async () => {
  const { name } = await lab.pod('app=details')
  const prom = await pc('stats', name, '-o', 'prom', '--filter', 'server.live')
  assert.equal(prom.stdout, '# TYPE envoy_server_live gauge\nenvoy_server_live{} 1\n')
  const hosts = await pc('stats', name, '--type', 'clusters', '--filter', 'reviews')
  const { ip } = await lab.pod('app=reviews,version=v1')
  assert.match(hosts.stdout, new RegExp(`^outbound\\|9080\\|v1\\|reviews\\S+ +${ip}:9080 `, 'm'))
})

test('what a proxy that never finishes waits for', async () => {
  const { name } = await lab.pod('app=slow', 'warm')
  const { stdout } = await pc('info', name, '-n', 'warm')
  assert.match(stdout, /^STATE +INITIALIZING$/m)
  assert.match(stdout, /^WAITING FOR +SdsApi ROOTCA, SdsApi default \(listener virtualInbound\)$/m)
})
