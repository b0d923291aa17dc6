import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { httpManager, listener, staticCluster } from '../../analyses/trace/dump-of.ts'
import { runProgram } from '../../run-program.ts'
import { startFakeAdmin } from '../fake-admin.ts'
import { meshPod, startMesh } from '../fake-mesh.ts'
import { clustersPage, dump, statsPage } from '../traffic/counted-proxy.ts'

const folder = mkdtempSync(join(tmpdir(), 'trace-traffic-'))
after(() => rmSync(folder, { recursive: true }))

const clusters = clustersPage([[1, { rq_total: 150, rq_error: 30 }]])
const prefix = 'cluster.out|80||web_a.upstream_rq_'

async function traced(stats: Readonly<Record<string, number>>, ...argv: string[]) {
  const admin = await startFakeAdmin((_, path, query) => {
    if (path === '/config_dump') return JSON.stringify(dump)
    if (path === '/clusters') return JSON.stringify(clusters)
    return path === '/stats' && query.get('filter')?.includes('retry') ? JSON.stringify(statsPage(stats)) : undefined
  })
  try {
    return await runProgram(['trace', '--traffic', ...argv, '--url', admin.url])
  } finally {
    await admin.close()
  }
}

test('trace --traffic counts the cluster on the way, and the attempts that retries come to', async () => {
  const stats = { [`${prefix}completed`]: 120, [`${prefix}retry`]: 30 }
  const { out, err } = await traced(stats, 'http://10.0.0.9/cart')
  assert.match(
    out,
    /\nTraffic since each proxy started, by whatever route it came:\n {2}out\|80\|\|web:a: 150 sent to hosts, 30 errors \(20 %\); 30 retries of 120 requests: 1\.25 attempts each; the route allows 3 attempts\n$/,
    err,
  )
  const { traffic } = JSON.parse((await traced(stats, 'http://10.0.0.9/cart', '-o', 'json')).out)
  assert.deepEqual(traffic, [
    { cluster: 'out|80||web:a', attempts: 150, errors: 30, requests: 120, retries: 30, maxAttempts: 3 },
  ])
})

test('what the proxy does not keep is not counted, and a dump alone has nothing to count', async () => {
  const { out } = await traced({}, 'http://10.0.0.9/pay')
  assert.match(out, /web:a: 150 sent .*; the proxy keeps no count of retries; the route does not retry\n/)
  const file = join(folder, 'dump.json')
  writeFileSync(file, JSON.stringify(dump))
  const saved = await runProgram(['trace', '--traffic', '--file', file, 'http://10.0.0.9/cart'])
  assert.match(
    saved.out,
    /web:a: hosts are not known; the proxy keeps no count of retries; the route allows 3 attempts\n/,
  )
  assert.match(saved.err, /dump\.json has no counters: --traffic needs \/clusters beside the dump\.\n/)
  const many = await runProgram(['trace', '--traffic', '--requests', file, '--file', file])
  assert.match(many.err, /^error: --traffic is about one request: it does not go with --requests\n/)
})

function proxy(cluster: string, endpoint: string, port: number, retries: number): string {
  const route = { cluster, retry_policy: { retry_on: '5xx', num_retries: retries } }
  const manager = httpManager({
    route_config: {
      name: 'r',
      virtual_hosts: [{ name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, route }] }],
    },
  })
  return JSON.stringify({
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
        static_clusters: [{ cluster: staticCluster(cluster, endpoint) }],
      },
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
        static_listeners: [{ listener: listener('l', '0.0.0.0', port, { filter_chains: [{ filters: [manager] }] }) }],
      },
    ],
  })
}

test('--follow multiplies what retries come to along the way', async () => {
  const dumps = new Map([
    ['web', proxy('cart', '10.1.1.1:9080', 80, 2)],
    ['cart', proxy('app', '127.0.0.1:8080', 9080, 3)],
  ])
  const stats = new Map([
    ['web', { 'cluster.cart.upstream_rq_completed': 100, 'cluster.cart.upstream_rq_retry': 50 }],
    ['cart', { 'cluster.app.upstream_rq_completed': 150, 'cluster.app.upstream_rq_retry': 150 }],
  ])
  const mesh = await startMesh({
    pods: [meshPod('web', 'default', { ip: '10.1.1.9' }), meshPod('cart', 'default', { ip: '10.1.1.1' })],
    answer(pod, _, path) {
      if (path.startsWith('config_dump')) return dumps.get(pod)
      return path.startsWith('stats') ? JSON.stringify(statsPage(stats.get(pod) ?? {})) : undefined
    },
  })
  try {
    const { out, err } = await mesh.run(
      'trace',
      'web',
      'http://cart/',
      '--address',
      '10.0.0.1',
      '--follow',
      '--traffic',
    )
    assert.match(out, /\n {2}web\.default: cart: .*\n {2}cart\.default: app: .*\n/, out + err)
    assert.match(
      out,
      /Retries along the way: 1\.5 x 2 = 3 attempts at the end for each request; as configured at most 3 x 4 = 12\n$/,
    )
  } finally {
    await mesh.close()
  }
})
