import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Lab, type Output, openLab } from '../lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})

/** Runs a command with -w for so many seconds. */
const watched = (seconds: number, ...args: string[]): Promise<Output> =>
  lab.run('timeout', [
    String(seconds),
    process.execPath,
    'src/main.ts',
    ...args,
    '-w',
    '--watch-only',
    '--output-watch-events',
    '--watch-interval',
    '1s',
  ])

test('proxy-status -w prints the proxy that falls behind, and again when it has caught up', async (t) => {
  const { name } = await lab.pod('app=details')
  const running = watched(40, 'status', '-n', 'default')
  try {
    await sleep(8000)
    await lab.applyCase('stale')
    await sleep(10_000)
  } finally {
    await lab.removeCase('stale')
  }
  const { stdout, stderr } = await running
  t.diagnostic(stdout)
  const rows = stdout.split('\n').filter((line) => line.includes(name))
  assert.match(rows[0] ?? '', /^MODIFIED +\S+ +Kubernetes +.*STALE/, stderr)
  assert.match(rows.at(-1) ?? '', /^MODIFIED +\S+ +Kubernetes +SYNCED/)
  assert.doesNotMatch(rows.at(-1) ?? '', /STALE/)
  // Ages grow in every row, and no other proxy falls behind.
  assert.doesNotMatch(stdout, /carts-0.*STALE/)
})

test('endpoints -w prints the endpoint that comes and the one that is gone', async (t) => {
  const page = await lab.pod('app=productpage')
  const running = watched(45, 'endpoints', page.name, '--cluster', 'outbound|9080||details.default.svc.cluster.local')
  try {
    await sleep(8000)
    await scale(2)
    await sleep(12_000)
  } finally {
    await scale(1)
  }
  const { stdout, stderr } = await running
  t.diagnostic(stdout)
  const [, address] = /^ADDED +(\S+:9080) +HEALTHY /m.exec(stdout) ?? []
  assert.ok(address !== undefined, stderr)
  // Either of the two pods may be the one that goes.
  assert.match(stdout, /^DELETED +\S+:9080 +HEALTHY /m)
  await lab.sync()
})

async function scale(replicas: number): Promise<void> {
  const { code, stderr } = await lab.kubectl('scale', 'deploy/details-v1', '-n', 'default', `--replicas=${replicas}`)
  assert.equal(code, 0, stderr)
}
