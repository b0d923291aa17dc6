import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../../run-program.ts'
import { startFakeAdmin } from '../fake-admin.ts'
import { meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'

const page = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/sidecar/${name}.json`, import.meta.url)), 'utf8')
/** How often each pod was asked for its state. */
const asked = new Map<string, number>()
let mesh: RunningMesh
let changed = '2020-01-01T00:00:00Z'

before(async () => {
  mesh = await startMesh({
    pods: ['web-1', 'web-2'].map((name) => meshPod(name, 'default', { labels: { app: 'web' } })),
    answer(name, _, path) {
      if (path === 'server_info') {
        const count = (asked.get(name) ?? 0) + 1
        asked.set(name, count)
        return JSON.stringify({ state: name === 'web-2' && count < 3 ? 'PRE_INITIALIZING' : 'LIVE' })
      }
      if (path.startsWith('config_dump')) return page('config_dump')
      if (path.startsWith('clusters')) return page('clusters')
      return undefined
    },
    object: (path) =>
      path === '/apis/networking.istio.io/v1/namespaces/default/destinationrules/reviews'
        ? {
            metadata: {
              name: 'reviews',
              generation: 3,
              creationTimestamp: '2020-01-01T00:00:00Z',
              managedFields: [{ time: changed }],
            },
          }
        : undefined,
  })
})
after(() => mesh.close())

const wait = (...argv: string[]) => mesh.run('wait', '-l', 'app=web', '--interval', '100ms', ...argv)
const rowsOf = (out: string): Record<string, unknown>[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test('it waits until every proxy is live', async () => {
  const { code, out, err } = await wait('--for', 'live', '--timeout', '60s', '-o', 'jsonl')
  assert.equal(code, 0, err)
  assert.deepEqual(
    rowsOf(out).map(({ proxy, met, reason }) => [proxy, met, reason]),
    [
      ['web-1.default', true, 'state LIVE'],
      ['web-2.default', true, 'state LIVE'],
    ],
  )
  assert.equal(asked.get('web-2'), 3)
  assert.match(err, /2 of 2 proxies: live/)
})

for (const [condition, code, reason] of [
  ['ready-endpoints=outbound|9080||reviews.default.svc.cluster.local', 0, /^\d+ of \d+ endpoints may be chosen$/],
  ['ready-endpoints=outbound|9080||none', 1, /^there is no cluster outbound\|9080\|\|none$/],
  ['route-to=outbound|9080||details.default.svc.cluster.local:http://details:9080/', 0, /^outbound\|9080\|\|details/],
  ['route-to=outbound|9080||ratings.default.svc.cluster.local:http://ratings:9080/', 1, /^404 route_not_found/],
  [
    'delivered=DestinationRule/reviews.default',
    0,
    /^generation 3 is loaded: changed at 2020-01-01T00:00:00Z, pushed at /,
  ],
] as const)
  test(`--for ${condition}`, async () => {
    const found = await wait('--for', condition, '--timeout', '0s', '-o', 'jsonl')
    assert.equal(found.code, code, found.err)
    for (const row of rowsOf(found.out)) assert.match(String(row.reason), reason)
  })

test('a change that is newer than what is loaded is not delivered: exit code 1, and how far it is', async () => {
  changed = '2099-01-01T00:00:00Z'
  const { code, out } = await wait('--for', 'delivered=DestinationRule/reviews.default', '--timeout', '0s')
  assert.equal(code, 1)
  assert.match(out, /false +an earlier generation is loaded: changed at 2099-01-01T00:00:00Z/)
})

for (const [what, argv] of [
  ['no condition', []],
  ['a condition that cannot be read', ['--for', 'ready']],
  ['an object that is not there', ['--for', 'delivered=VirtualService/none.default']],
  ['a kind that nobody names', ['--for', 'delivered=ConfigMap/a']],
  ['no such pods', ['--for', 'live', '-l', 'app=none']],
] as const)
  test(`exit code 2: ${what}`, async () => {
    const { code, out } = await wait(...argv, '--timeout', '0s')
    assert.deepEqual([code, out], [2, ''])
  })

const file = fileURLToPath(new URL('../../fixtures/sidecar/config_dump.json', import.meta.url))

test('delivered asks the API server, which --file and --url never do', async () => {
  for (const source of [
    ['--file', file],
    ['--url', 'http://127.0.0.1:1'],
  ]) {
    const { code, err } = await runProgram(['wait', ...source, '--for', 'delivered=VirtualService/a'])
    assert.equal(code, 2)
    assert.match(err, /^error: --for delivered reads the object from the API server: it goes with neither/)
  }
})

test('an endpoint that does not answer is not met, whatever the condition', async () => {
  const gone = await startFakeAdmin(() => undefined)
  gone.close()
  for (const condition of ['synced', 'live', 'ready-endpoints=a', 'route-to=a:http://a/']) {
    const argv = ['wait', '--url', gone.url, '--for', condition, '--timeout', '0s', '-o', 'jsonl']
    const { code, out } = await runProgram(argv)
    assert.equal(code, 1, condition)
    assert.deepEqual(
      rowsOf(out).map(({ met }) => met),
      [false],
    )
    assert.match(out, /cannot connect to/)
  }
})

test('a saved dump is looked at once; what it does not hold cannot be found out', async () => {
  const once = await runProgram([
    'wait',
    '--file',
    file,
    '--for',
    'route-to=none:http://reviews:9080/',
    '--timeout',
    '9h',
  ])
  assert.equal(once.code, 1)
  for (const [path, condition] of [
    [file, 'live'],
    [file, 'ready-endpoints=a'],
    [`${file}.absent`, 'live'],
  ] as const) {
    const { code, out, err } = await runProgram(['wait', '--file', path, '--for', condition, '--timeout', '9h'])
    assert.deepEqual({ code, out }, { code: 2, out: '' }, condition)
    assert.match(err, /^error: /)
  }
  const hides = ['wait', '--file', `${file}.absent`, '--file', file, '--for', 'route-to=none:http://reviews:9080/']
  const both = await runProgram([...hides, '--timeout', '9h', '-o', 'csv'])
  assert.equal(both.code, 1, both.err)
  assert.match(both.out, /absent,false,.*\r\n.*config_dump\.json,false,/, 'one that cannot be read hides no other')
})
