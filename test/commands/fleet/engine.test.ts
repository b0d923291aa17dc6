import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { status } from '../../fetch/fake-api-server.ts'
import { meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'
import { dumpOf } from './small-dump.ts'

// What many proxies and the API server before them do in an outage, and what is said of it.

const count = 12
const nameOf = (at: number) => `web-${String(at).padStart(2, '0')}`
const pods = Array.from({ length: count }, (_, at) => meshPod(nameOf(at), 'default'))

/** What a pod answers besides a dump. */
const bad = new Map<string, { status: number; body: string } | 'refused' | 'silent'>()
/** How a port-forward to a pod is refused, and how often. */
const refusals = new Map<string, { status: number; body: string; times: number }>()

let mesh: RunningMesh
before(async () => {
  mesh = await startMesh({
    pods,
    answer: (pod) => bad.get(pod) ?? dumpOf('shared'),
    refuse(path) {
      const refusal = refusals.get(path.split('/').at(-2) ?? '')
      if (refusal === undefined || refusal.times === 0) return undefined
      refusal.times -= 1
      return refusal
    },
  })
})
after(() => mesh.close())

async function run(...argv: string[]) {
  const { code, out, err } = await mesh.run('clusters', '-A', '--no-headers', '--request-timeout', '8s', ...argv)
  return { code, err, read: [...out.matchAll(/^web-(\d\d)\.default/gm)].map(([, at]) => Number(at)) }
}

const everyOther = Array.from({ length: count }, (_, at) => at).filter((at) => at % 2 === 1)

for (const [what, answer, reason] of [
  ['an error page', { status: 500, body: '<html><body>oops</body></html>' }, '6 answered with an error'],
  ['a web page', { status: 200, body: '<html><body>welcome</body></html>' }, '6 answered as no Envoy does'],
  ['another JSON', { status: 200, body: '{"hello": "world"}' }, '6 answered as no Envoy does'],
  ['a dump without the section', { status: 200, body: '{"configs": []}' }, '6 without that section'],
  ['nothing at all', { status: 200, body: '' }, '6 answered as no Envoy does'],
  ['what stops in its middle', { status: 200, body: dumpOf('shared').slice(0, 40) }, '6 cut off'],
  ['a closed port', 'refused', '6 refused the connection'],
  ['no page', { status: 404, body: 'invalid path' }, '6 answered with an error'],
] as const)
  test(`${what} in place of a dump fails that proxy, and hides no other`, async () => {
    for (let at = 0; at < count; at += 2) bad.set(nameOf(at), answer)
    try {
      for (const format of ['table', 'json']) {
        const { code, err, read } = await run(...(format === 'table' ? [] : ['-o', 'jsonl', '--sort-by', '.name']))
        assert.equal(code, 1, err)
        if (format === 'table') assert.deepEqual(read, everyOther)
        assert.ok(err.startsWith(`6 of 12 proxies did not answer: ${reason}`), err)
        assert.match(err, /; --show-failures names them\n/)
      }
      const grouped = await mesh.run('clusters', '-A', '--group', '--no-headers')
      assert.match(grouped.out, /^6 of 6 /)
      assert.match(grouped.err, /^6 of 12 proxies did not answer/)
      const { err } = await run('--show-failures')
      assert.equal(err.match(/^error: pod default\/web-\d\d: /gm)?.length, 6, err)
    } finally {
      bad.clear()
    }
  })

test('all fail: the first error as if there were one proxy, and the exit code of a failure', async () => {
  for (let at = 0; at < count; at += 1) bad.set(nameOf(at), 'refused')
  try {
    const { code, err, read } = await run()
    assert.deepEqual([code, read], [1, []])
    assert.match(err, /^12 of 12 proxies did not answer: 12 refused the connection; --show-failures names them\n/)
    assert.match(err, /^error: pod "web-00" in namespace "default" refused the connection to port 15000\n/m)
  } finally {
    bad.clear()
  }
})

for (const [code, reason, answered] of [
  [429, 'TooManyRequests', true],
  [503, 'ServiceUnavailable', true],
  [500, 'InternalError', false],
  [404, 'NotFound', false],
] as const)
  test(`port-forwards that are refused with ${code} once are ${answered ? 'asked once more' : 'failures'}`, async () => {
    const asked = () =>
      mesh.api.requests.filter((line) => line.startsWith('UPGRADE') && line.includes(nameOf(3))).length
    for (const [times, isRead] of [
      [1, answered],
      [2, false],
    ] as const) {
      const before = asked()
      refusals.set(nameOf(3), { ...status(code, reason, 'not now'), times })
      const { code: exit, err, read } = await run()
      assert.deepEqual([exit, read.includes(3), read.length], [isRead ? 0 : 1, isRead, isRead ? 12 : 11], err)
      assert.equal(asked() - before, answered ? 2 : 1, `${code}, ${times} times`)
      if (!isRead) assert.match(err, /^error: pod default\/web-03: Error from server \(\w+\): not now\n/)
    }
    refusals.clear()
  })

test('port-forward and exec are forbidden: the rule that is missing, and which proxies it is', async () => {
  for (const at of [1, 2, 3, 4]) refusals.set(nameOf(at), { ...status(403, 'Forbidden', 'no'), times: 99 })
  const { code, err, read } = await run()
  refusals.clear()
  assert.deepEqual([code, read.length], [1, 8])
  assert.match(err, /^4 of 12 proxies did not answer: 4 forbidden; --show-failures names them\n$/m)
})

test('a list of pods whose continue token expires is read anew, and each pod is there once', async () => {
  let pages = 0
  const long = await startMesh({
    pods,
    answer: () => dumpOf('shared'),
    object(path) {
      if (path !== '/api/v1/pods') return undefined
      pages += 1
      if (pages === 1) return { items: pods.slice(0, 5), metadata: { continue: 'old' } }
      if (pages === 2) return status(410, 'Expired', 'The provided continue parameter is too old')
      return { items: pods }
    },
  })
  try {
    const { code, out, err } = await long.run('clusters', '-A', '--no-headers')
    assert.deepEqual([code, err, pages], [0, '', 3])
    assert.equal(out.trim().split('\n').length, count)
  } finally {
    await long.close()
  }
})
