import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { startFakeApiServer, status } from '../fetch/fake-api-server.ts'
import { runProgram } from '../run-program.ts'
import { meshPod, meshService, startMesh } from './fake-mesh.ts'

interface Concern {
  readonly part: string
  readonly name: string
  readonly object: string
  readonly summary: string
}

async function describe(fixture: string, ...argv: string[]): Promise<Concern[]> {
  const file = `test/fixtures/${fixture}/config_dump.json`
  const { out, code, err } = await runProgram(['describe', ...argv, '--file', file, '-o', 'json'])
  assert.equal(code, 0, err)
  return JSON.parse(out)
}

test('a service: listener, routes, clusters, with the objects behind them', async () => {
  const file = 'test/fixtures/sidecar/config_dump.json'
  const { out } = await runProgram(['describe', 'service', 'reviews', '--file', file])
  assert.equal(
    `\n${out}`,
    `
PART       NAME                                                 OBJECT                            SUMMARY
Listener   0.0.0.0_9080                                         -                                 0.0.0.0:9080 Trans: raw_buffer; App: http/1.1,h2c -> Route: 9080
Route      9080 / reviews.default.svc.cluster.local:9080        virtualservice/reviews.default    reviews, reviews.default + 1 more... /* header end-user=jason -> outbound|9080|v2|reviews.default.svc.cluster.local
Route      9080 / reviews.default.svc.cluster.local:9080        virtualservice/reviews.default    reviews, reviews.default + 1 more... /reviews -> redirect 302 /reviews/0
Route      9080 / reviews.default.svc.cluster.local:9080        virtualservice/reviews.default    reviews, reviews.default + 1 more... PathPrefix:/health -> direct response 200
Route      9080 / reviews.default.svc.cluster.local:9080        virtualservice/reviews.default    reviews, reviews.default + 1 more... /* -> outbound|9080|v1|reviews.default.svc.cluster.local (80%), outbound|9080|v3|reviews.default.svc.cluster.local (20%)
Cluster    outbound|9080||reviews.default.svc.cluster.local     destinationrule/reviews.default   EDS, 3/4 endpoints healthy, mutual tls, LEAST_REQUEST, outlier detection
Cluster    outbound|9080|v1|reviews.default.svc.cluster.local   destinationrule/reviews.default   EDS, 2/2 endpoints healthy, mutual tls, LEAST_REQUEST, outlier detection
Cluster    outbound|9080|v2|reviews.default.svc.cluster.local   destinationrule/reviews.default   EDS, 0/1 endpoints healthy, mutual tls, LEAST_REQUEST, outlier detection
Cluster    outbound|9080|v3|reviews.default.svc.cluster.local   destinationrule/reviews.default   EDS, 1/1 endpoints healthy, mutual tls, RANDOM, outlier detection
`,
  )
})

test('the order does not depend on that of the dump, which changes from push to push', async () => {
  const turned = JSON.parse(readFileSync('test/fixtures/sidecar/config_dump.json', 'utf8'), (_key, value) =>
    Array.isArray(value) && value.some((item) => item?.last_updated ?? item?.active_state) ? value.toReversed() : value,
  )
  for (const argv of [
    ['service', 'reviews'],
    ['pod', 'productpage-v1-54bb874995-hx4q7'],
  ]) {
    const stdin = JSON.stringify(turned)
    const { out, code } = await runProgram(['describe', ...argv, '--file', '-', '-o', 'json'], { stdin })
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(out), await describe('sidecar', ...argv))
  }
})

test('a subset without pods, and one that no DestinationRule has', async () => {
  const name = (subset: string) => `outbound|80|${subset}|cart.shop.svc.cluster.local`
  const to = (prefix: string, subset: string) => ({ match: { prefix }, route: { cluster: name(subset) } })
  const split = (prefix: string, ...subsets: string[]) => ({
    match: { prefix },
    route: { weighted_clusters: { clusters: subsets.map((subset) => ({ name: name(subset), weight: 50 })) } },
  })
  const routes = [to('/a', 'v1'), to('/b', 'v2'), split('/c', 'v1', 'v2'), split('/d', 'v2', 'v3')]
  const host = { name: 'cart:80', domains: ['cart.shop.svc.cluster.local'], routes }
  const section = (message: string, fields: object) => ({
    '@type': `type.googleapis.com/envoy.admin.v3.${message}`,
    ...fields,
  })
  const configs = [
    section('ClustersConfigDump', { static_clusters: [{ cluster: { name: name('v1'), type: 'STATIC' } }] }),
    section('RoutesConfigDump', { dynamic_route_configs: [{ route_config: { name: '80', virtual_hosts: [host] } }] }),
  ]
  const argv = ['describe', 'service', 'cart.shop', '--file', '-', '-o', 'json']
  const { out } = await runProgram(argv, { stdin: JSON.stringify({ configs }) })
  const found: Concern[] = JSON.parse(out)
  assert.deepEqual(
    found.map(({ part, summary }) => [part, summary.replace('cart.shop.svc.cluster.local /', '/')]),
    [
      ['Route', `/a* -> ${name('v1')}`],
      ['Route', `/b* -> ${name('v2')}, a cluster that the proxy does not have`],
      ['Route', `/c* -> ${name('v1')} (50%), ${name('v2')} (50%), of which the proxy does not have ${name('v2')}`],
      ['Route', `/d* -> ${name('v2')} (50%), ${name('v3')} (50%), clusters that the proxy does not have`],
      ['Cluster', 'STATIC, no endpoints, ROUND_ROBIN'],
    ],
  )
})

test('a service that a gateway only reaches by weight, or mirrors to', async () => {
  const found = await describe('gateway', 'svc', 'cart.shop')
  const routes = found.filter(({ part }) => part === 'Route').map(({ summary }) => summary)
  assert.ok(routes.some((summary) => summary.includes('(9%)')))
  assert.ok(routes.some((summary) => summary.endsWith(', mirrored to outbound|8080|v2|cart.shop.svc.cluster.local')))
})

test('a service of the same name in another namespace', async () => {
  assert.deepEqual(await describe('sidecar', 'service', 'reviews.shop'), [])
  assert.deepEqual(await describe('sidecar', 'service', 'reviews', '-n', 'shop'), [])
  assert.notDeepEqual(await describe('sidecar', 'service', 'reviews', '-n', 'default'), [])
})

test('a pod: who it is, mutual TLS, inbound side, and its services', async () => {
  const found = await describe('sidecar', 'pod', 'productpage-v1-54bb874995-hx4q7')
  assert.deepEqual(
    found.map(({ part, name }) => `${part} ${name}`),
    [
      'Pod productpage-v1-54bb874995-hx4q7.default',
      'mTLS other ports',
      'mTLS port 9080',
      'Listener virtualInbound',
      'Listener virtualInbound',
      'Route inbound|9080|| / inbound|http|9080',
      'Cluster inbound|9080||',
      'Listener 0.0.0.0_9080',
      'Route 9080 / productpage.default.svc.cluster.local:9080',
      'Cluster outbound|9080||productpage.default.svc.cluster.local',
    ],
  )
  assert.equal(found[0]?.object, 'deployment/productpage-v1.default')
  assert.equal(found[2]?.summary, 'PERMISSIVE: accepts mutual TLS and plaintext')
})

test('the policies of a pod', async () => {
  const policies = (await describe('authz', 'pod')).filter(({ part }) => part === 'Policy')
  assert.deepEqual(
    policies.filter(({ object }) => object !== '').map(({ object }) => object),
    [
      'no-admin.default',
      'ask.default',
      'allow-get.default',
      'metrics.istio-system',
      'dry-run.default',
      'no-plain-text.default',
    ].map((name) => `authorizationpolicy/${name}`),
  )
  assert.match(policies[0]?.summary ?? '', /^DENY path \/admin\* or /)
})

test('a waypoint: internal listeners', async () => {
  const found = await describe('internal', 'service', 'reviews')
  assert.deepEqual(
    found.filter(({ part }) => part === 'Listener').map(({ name, summary }) => [name, summary.split(' ')[0]]),
    [['main_internal', 'internal']],
  )
})

test('what is unknown, misnamed, or missing', async () => {
  const file = ['--file', 'test/fixtures/sidecar/config_dump.json']
  const unknown = await runProgram(['describe', 'service', 'nobody', ...file])
  assert.deepEqual(unknown, { code: 0, out: '', err: 'Nothing in the proxy is related to service nobody.\n' })
  const other = await runProgram(['describe', 'pod', 'other', ...file])
  assert.match(other.err, /is of productpage-v1-54bb874995-hx4q7\.default, not of other/)
  const service = await describe('sidecar', 'service', 'reviews')
  for (const words of [['service/reviews'], ['svc/reviews.default'], ['Services', 'reviews']])
    assert.deepEqual(await describe('sidecar', ...words), service)
  assert.deepEqual(await describe('sidecar', 'pod/x'), await describe('sidecar', 'pod', 'x'))
  assert.match((await runProgram(['describe', 'svc/reviews', 'x', ...file])).err, /describe accepts "pod NAME" or/)
  assert.match((await runProgram(['describe', 'route', 'x'])).err, /describe accepts "pod NAME" or "service NAME"/)
  assert.match((await runProgram(['describe', 'service', ...file])).err, /describe service needs a NAME/)
})

const said = (found: readonly Concern[], word: string) =>
  found.filter(({ summary }) => summary.includes(word)).map(({ part, name, summary }) => [part, name, summary])

test('a pod whose proxy rejected listeners: which ones and why', async () => {
  const found = await describe('rejected', 'pod')
  const rejected = said(found, 'REJECTED')
  assert.deepEqual(
    rejected.map(([part, name]) => `${part} ${name}`),
    ['0.0.0.0_443', '0.0.0.0_9001', '192.0.2.1_80', 'twin_9000'].map((name) => `Listener ${name}`),
  )
  assert.deepEqual(
    rejected.map(([, , summary]) => summary?.replace(/(: \S+).*/, '$1')),
    [
      '0.0.0.0:443 REJECTED at 2025-11-01T09:05:00.217Z, the previous version stays in use: error',
      '0.0.0.0:9001 REJECTED at 2025-11-01T09:05:00.217Z, not in use: Error:',
      '192.0.2.1:80 REJECTED at 2025-11-01T09:05:00.217Z, not in use: cannot',
      '0.0.0.0:9000 REJECTED at 2025-11-01T09:05:00.217Z, not in use: error',
    ],
  )
  assert.match(rejected[2]?.[2] ?? '', /: cannot bind '192\.0\.2\.1:80': Cannot assign requested address$/)
  // An Envoy that nothing marks as a sidecar stands for itself.
  assert.ok(found.some(({ part, name }) => part === 'Listener' && name === '0.0.0.0_80'))
  assert.ok(found.some(({ part, summary }) => part === 'Route' && summary === '/* -> backend'))
})

test('a pod whose proxy still warms: what waits for which secret', async () => {
  assert.deepEqual(said(await describe('updating', 'pod'), 'WARMING'), [
    [
      'Listener',
      '0.0.0.0_8443',
      '0.0.0.0:8443 WARMING, the previous version stays in use: waits for secret kubernetes://shop-cert',
    ],
    ['Listener', '0.0.0.0_8444', '0.0.0.0:8444 WARMING, not in use yet: waits for secret kubernetes://pay-cert'],
    ['Cluster', 'added', 'WARMING, not in use yet'],
    ['Cluster', 'updated', 'WARMING, the previous version stays in use'],
  ])
})

test('a service: of what warms, only what leads to it', async () => {
  const found = await describe('updating', 'service', 'added')
  assert.deepEqual(
    found.map(({ part, name }) => `${part} ${name}`),
    ['Listener 0.0.0.0_8444', 'Cluster added'],
  )
})

test('a service behind scoped routes: the listener that leads to the scopes', async () => {
  const found = await describe('gateway', 'service', 'cart.shop')
  assert.ok(found.some(({ part, name }) => part === 'Listener' && name === '0.0.0.0_8090'))
})

test('the own service of a gateway: what the gateway does', async () => {
  const found = await describe('warming', 'service', 'istio-ingressgateway.istio-system')
  assert.equal(found[0]?.part, 'Pod')
  assert.equal(said(found, 'WARMING').length, 5)
})

test('the inbound side of a mesh that marks listeners and does not name clusters', async () => {
  const listener = (name: string, traffic_direction: string) => {
    const tcp = {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
      cluster: 'app',
    }
    const filter_chains = [{ filters: [{ name: 'tcp', typed_config: tcp }] }]
    return { name, active_state: { listener: { name, traffic_direction, filter_chains } } }
  }
  const dump = {
    '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
    dynamic_listeners: [listener('public', 'INBOUND'), listener('upstream', 'OUTBOUND')],
  }
  const stdin = JSON.stringify({ configs: [dump] })
  const { out } = await runProgram(['describe', 'pod', '--file', '-', '-o', 'json'], { stdin })
  const found: Concern[] = JSON.parse(out)
  assert.deepEqual(
    found.filter(({ part }) => part === 'Listener').map(({ name }) => name),
    ['public'],
  )
})

test('a service that the user may not get: the rule that is missing', async () => {
  const server = await startFakeApiServer(
    { get: () => status(403, 'Forbidden', 'services "cart" is forbidden: User "dev" cannot get resource "services"') },
    { plain: true },
  )
  const { code, err } = await runProgram(['describe', 'service', 'cart', '--server', server.url])
  await server.close()
  assert.equal(code, 1)
  assert.match(
    err,
    /Missing in a Role in namespace "default":\nrules:\n- apiGroups: \[""\]\n {2}resources: \["services"\]/,
  )
})

test('a live service: what on the gateways leads to it, and where they are reached', async () => {
  const dump = (name: string) => readFileSync(`test/fixtures/${name}/config_dump.json`, 'utf8')
  const mesh = await startMesh({
    pods: [
      meshPod('cart-1', 'shop', { labels: { app: 'cart' } }),
      meshPod('gateway-1', 'istio-system', { labels: { app: 'edge', istio: 'ingressgateway' } }),
    ],
    services: [meshService('cart', 'shop', 'cart'), meshService('edge', 'istio-system', 'edge', '203.0.113.7')],
    answer: (pod, _port, path) =>
      path.startsWith('config_dump') ? dump(pod === 'gateway-1' ? 'gateway' : 'sidecar') : undefined,
  })
  try {
    const { code, out, err } = await mesh.run('describe', 'svc', 'cart', '-n', 'shop', '-o', 'json')
    assert.equal(code, 0, err)
    const found: Concern[] = JSON.parse(out)
    const gateway = found.filter(({ part }) => part.startsWith('Gateway'))
    assert.deepEqual(
      gateway.slice(0, 2).map(({ part, name, summary }) => [part, name, summary]),
      [
        [
          'Gateway service',
          'edge.istio-system',
          'ClusterIP 10.96.0.9, exposed at 203.0.113.7, port 80/TCP -> 8080, selects app=edge',
        ],
        ['Gateway listener', 'edge.istio-system 0.0.0.0_8090', '0.0.0.0:8090 ALL -> Scoped Routes: by-region'],
      ],
    )
    assert.ok(
      gateway.some(({ part, summary }) => part === 'Gateway route' && summary.startsWith('shop.example.com /cart -> ')),
    )
    const own = await mesh.run('describe', 'svc', 'edge', '-n', 'istio-system', '-o', 'json')
    const ofGateway: Concern[] = JSON.parse(own.out)
    assert.ok(
      ofGateway.some(({ part, summary }) => part === 'Listener' && summary.includes('8443 SNI: admin.example.com')),
    )
  } finally {
    await mesh.close()
  }
})
