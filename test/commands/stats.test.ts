import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { startFakeAdmin } from './fake-admin.ts'
import { meshPod, startMesh } from './fake-mesh.ts'

const text = `cluster_manager.warming_clusters: 0
control_plane.identifier: "{"pod":"istiod-1"}"
server.live: 1
server.initialization_time_ms: P0(nan,335) P25(nan,340)
`
const document = {
  stats: [
    { name: 'server.live', value: 1 },
    {
      histograms: {
        supported_quantiles: [0, 25],
        computed_quantiles: [
          {
            name: 'server.initialization_time_ms',
            values: [
              { interval: null, cumulative: 335 },
              { interval: 2, cumulative: 340 },
            ],
          },
        ],
      },
    },
  ],
}
const clusters = {
  cluster_statuses: ['outbound|80||a', 'outbound|80||b'].map((name) => ({
    name,
    host_statuses: [
      {
        address: { socket_address: { address: '10.0.0.1', port_value: 80 } },
        stats: [
          { name: 'cx_total', value: '7' },
          { name: 'rq_error' },
          { type: 'GAUGE', name: 'cx_active', value: '2' },
        ],
      },
    ],
  })),
}

const envoy = () =>
  startFakeAdmin((_method, path, query) => {
    if (path === '/stats/prometheus') return '# TYPE envoy_server_live gauge\nenvoy_server_live{} 1\n'
    if (path === '/clusters') return JSON.stringify(clusters)
    if (query.get('filter') === '[') return { status: 400, body: 'Invalid re2 regex: missing ]: [' }
    return query.get('format') === 'json' ? JSON.stringify(document) : text
  })

test('what Envoy counts', async () => {
  const { url, requests, close } = await envoy()
  const { out } = await runProgram(['stats', '--url', url, '--filter', 'a|b c', '--used-only'])
  await close()
  assert.deepEqual(requests, ['GET /stats?filter=a%7Cb%20c&usedonly'])
  assert.equal(
    `\n${out}`,
    `
STAT                               VALUE
cluster_manager.warming_clusters   0
control_plane.identifier           {"pod":"istiod-1"}
server.live                        1
server.initialization_time_ms      P0(nan,335) P25(nan,340)
`,
  )
})

test('json is Envoy’s own, and a saved one gives the same table', async () => {
  const { url, requests, close } = await envoy()
  const json = await runProgram(['stats', '--url', url, '-o', 'json'])
  await close()
  assert.deepEqual(requests, ['GET /stats?format=json'])
  assert.deepEqual(JSON.parse(json.out), document)
  const saved = await runProgram(['stats', '--file', '-', '--filter', '^server'], { stdin: json.out })
  assert.equal(
    `\n${saved.out}`,
    `
STAT                            VALUE
server.live                     1
server.initialization_time_ms   P0(nan,335) P25(2,340)
`,
  )
  const savedText = await runProgram(['stats', '--file', '-', '--filter', 'live'], { stdin: text })
  assert.equal(savedText.out, 'STAT          VALUE\nserver.live   1\n')
})

test('a version is 64 bits, more than a JSON number holds: it stays as Envoy wrote it', async () => {
  const version = '15464860513211765108'
  const { url, close } = await startFakeAdmin((_method, _path, query) =>
    query.get('format') === 'json'
      ? `{"stats":[{"name":"cds.version","value":${version}},{"name":"cds.age","value":1795271878986}]}`
      : `cds.version: ${version}\ncds.age: 1795271878986\n`,
  )
  const stats = (...args: string[]) => runProgram(['stats', '--url', url, ...args])
  const [table, json, jsonl] = await Promise.all([stats(), stats('-o', 'json'), stats('-o', 'jsonl')])
  await close()
  assert.match(table.out, new RegExp(`^cds.version   ${version}$`, 'm'))
  assert.deepEqual(JSON.parse(json.out).stats, [
    { name: 'cds.version', value: version },
    { name: 'cds.age', value: 1795271878986 },
  ])
  assert.match(jsonl.out, new RegExp(`"value":"${version}"`))
  const saved = await runProgram(['stats', '--file', '-'], { stdin: json.out })
  assert.equal(saved.out, table.out)
})

test('prom is what Envoy writes for Prometheus', async () => {
  const { url, requests, close } = await envoy()
  const { out } = await runProgram(['stats', '--url', url, '-o', 'prom', '--filter', 'live'])
  const clusters = await runProgram(['stats', '--url', url, '-o', 'prom', '--type', 'clusters'])
  await close()
  assert.deepEqual(requests, ['GET /stats/prometheus?filter=live'])
  assert.equal(out, '# TYPE envoy_server_live gauge\nenvoy_server_live{} 1\n')
  assert.match(clusters.err, /cannot be combined with --type clusters/)
})

test('hosts of clusters, filtered here as well: older Envoys do not', async () => {
  const { url, requests, close } = await envoy()
  const { out } = await runProgram(['stats', '--url', url, '--type', 'clusters', '--filter', 'b$'])
  const json = await runProgram(['stats', '--url', url, '-t', 'clusters', '--filter', 'b$', '-o', 'json'])
  await close()
  assert.equal(requests[0], 'GET /clusters?format=json&filter=b%24')
  const columns = 'CX ACTIVE   CX TOTAL   CX CONNECT FAIL   RQ ACTIVE   RQ TOTAL   RQ SUCCESS   RQ ERROR   RQ TIMEOUT'
  assert.equal(
    `\n${out}`,
    `
CLUSTER          ENDPOINT      ${columns}
outbound|80||b   10.0.0.1:80   2           7          0                 0           0          0            0          0
`,
  )
  const { clusterStatuses } = JSON.parse(json.out)
  assert.deepEqual(
    clusterStatuses.map(({ name }: { name: string }) => name),
    ['outbound|80||b'],
  )
})

test('an expression that is none: Envoy’s words', async () => {
  const { url, close } = await envoy()
  const { err, code } = await runProgram(['stats', '--url', url, '--filter', '['])
  await close()
  assert.equal(code, 1)
  assert.match(err, /HTTP status 400 to \/stats\?filter=%5B: Invalid re2 regex/)
})

test('another page is refused by its name, and no statistics is no error', async () => {
  for (const [words, stdin, message] of [
    [
      ['stats'],
      '{"configs":[]}',
      /^error: standard input is not the output of \/stats: this is an Envoy config dump$/m,
    ],
    [['stats'], 'http::0.0.0.0:80\n', /^error: standard input is not the output of \/stats$/m],
    [
      ['stats', '--type', 'clusters'],
      '{"stats":[]}',
      /\/clusters\?format=json: this is the output of \/stats\?format=json$/m,
    ],
  ] as const) {
    const { code, out, err } = await runProgram([...words, '--file', '-'], { stdin })
    assert.deepEqual([code, out], [1, ''])
    assert.match(err, message)
  }
  for (const stdin of ['{"stats":[]}', '{}']) {
    const { code, err } = await runProgram(['stats', '--file', '-'], { stdin })
    assert.deepEqual([code, err], [0, 'No statistics found in standard input.\n'])
  }
})

test('prom-merged is what the agent beside Envoy answers, at its own port', async () => {
  const labels = { app: 'web' }
  let closed = false
  const pod = (name: string, annotations: Record<string, string>) => {
    const made = meshPod(name, 'default', { labels })
    return { ...made, metadata: { ...made.metadata, annotations } }
  }
  const mesh = await startMesh({
    pods: [pod('a', {}), pod('b', { 'status.sidecar.istio.io/port': '16020' })],
    answer: (name, port, path) =>
      closed ? 'refused' : path === 'stats/prometheus' ? `metric{pod="${name}"} ${port}\n` : undefined,
  })
  try {
    const one = await mesh.run('stats', 'a', '-o', 'prom-merged')
    assert.deepEqual(one, { code: 0, out: 'metric{pod="a"} 15020\n', err: '' })
    const { out } = await mesh.run('stats', '-l', 'app=web', '-o', 'prom-merged')
    assert.equal(out, '# pod default/a\nmetric{pod="a"} 15020\n# pod default/b\nmetric{pod="b"} 16020\n')
    assert.equal((await mesh.run('stats', 'a', 'b', '-o', 'prom-merged')).out, out)
    assert.equal((await mesh.run('stats', 'b', '-o', 'prom')).out, 'metric{pod="b"} 15000\n')
    closed = true
    assert.equal(
      (await mesh.run('stats', 'a', '-o', 'prom-merged')).err,
      `error: pod "a" in namespace "default" refused the connection to port 15020
Istio's agent would serve there; of a proxy without one, -o prom has what Envoy itself writes.
`,
    )
    const { err } = await mesh.run('stats', 'a', '-o', 'prom-merged', '--filter', 'x')
    assert.match(err, /^error: -o prom-merged is what Istio's agent answers: it cannot be combined with --filter/)
  } finally {
    await mesh.close()
  }
})

test('what is not found may be dropped by the stats_matcher of the bootstrap, which is said', async () => {
  const patterns = ['cluster_manager', 'server', 'cluster.xds-grpc'].map((prefix) => ({ prefix }))
  const told = async (stats_matcher: object, metadata = {}) => {
    const { url, requests, close } = await startFakeAdmin((_method, path) => {
      const bootstrap = { node: { metadata }, stats_config: { stats_matcher } }
      return path === '/config_dump' ? JSON.stringify({ configs: [{ '@type': 'x', bootstrap }] }) : ''
    })
    const { err } = await runProgram(['stats', '--url', url, '--filter', 'outlier'])
    await close()
    return { err, requests }
  }
  const { err, requests } = await told({ inclusion_list: { patterns } }, { ISTIO_VERSION: '1.31.0' })
  assert.match(
    err,
    /The proxy keeps only statistics whose name starts with "cluster_manager" or starts with "server" or starts with "cluster\.xds-grpc": stats_matcher of its bootstrap drops all others\..*proxyStatsMatcher/,
  )
  assert.deepEqual(requests, ['GET /stats?filter=outlier', 'GET /config_dump?mask=bootstrap'])
  const foreign = await told({ inclusion_list: { patterns } })
  assert.match(foreign.err, /drops all others\. --type clusters has counters/)
  assert.match((await told({ reject_all: true })).err, /The proxy keeps no statistics/)
  assert.match(
    (await told({ exclusion_list: { patterns } })).err,
    /drops statistics whose name starts with "cluster_manager"/,
  )
  assert.doesNotMatch((await told({})).err, /stats_matcher/)
})
