import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { dumpWith } from '../../analyses/diff/dumps.ts'
import { executable } from '../../run-program.ts'
import { meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'

const folder = mkdtempSync(join(tmpdir(), 'diff-live-'))
let mesh: RunningMesh
/** What each pod answers, which a test may change; undefined where it does not answer. */
const timeouts = new Map<string, string | undefined>()
let pods = ['web-7c9f5-aaaaa', 'web-7c9f5-bbbbb', 'web-7c9f5-ccccc']

function pod(name: string, index: number) {
  const own = meshPod(name, 'shop', { labels: { app: 'web', 'pod-template-hash': '7c9f5' }, ip: `10.1.2.${index + 3}` })
  return {
    ...own,
    metadata: { ...own.metadata, ownerReferences: [{ kind: 'ReplicaSet', name: 'web-7c9f5', controller: true }] },
  }
}

function config(name: string): string {
  const timeout = timeouts.get(name) ?? '1s'
  const bootstrap = {
    '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump',
    bootstrap: { node: { id: `sidecar~10.1.2.3~${name}.shop~shop.svc.cluster.local`, metadata: { NAME: name } } },
  }
  const own = dumpWith({ clusters: [{ name: 'c', connect_timeout: timeout }] })
  return JSON.stringify({ configs: [bootstrap, ...(Array.isArray(own.configs) ? own.configs : [])] })
}

before(async () => {
  mesh = await startMesh({
    get pods() {
      return pods.map(pod)
    },
    answer: (name, _, path) =>
      timeouts.has(name) && timeouts.get(name) === undefined
        ? { status: 500, body: 'down' }
        : path.startsWith('config_dump')
          ? config(name)
          : undefined,
    object: (path) => {
      if (path.endsWith('/deployments/web'))
        return { metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'web' } } } }
      return undefined
    },
  })
})

after(async () => {
  await mesh.close()
  rmSync(folder, { recursive: true })
})

const diff = (...argv: string[]) => mesh.run('diff', ...argv, '-n', 'shop')

test('replicas of a workload that have the same: no difference', async () => {
  const { code, out, err } = await diff('deploy/web')
  assert.deepEqual([code, out], [0, ''], err)
  // Two of the three are held against the first.
  assert.match(
    err,
    /^Differences that come of the pod or its Envoy are left out: pod in 2 resources; --identity shows them\.$/m,
  )
  assert.match(err, /^No differences\.$/m)
})

test('one replica of three that has something else is named first, with what it has', async () => {
  timeouts.set('web-7c9f5-bbbbb', '5s')
  const { code, out } = await diff('deploy/web')
  timeouts.clear()
  assert.equal(code, 1)
  assert.deepEqual(out.split('\n').slice(0, 5), [
    '1 of 3: web-7c9f5-bbbbb.shop',
    '2 of 3: web-7c9f5-aaaaa.shop, web-7c9f5-ccccc.shop',
    '',
    '--- web-7c9f5-aaaaa.shop',
    '+++ web-7c9f5-bbbbb.shop',
  ])
  assert.match(out, /\n {6}connect_timeout 1s -> 5s\n/)
})

test('two pods; a pod and labels', async () => {
  timeouts.set('web-7c9f5-bbbbb', '5s')
  const two = await diff('web-7c9f5-aaaaa', 'web-7c9f5-bbbbb', '-o', 'jsonl')
  const labelled = await diff('-l', 'app=web', '-o', 'jsonl')
  timeouts.clear()
  assert.equal(two.code, 1)
  assert.match(two.out, /"path":"connect_timeout","from":"1s","to":"5s"/)
  assert.match(labelled.out, /"path":"connect_timeout","from":"1s","to":"5s"/)
})

test('a replica that does not answer is named, the others are compared, and the exit code is 2', async () => {
  timeouts.set('web-7c9f5-bbbbb', undefined)
  const { code, err } = await diff('deploy/web')
  timeouts.clear()
  assert.equal(code, 2)
  assert.match(err, /web-7c9f5-bbbbb/)
})

// The capture is written by the program of this process, which has no clock of its own.
test('a capture and the live mesh, two captures: the same pods, replaced ones by their workload', {
  skip: executable !== undefined,
}, async () => {
  const [first, second] = [join(folder, 'before.zip'), join(folder, 'after.zip')]
  const captured = await mesh.run('capture', '-A', '--to', first)
  assert.match(captured.err, /3 proxies, 0 istiods/)
  assert.equal((await mesh.run('diff', '-A', '--capture', first)).code, 0)
  timeouts.set('web-7c9f5-ccccc', '7s')
  const sinceThen = await mesh.run('diff', '-A', '--capture', first)
  assert.equal(sinceThen.code, 1)
  assert.match(sinceThen.out, /\+\+\+ live web-7c9f5-ccccc\.shop\n/)
  assert.match(sinceThen.out, /connect_timeout 1s -> 7s/)
  assert.match(sinceThen.err, /3 proxies were compared, 1 differ/)
  pods = ['web-7c9f5-aaaaa', 'web-7c9f5-bbbbb', 'web-7c9f5-ddddd', 'other-1']
  timeouts.set('web-7c9f5-ddddd', '7s')
  await mesh.run('capture', '-A', '--to', second)
  const two = await mesh.run('diff', '--capture', first, '--capture', second, '-o', 'jsonl')
  const rows: Record<string, unknown>[] = two.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    rows.map(({ resourceKind, name, difference, from, to }) => [resourceKind, name, difference, from, to]),
    [
      ['clusters', 'c', 'changed', '1s', '7s'],
      ['proxy', 'other-1.shop', 'added', null, null],
    ],
  )
  timeouts.clear()
  pods = pods.slice(0, 2)
  const one = await mesh.run('diff', '-l', 'app=web', '-n', 'shop', '--capture', first)
  assert.equal(one.code, 0, one.err)
})
