import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Lab, openLab } from '../lab.ts'
import { startWatching } from './watching.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})

/** Runs a command with -w, which first prints every row as ADDED. */
const watched = (...args: string[]) =>
  startWatching(lab, ...args, '-w', '--output-watch-events', '--watch-interval', '1s')

test('proxy-status -w prints the proxy that falls behind, and again when it has caught up', async (t) => {
  const { name } = await lab.pod('app=details')
  const running = watched('status', '-n', 'default')
  await running.until(new RegExp(`^ADDED +${name}`, 'm'))
  try {
    await lab.applyCase('stale')
    await running.until(new RegExp(`^MODIFIED +${name}.*STALE`, 'm'))
  } finally {
    await lab.removeCase('stale')
  }
  await running.until(new RegExp(`^MODIFIED +${name}(?:(?!STALE).)*SYNCED(?:(?!STALE).)*$`, 'm'))
  const { stdout, stderr } = await running.stop()
  t.diagnostic(stdout)
  const rows = stdout.split('\n').filter((line) => line.startsWith('MODIFIED') && line.includes(name))
  assert.match(rows[0] ?? '', /^MODIFIED +\S+ +Kubernetes +.*STALE/, stderr)
  assert.match(rows.at(-1) ?? '', /^MODIFIED +\S+ +Kubernetes +SYNCED/)
  assert.doesNotMatch(rows.at(-1) ?? '', /STALE/)
  // Ages grow in every row, and no other proxy falls behind.
  assert.doesNotMatch(stdout, /carts-0.*STALE/)
})

test('endpoints -w prints the endpoint that comes and the one that is gone', async (t) => {
  const page = await lab.pod('app=productpage')
  const { ip } = await lab.pod('app=details')
  const running = watched('endpoints', page.name, '--cluster', 'outbound|9080||details.default.svc.cluster.local')
  await running.until(new RegExp(`^ADDED +${ip}:9080 `, 'm'))
  const isNew = `(?!${ip.replaceAll('.', '\\.')}:)`
  try {
    await scale(2)
    await running.until(new RegExp(`^ADDED +${isNew}\\S+:9080 +HEALTHY `, 'm'))
  } finally {
    await scale(1)
  }
  // Either of the two pods may be the one that goes.
  await running.until(/^DELETED +\S+:9080 +HEALTHY /m)
  t.diagnostic((await running.stop()).stdout)
  await lab.sync()
})

async function scale(replicas: number): Promise<void> {
  const { code, stderr } = await lab.kubectl('scale', 'deploy/details-v1', '-n', 'default', `--replicas=${replicas}`)
  assert.equal(code, 0, stderr)
}
