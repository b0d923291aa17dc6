import assert from 'node:assert/strict'
import { test } from 'node:test'
import { followRequest } from '../../../../src/analyses/trace/follow/follow.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import type { TraceRequest } from '../../../../src/semantics/request.ts'
import type { Alternative, EndpointChoice } from '../../../../src/walk/trace-result.ts'
import { ask, dumpOf, get, httpManager, listener, staticCluster, tcpProxy, typed } from '../dump-of.ts'

const name = 'outbound|80||reviews.default.svc.cluster.local'
const mutual = {
  name: 'tls',
  typed_config: typed('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
    sni: 'outbound_.80_._.reviews.default.svc.cluster.local',
    common_tls_context: { tls_certificate_sds_secret_configs: [{ name: 'default' }] },
  }),
}
const route = {
  match: { prefix: '/old' },
  route: { cluster: name, prefix_rewrite: '/new', host_rewrite_literal: 'inner' },
}
const web = listener('web', '0.0.0.0', 80, {
  filter_chains: [
    { filters: [httpManager({ route_config: { virtual_hosts: [{ name: 'v', domains: ['*'], routes: [route] }] } })] },
  ],
})
const tcp = listener('tcp', '0.0.0.0', 81, { filter_chains: [{ filters: [tcpProxy(name)] }] })

async function arrive(cluster: JsonObject, request: Partial<TraceRequest>, redirect?: number) {
  const dump = await dumpOf({
    listeners: [web, tcp],
    clusters: [{ ...staticCluster(name, '10.1.1.1:9080'), ...cluster }],
  })
  const full: TraceRequest = { destination: { address: '10.0.0.1', port: 80 }, protocol: 'tcp', ...request }
  const alternative = ask(dump, full)
  return followRequest(full, alternative, endpointOf(alternative), { redirect, from: '10.9.0.1' })
}

function endpointOf({ hops }: Alternative): EndpointChoice {
  const endpoint = hops.at(-1)?.endpoints?.[0]
  assert.ok(endpoint)
  return endpoint
}

test('a request arrives rewritten, at the endpoint, by way of the redirect, as the proxy sends it', async () => {
  const request = await arrive(
    { transport_socket: mutual },
    { ...get('reviews', '/old/1', [['x-user', 'a']]), random: 7 },
    15006,
  )
  assert.deepEqual(request?.destination, { address: '10.1.1.1', port: 9080 })
  assert.equal(request?.redirect, 15006)
  assert.equal(request?.listener, undefined)
  assert.deepEqual(request?.http, { method: 'GET', path: '/new/1', authority: 'inner', headers: [['x-user', 'a']] })
  assert.equal(request?.random, undefined)
  assert.deepEqual(request?.source, { address: '10.9.0.1' }, 'what arrives comes from the proxy, not from its client')
  assert.deepEqual(request?.tls, {
    sni: 'outbound_.80_._.reviews.default.svc.cluster.local',
    alpn: ['istio-http/1.1', 'istio', 'http/1.1'],
    certificate: {},
  })
})

test('plaintext stays plaintext; TLS of the client only passes through a TCP proxy', async () => {
  const client = { sni: 'client.test', alpn: ['h2'] }
  assert.equal((await arrive({}, get('reviews', '/old')))?.tls, undefined)
  const through = await arrive({}, { destination: { address: '10.0.0.1', port: 81 }, tls: client })
  assert.deepEqual(through?.tls, client)
  assert.equal(through?.http, undefined)
})

test('a TCP connection between sidecars says so by ALPN', async () => {
  const request = await arrive({ transport_socket: mutual }, { destination: { address: '10.0.0.1', port: 81 } })
  assert.deepEqual(request?.tls?.alpn, ['istio-peer-exchange', 'istio'])
})

const unknown = { redirect: undefined, from: undefined }

test('an endpoint without an address of its own cannot be followed', async () => {
  const dump = await dumpOf({ listeners: [tcp], clusters: [staticCluster(name, '10.1.1.1:9080')] })
  const request: TraceRequest = { destination: { address: '10.0.0.1', port: 81 }, protocol: 'tcp' }
  const alternative = ask(dump, request)
  for (const address of ['envoy://inbound/', 'db.example.com:80', 'pipe'])
    assert.equal(followRequest(request, alternative, { address, probability: 1 }, unknown), undefined)
  assert.equal(followRequest(request, { ...alternative, hops: [] }, endpointOf(alternative), unknown), undefined)
})
