import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runProgram } from '../../run-program.ts'
import { startSmallMesh } from '../capture/small-mesh.ts'
import { startFakeAdmin } from '../fake-admin.ts'
import { type Counts, clustersPage, dump, statsPage } from './counted-proxy.ts'

const folder = mkdtempSync(join(tmpdir(), 'traffic-'))
after(() => rmSync(folder, { recursive: true }))

interface Pages {
  readonly clusters: ReturnType<typeof clustersPage>
  readonly stats?: Counts
}

const idle = {
  cx_active: 0,
  cx_connect_fail: 0,
  cx_total: 0,
  rq_error: 0,
  rq_timeout: 0,
  rq_total: 0,
  rq_active: 0,
  rq_pending_active: 0,
}
const busy = clustersPage([
  [1, { ...idle, rq_total: 100, rq_error: 7, rq_timeout: 2, rq_active: 3, rq_pending_active: 1, cx_active: 4 }],
  [2, { ...idle, rq_total: 50, rq_active: 5 }, true],
])
const stats = {
  'cluster.out|80||web_a.upstream_rq_completed': 120,
  'cluster.out|80||web_a.upstream_rq_retry': 30,
  'vhost.shop:80.route.cart:1.upstream_rq_completed': 90,
  'vhost.shop:80.route.cart:1.upstream_rq_5xx': 6,
  'vhost.shop:80.route.cart:1.upstream_rq_retry': 30,
  'vhost.shop:80.route.pay.upstream_rq_completed': 30,
}

/** Runs a command against a proxy of which each reading is the next one of these. */
async function counted(readings: readonly Pages[], argv: readonly string[]) {
  const served = { clusters: 0, stats: 0 }
  const next = (page: 'clusters' | 'stats') => readings[Math.min(served[page]++, readings.length - 1)]
  const admin = await startFakeAdmin((_, path, query) => {
    if (path === '/config_dump') return JSON.stringify(dump)
    // The dump of `endpoints` is that page as well: it is asked for once more, after the last reading.
    if (path === '/clusters') return JSON.stringify(next('clusters')?.clusters)
    if (path === '/server_info') return JSON.stringify({ state: 'LIVE', uptime_current_epoch: '7200s' })
    const found = path === '/stats' ? next('stats')?.stats : undefined
    if (found === undefined) return undefined
    const wanted = new RegExp(query.get('filter') ?? '')
    return JSON.stringify(statsPage(Object.fromEntries(Object.entries(found).filter(([name]) => wanted.test(name)))))
  })
  try {
    return await runProgram([...argv, '--url', admin.url])
  } finally {
    await admin.close()
  }
}

function rowsOf(out: string): Record<string, unknown>[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

function picked(row: Record<string, unknown> | undefined, keys: readonly string[]): unknown[] {
  return keys.map((key) => row?.[key])
}

test('endpoints: what each host counts, and how old the counters are', async () => {
  const { out, err, code } = await counted([{ clusters: busy, stats }], ['endpoints', '--traffic', '-o', 'jsonl'])
  assert.equal(code, 0, err)
  const [first, second, third] = rowsOf(out)
  const keys = ['endpoint', 'requests', 'errors', 'timeouts', 'failedConnections', 'active', 'pending', 'connections']
  assert.deepEqual(picked(first, keys), ['10.0.0.1:80', 100, 7, 2, 0, 3, 1, 4])
  assert.deepEqual(picked(second, keys), ['10.0.0.2:80', 50, 0, 0, 0, 5, 0, 0])
  assert.deepEqual(picked(third, ['cluster', 'requests']), ['idle', null])
  assert.match(err, /Counted since the proxy started 120m ago; --interval 5s shows rates\.\n$/)
})

test('clusters: sums of hosts, retries, ejected hosts, the circuit breaker that is nearest', async () => {
  const { out, err, code } = await counted([{ clusters: busy, stats }], ['clusters', '--traffic', '-o', 'jsonl'])
  assert.equal(code, 0, err)
  const [none, web] = rowsOf(out)
  const keys = ['requests', 'errors', 'active', 'pending', 'retries', 'overflows', 'hosts', 'ejected', 'nearestLimit']
  assert.deepEqual(picked(web, keys), [150, 7, 8, 1, 30, 0, 2, 1, '8 of 10 requests'])
  assert.deepEqual(picked(none, keys), [0, 0, 0, 0, 0, 0, 0, 0, null])
})

test('routes: requests and share where there is a stat_prefix, and what comes to the clusters by any route', async () => {
  const { out, err, code } = await counted([{ clusters: busy, stats }], ['routes', '--traffic', '-o', 'jsonl'])
  assert.equal(code, 0, err)
  const keys = ['match', 'requests', 'errors', 'retries', 'sharePercent', 'clusterRequests']
  assert.deepEqual(
    rowsOf(out).map((row) => picked(row, keys)),
    [
      ['/cart*', 90, 6, 30, 75, 150],
      ['/pay*', 30, 0, 0, 25, 150],
      ['/old*', null, null, null, null, null],
      ['/*', null, null, null, null, 0],
    ],
  )
})

test('a proxy that keeps no such statistics has hosts all the same, and nothing is 0 that is not known', async () => {
  const pages = [{ clusters: busy, stats: { 'server.live': 1 } }]
  const clusters = await counted(pages, ['clusters', '--traffic', '-o', 'jsonl'])
  assert.deepEqual(picked(rowsOf(clusters.out)[1], ['requests', 'retries', 'overflows']), [150, null, null])
  const routes = await counted(pages, ['routes', '--traffic', '-o', 'jsonl'])
  assert.deepEqual(picked(rowsOf(routes.out)[0], ['requests', 'sharePercent', 'clusterRequests']), [null, null, 150])
  const old = await counted(
    [{ clusters: clustersPage([[1, { rq_total: 1 }]]) }],
    ['clusters', '--traffic', '-o', 'jsonl'],
  )
  assert.equal(rowsOf(old.out)[1]?.pending, null)
  assert.match(old.err, /Its \/stats is not known: what only that page counts is missing\./)
})

test('--interval shows rates of two readings; what is counted anew or came since is told apart', async () => {
  const first = {
    clusters: clustersPage([
      [1, { ...idle, rq_total: 100 }],
      [3, { ...idle, rq_total: 90 }],
    ]),
    stats: {},
  }
  const last = {
    clusters: clustersPage([
      [1, { ...idle, rq_total: 200, rq_error: 50, rq_active: 2 }],
      [2, { ...idle, rq_total: 10 }],
      [3, { ...idle, rq_total: 5 }],
    ]),
    stats,
  }
  const { out, err, code } = await counted(
    [first, last],
    ['endpoints', '--traffic', '--interval', '200ms', '-o', 'jsonl'],
  )
  assert.equal(code, 0, err)
  const [grown, added, anew] = rowsOf(out)
  const rate = (row: Record<string, unknown> | undefined, key: string) => Number(row?.[`${key}PerSecond`])
  // However long the readings were apart, the rates are in proportion.
  assert.ok(rate(grown, 'requests') > 0)
  assert.ok(Math.abs(rate(grown, 'requests') - 2 * rate(grown, 'errors')) < 0.05)
  assert.ok(Math.abs(rate(grown, 'requests') - 10 * rate(added, 'requests')) < 0.2)
  assert.equal(anew?.requestsPerSecond, null)
  assert.equal(grown?.active, 2)
  assert.equal('requests' in (grown ?? {}), false)
  const routes = await counted([first, last], ['routes', '--traffic', '--interval', '200ms', '-o', 'jsonl'])
  assert.equal(rowsOf(routes.out)[0]?.sharePercent, 75)
})

test('-o json has the rows, --sort-by sorts by a counter, tables fit the counters that tell something', async () => {
  const pages = [{ clusters: busy, stats }]
  const sorted = ['clusters', '--traffic', '--sort-by', '.requests']
  const document = JSON.parse((await counted(pages, [...sorted, '-o', 'json'])).out) as Record<string, unknown>[]
  assert.deepEqual(
    document.map(({ resource, requests }) => [resource, requests]),
    [
      ['idle', 0],
      ['out|80||web:a', 150],
    ],
  )
  const path = await counted(pages, ['clusters', '--traffic', '-o', 'jsonpath={[*].retries}'])
  assert.equal(path.out, '0 30')
  const { out } = await counted(pages, sorted)
  const [header = ''] = out.split('\n')
  assert.deepEqual(header.trim().split(/ {2,}/).slice(-9), [
    'REQUESTS',
    'ERRORS',
    'TIMEOUTS',
    'ACTIVE',
    'PENDING',
    'RETRIES',
    'HOSTS',
    'EJECTED',
    'NEAREST LIMIT',
  ])
})

test('what cannot be asked for is refused in one line', async () => {
  const saved = join(folder, 'dump.json')
  writeFileSync(saved, JSON.stringify(dump))
  const cases: readonly (readonly [argv: string, message: RegExp])[] = [
    ['clusters --interval 5s', /^error: --interval goes with --traffic\n/],
    ['clusters --traffic --interval soon', /^error: --interval needs a duration such as 5s, got "soon"\n/],
    ['clusters --traffic --group', /^error: every proxy counts for itself: --traffic does not go with --group\n/],
    [
      'routes --traffic --verbose=false',
      /^error: --traffic is about each route: it does not go with --verbose=false\n/,
    ],
    [
      'clusters --traffic --interval 5s',
      /^error: .*dump\.json was saved at one moment: only a live proxy can be read twice for --interval\n/,
    ],
    ['clusters --traffic', /^error: .*dump\.json has no counters\n--traffic needs \/clusters of a live proxy, /],
    ['endpoints --traffic', /^error: .*dump\.json has no counters\n/],
    ['listeners --traffic', /^error: unknown flag: --traffic\n/],
  ]
  for (const [argv, message] of cases) {
    const { out, err, code } = await runProgram([...argv.split(' '), '--file', saved])
    assert.deepEqual([out, code], ['', 1], argv)
    assert.match(err, message)
  }
})

test('a capture and a saved /clusters have the counters of their moment', async () => {
  const saved = join(folder, 'clusters.json')
  writeFileSync(saved, JSON.stringify(busy))
  const file = await runProgram(['endpoints', '--traffic', '--file', saved, '-o', 'jsonl'])
  assert.equal(rowsOf(file.out)[0]?.requests, 100)
  assert.match(file.err, /Counted from the start of the proxy until it was saved; only a live proxy has rates\.\n$/)
  const page = (_: string, path: string) => (path.startsWith('clusters') ? JSON.stringify(busy) : undefined)
  const mesh = await startSmallMesh(page)
  const capture = join(folder, 'mesh.zip')
  try {
    assert.equal((await mesh.run('capture', '-A', '--to', capture)).code, 0)
  } finally {
    await mesh.close()
  }
  const { out, err } = await runProgram(['endpoints', '-A', '--traffic', '--capture', capture, '-o', 'jsonl'])
  const rows = rowsOf(out)
  assert.deepEqual([...new Set(rows.map(({ proxy }) => proxy))].toSorted(), ['cart-1.shop', 'web-1.default'], err)
  assert.equal(rows[0]?.requests, 100)
})
