import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { askTrace } from '../../../src/analyses/trace/question/ask-trace.ts'
import { questionIn } from '../../../src/analyses/trace/question/question.ts'
import { objectOf, objectsOf } from '../../../src/envoy/json.ts'
import { formats } from '../../../src/output/index.ts'
import { redactedView } from '../../../src/output/redacted-view.ts'
import { placeOf } from '../../../src/page/read/place.ts'
import { httpManager, listener, staticCluster } from '../../analyses/trace/dump-of.ts'
import { runProgram } from '../../run-program.ts'
import { meshPod, startMesh } from '../fake-mesh.ts'
import { tracedRequests } from '../trace/traced-requests.ts'
import { openPage } from './stored-page.ts'

const now = new Date('2026-01-01T00:00:00Z')
const fixture = (name: string): string => join(import.meta.dirname, '../../fixtures', name, 'config_dump.json')

/** What the page of a trace answers to the question that it opens at, as `-o json` prints it. */
async function answered(html: string): Promise<string> {
  const page = await openPage(html)
  const { parts, query } = placeOf(page.index.start ?? '')
  const [word, id, what] = parts
  assert.deepEqual([word, what], ['proxy', 'trace'])
  const facts = page.index.proxies.find((proxy) => proxy.id === id)
  assert.ok(facts, `the page has the proxy ${id}`)
  const recipe = await page.recipe(facts)
  const dump = await page.dump(recipe)
  const { stats, annotations, savedAt } = recipe.trace
  const statuses = dump.has('clusterStatuses')
    ? dump.entries('clusterStatuses').map(({ resource }) => resource)
    : undefined
  const { view } = askTrace(questionIn(query), {
    label: facts.id,
    dump,
    clusters: statuses && { cluster_statuses: [...statuses] },
    stats,
    annotations,
    now: new Date(page.index.written),
    savedAt: savedAt === undefined ? undefined : () => new Date(savedAt),
  })
  const json = formats.find(({ name }) => name === 'json')
  assert.ok(json)
  const options = { headers: true, headings: false, colour: false }
  return [...(await json.render(redactedView(view, false), options))].join('')
}

for (const [name, [dump, ...argv]] of Object.entries(tracedRequests))
  test(`the page of trace answers as trace does: ${name}`, async () => {
    const words = ['trace', '--file', fixture(dump), ...argv]
    const page = await runProgram([...words, '-o', 'html'], { now })
    const json = await runProgram([...words, '-o', 'json'], { now })
    assert.deepEqual([page.code, page.err], [0, ''])
    assert.match(page.out, /^<!doctype html>/)
    assert.equal(await answered(page.out), json.out)
  })

test('the page of trace has the health of endpoints that a file gave', async () => {
  const clusters = join(import.meta.dirname, '../../fixtures/sidecar/clusters.json')
  const words = [
    'trace',
    '--file',
    fixture('sidecar'),
    '--clusters-file',
    clusters,
    'http://reviews:9080/',
    '--random',
    '1',
  ]
  const page = await runProgram([...words, '-o', 'html'], { now })
  assert.equal(await answered(page.out), (await runProgram([...words, '-o', 'json'], { now })).out)
})

test('the page of trace has what is in use of the limits of a cluster', async (t) => {
  const saved = join(import.meta.dirname, '../../fixtures/sidecar/clusters.json')
  const document = objectOf(JSON.parse(readFileSync(saved, 'utf8')))
  const full = objectsOf(document.cluster_statuses).map((status) => ({
    ...status,
    circuit_breakers: { thresholds: [{ max_connections: 10, max_requests: 20, max_pending_requests: 5 }] },
    host_statuses: objectsOf(status.host_statuses).map((host) => ({
      ...host,
      stats: [
        { name: 'cx_connect_fail', value: '7' },
        { name: 'cx_total', value: '7' },
        { type: 'GAUGE', name: 'cx_active', value: '10' },
        { type: 'GAUGE', name: 'rq_active' },
      ],
    })),
  }))
  const folder = mkdtempSync(join(tmpdir(), 'limits-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'clusters.json')
  writeFileSync(file, JSON.stringify({ cluster_statuses: full }))
  const words = [
    'trace',
    '--file',
    fixture('sidecar'),
    '--clusters-file',
    file,
    'http://reviews:9080/',
    '--random',
    '1',
  ]
  const page = await runProgram([...words, '-o', 'html'], { now })
  const json = await runProgram([...words, '-o', 'json'], { now })
  assert.match(json.out, /limit-reached/)
  assert.equal(await answered(page.out), json.out)
})

test('a question that a page cannot ask again is refused, and so is a terminal', async () => {
  const words = ['trace', '--file', fixture('sidecar')]
  for (const [argv, message] of [
    [['--requests', 'cases.yaml'], /^error: -o html does not go with --requests: it shows one request/],
    [['http://a/', '--token-file', 'token'], /^error: -o html does not go with --token-file: it reads no file/],
    [['http://a/', '--traffic'], /^error: -o html does not go with --traffic: it holds no statistics of clusters/],
  ] as const) {
    const { code, out, err } = await runProgram([...words, ...argv, '-o', 'html'])
    assert.deepEqual([code, out], [1, ''])
    assert.match(err, message)
  }
  for (const [command, ...argv] of [
    [...words, 'http://reviews/'],
    ['diff', '--file', fixture('sidecar'), '--file', fixture('gateway')],
  ]) {
    const { code, out, err } = await runProgram([String(command), ...argv, '-o', 'html'], { columns: 80 })
    assert.deepEqual([code === 0, out], [false, ''])
    assert.match(err, new RegExp(`-o html prints a page, which is not for a terminal\nTry: > ${command}\\.html`))
  }
  const other = await runProgram(['clusters', '--file', fixture('sidecar'), '-o', 'html'])
  assert.match(other.err, /unable to match a printer/)
})

test('the page of trace --follow has each proxy on the way, and the address that the API server knew', async (t) => {
  const dump = (port: number, cluster: string, endpoint: string) => {
    const route = { match: { prefix: '/' }, route: { cluster } }
    const manager = httpManager({ route_config: { virtual_hosts: [{ name: 'v', domains: ['*'], routes: [route] }] } })
    const own = listener('in', '0.0.0.0', port, { filter_chains: [{ filters: [manager] }] })
    const admin = 'type.googleapis.com/envoy.admin.v3.'
    return JSON.stringify({
      configs: [
        { '@type': `${admin}BootstrapConfigDump`, bootstrap: {} },
        { '@type': `${admin}ClustersConfigDump`, static_clusters: [{ cluster: staticCluster(cluster, endpoint) }] },
        { '@type': `${admin}ListenersConfigDump`, static_listeners: [{ listener: own }] },
      ],
    })
  }
  const dumps = new Map([
    ['web', dump(80, 'outbound', '10.1.1.1:9080')],
    ['reviews', dump(9080, 'app', '127.0.0.1:8080')],
  ])
  let read = 0
  const mesh = await startMesh({
    pods: [meshPod('web', 'default', { ip: '10.1.1.9' }), meshPod('reviews', 'default', { ip: '10.1.1.1' })],
    answer(pod, _, path) {
      if (!path.startsWith('config_dump')) return undefined
      read += 1
      return dumps.get(pod)
    },
  })
  t.after(() => mesh.close())
  const { code, out, err } = await mesh.run(
    'trace',
    'web',
    'http://reviews/',
    '--address',
    '10.0.0.1',
    '--follow',
    '-o',
    'html',
  )
  assert.equal(code, 0, err)
  assert.equal(read, 2, 'the answer and its page are of one reading')
  const { index } = await openPage(out)
  assert.deepEqual(
    index.proxies.map(({ id }) => id),
    ['web.default', 'reviews.default'],
  )
  assert.equal(index.start, '#proxy/web.default/trace?url=http%3A%2F%2Freviews%2F&address=10.0.0.1&follow=true')
})

test('credentials of the request are not in the page of trace', async () => {
  const secrets = ['hunter2-password', 'Zm9vYmFyYmF6cXV4', 'session-4711-value']
  const [password, bearer, session] = secrets
  const words = ['trace', '--file', fixture('sidecar'), `http://reviews:9080/?password=${password}`]
  const headers = ['-H', `authorization: Bearer ${bearer}`, '-H', `cookie=sid=${session}`, '-H', 'x-plain=kept']
  const { code, out, err } = await runProgram([...words, ...headers, '-o', 'html'])
  assert.equal(code, 0, err)
  assert.match(err, /does not hold the credentials of the request/)
  const { index } = await openPage(out)
  const start = decodeURIComponent(index.start ?? '')
  for (const secret of secrets) assert.ok(!start.includes(secret), `${secret} in ${start}`)
  assert.match(start, /header=x-plain=kept/)
  assert.match(start, /header=authorization:\+?.*redacted-/)
})

test('the page of diff has both sides and opens at their difference; the exit code is that of diff', async () => {
  const [before, after] = [fixture('sidecar'), fixture('sidecar-1.36.2')]
  const different = await runProgram(['diff', '--file', before, '--file', after, '-o', 'html'])
  assert.equal(different.code, 1, different.err)
  const { index } = await openPage(different.out)
  assert.deepEqual(
    index.proxies.map(({ id }) => id),
    [before, after],
  )
  assert.deepEqual(placeOf(index.start ?? '').parts, ['diff', before, after])
  const same = await runProgram(['diff', '--file', before, '--file', before, '-o', 'html'])
  assert.equal(same.code, 0, same.err)
  assert.deepEqual(
    (await openPage(same.out)).index.proxies.map(({ id }) => id),
    [before, `${before} (after)`],
  )
  const requests = await runProgram(['diff', '--file', before, '--file', after, '--requests', 'x', '-o', 'html'])
  assert.deepEqual([requests.code, requests.out], [2, ''])
  assert.match(requests.err, /^error: -o html does not go with --requests: in the page, trace the request/)
})

test('the page of diff --type says that it shows more than was asked for', async () => {
  const words = ['diff', '--file', fixture('sidecar'), '--file', fixture('sidecar-1.36.2'), '-o', 'html']
  assert.match(
    (await runProgram([...words, '--type', 'routes'])).err,
    /The page compares all that both sides have loaded/,
  )
  assert.doesNotMatch((await runProgram(words)).err, /The page compares all/)
})
