import assert from 'node:assert/strict'
import { test } from 'node:test'
import { followRequest } from '../../../src/analyses/trace/follow/follow.ts'
import { renderText } from '../../../src/analyses/trace/view/trace-text.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { outcomeText } from '../../../src/semantics/outcome-text.ts'
import type { RequestSpec } from '../../../src/walk/request/request-spec.ts'
import { resolveRequest } from '../../../src/walk/request/resolve-request.ts'
import { trace } from '../../../src/walk/trace.ts'
import { chain, dumpOf, filter, httpManager, listener, staticCluster, tcpProxy } from './dump-of.ts'

const proxyType = 'envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol'
const proxyProtocol = filter('envoy.filters.listener.proxy_protocol', proxyType)
const router = filter('router', 'envoy.extensions.filters.http.router.v3.Router')
const clusters = ['a', 'b', 'c'].map((name) => staticCluster(name, '10.1.1.1:1'))
const range = (address_prefix: string, prefix_len = 32): JsonObject => ({ address_prefix, prefix_len })

const client = '203.0.113.7'
const balancer = '10.0.0.5'

async function follow(spec: RequestSpec, chains: JsonObject[], fields: JsonObject = {}, cluster?: JsonObject) {
  const dump = await dumpOf({
    listeners: [
      listener('L', '0.0.0.0', 8443, { listener_filters: [proxyProtocol], filter_chains: chains, ...fields }),
    ],
    clusters: cluster === undefined ? clusters : [cluster],
  })
  const { request } = resolveRequest(spec, dump)
  const result = trace({ dump, request })
  const [alternative] = result.alternatives
  assert.ok(alternative)
  const text = renderText(request, result)
    .map((line) => (typeof line === 'string' ? line : line.text))
    .join('\n')
  return { outcome: alternative.outcome, hop: alternative.hops[0], alternative, text, request }
}

const tcp: RequestSpec = { url: 'tcp://lb.test:443' }

/** The cluster that the connection comes to, or what would tell it. */
async function clusterOf(spec: RequestSpec, chains: JsonObject[], fields: JsonObject = {}): Promise<string> {
  const { outcome, hop } = await follow(spec, chains, fields)
  return outcome.kind === 'tcp' ? (hop?.cluster ?? '') : outcomeText(outcome)
}

test('the peer and the client are two: each decides what is asked of it, and nothing else', async () => {
  const byPeer = [chain('a', { direct_source_prefix_ranges: [range(balancer)] }), chain('b')]
  assert.match(await clusterOf({ ...tcp, source: balancer }, byPeer), /\(--peer\)/)
  assert.equal(await clusterOf({ ...tcp, peer: balancer }, byPeer), 'a')
  assert.equal(await clusterOf({ ...tcp, peer: '10.0.0.6', source: balancer }, byPeer), 'b')
  const byClient = [chain('a', { source_prefix_ranges: [range(client)] }), chain('b')]
  assert.match(await clusterOf({ ...tcp, peer: client }, byClient), /\(--source\)/)
  assert.equal(await clusterOf({ ...tcp, source: client }, byClient), 'a')
  assert.equal(await clusterOf({ ...tcp, source: balancer, peer: client }, byClient), 'b')
})

test('a matcher of chains reads both addresses', async () => {
  const matcher = (message: string): JsonObject => ({
    matcher_list: {
      matchers: [
        {
          predicate: {
            single_predicate: {
              input: filter('input', `envoy.extensions.matching.common_inputs.network.v3.${message}`),
              value_match: { exact: balancer },
            },
          },
          on_match: { action: filter('a', 'google.protobuf.StringValue', { value: 'a' }) },
        },
      ],
    },
  })
  const ask = (message: string, spec: RequestSpec) =>
    clusterOf(spec, [chain('a')], { filter_chain_matcher: matcher(message), default_filter_chain: chain('b') })
  assert.match(await ask('DirectSourceIPInput', tcp), /\(--peer\)/)
  assert.equal(await ask('DirectSourceIPInput', { ...tcp, peer: balancer }), 'a')
  assert.equal(await ask('SourceIPInput', { ...tcp, peer: balancer, source: client }), 'b')
  assert.match(await ask('SourceIPInput', { ...tcp, peer: balancer }), /\(--source\)/)
})

test('the destination is the one that the client connects to: the port of the URL, an address if it is said', async () => {
  const byPort = [chain('a', { destination_port: 443 }), chain('b', { destination_port: 8443 })]
  assert.equal(await clusterOf(tcp, byPort), 'a')
  assert.equal(await clusterOf({ url: 'tcp://lb.test:8443' }, byPort), 'b')
  assert.equal(await clusterOf(tcp, byPort, { listener_filters: [] }), 'b', 'without the filter the socket decides')
  const byAddress = [chain('a', { prefix_ranges: [range('198.51.100.1')] }), chain('b')]
  assert.match(await clusterOf(tcp, byAddress), /\(--address\)/)
  assert.equal(await clusterOf({ ...tcp, address: '198.51.100.1' }, byAddress), 'a')
})

const byHeader = (principal: JsonObject, manager: JsonObject = {}): JsonObject[] => [
  {
    filters: [
      httpManager({
        ...manager,
        http_filters: [
          filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', {
            rules: { policies: { p: { permissions: [{ any: true }], principals: [principal] } } },
          }),
          router,
        ],
        route_config: {
          virtual_hosts: [{ name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'a' } }] }],
        },
      }),
    ],
  },
]

test('RBAC tells the peer, the connection and the client behind x-forwarded-for apart', async () => {
  const web: RequestSpec = { url: 'http://lb.test:8443/', peer: balancer, source: client }
  const forwarded: RequestSpec = { ...web, headers: [['x-forwarded-for', '192.0.2.9']] }
  const allowed = async (spec: RequestSpec, principal: JsonObject, manager?: JsonObject, fields?: JsonObject) => {
    const { outcome } = await follow(spec, byHeader(principal, manager), fields)
    return outcome.kind === 'upstream' && outcome.conditions.length === 0
  }
  const trusting = { use_remote_address: true, xff_num_trusted_hops: 1 }
  const cases: readonly (readonly [string, string, JsonObject | undefined])[] = [
    ['direct_remote_ip', balancer, undefined],
    ['source_ip', client, undefined],
    ['remote_ip', '192.0.2.9', undefined],
    ['remote_ip', client, { use_remote_address: true }],
    ['remote_ip', '192.0.2.9', trusting],
  ]
  for (const [principal, address, manager] of cases) {
    for (const asked of [balancer, client, '192.0.2.9'])
      assert.equal(
        await allowed(forwarded, { [principal]: range(asked) }, manager),
        asked === address,
        `${principal} ${asked} ${JSON.stringify(manager)}`,
      )
  }
  const none = { listener_filters: [] }
  assert.equal(
    await allowed(web, { source_ip: range(balancer) }, {}, none),
    true,
    'without the filter only the peer counts',
  )
  assert.equal(await allowed(web, { source_ip: range(client) }, {}, none), false)
  const unknown = await follow({ ...web, peer: undefined }, byHeader({ direct_remote_ip: range(balancer) }))
  assert.match(unknown.text, /depending on the address that the connection comes from \(--peer\)/)
})

test('the PROXY protocol is told; without it a client beside the peer is said to be lost', async () => {
  const told = await follow({ ...tcp, source: client, peer: balancer }, [chain('a')])
  assert.match(told.text, /^ {2}client +203\.0\.113\.7 +by the PROXY protocol, required of 10\.0\.0\.5$/m)
  assert.deepEqual(told.hop?.connection?.proxyProtocol, 'required')
  const optional = filter('p', proxyType, { allow_requests_without_proxy_protocol: true })
  const accepted = await follow(tcp, [chain('a')], { listener_filters: [optional] })
  assert.match(accepted.text, /unknown +by the PROXY protocol, accepted from its peer, which is not known/)
  const off = { ...proxyProtocol, filter_disabled: { any_match: true } }
  for (const listener_filters of [[], [off]]) {
    const lost = await follow({ ...tcp, source: client, peer: balancer }, [chain('a')], { listener_filters })
    assert.match(lost.text, /Warning: no PROXY protocol tells Envoy of 203\.0\.113\.7: the client is 10\.0\.0\.5/)
    assert.equal(lost.hop?.connection?.source, balancer)
  }
  const old = await follow({ ...tcp, source: client, peer: balancer }, [{ ...chain('a'), use_proxy_proto: true }], {
    listener_filters: [],
  })
  assert.equal(old.hop?.connection?.source, client)
})

test('a cluster that sends the PROXY protocol says so, whatever its socket is inside of', async () => {
  const upstream = (fields: JsonObject, inner: JsonObject): JsonObject =>
    filter('proxy', 'envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport', {
      ...fields,
      transport_socket: inner,
    })
  const raw = filter('raw', 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer')
  const tls = filter('tls', 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', { sni: 'x' })
  const tap = filter('tap', 'envoy.extensions.transport_sockets.tap.v3.Tap', {
    transport_socket: upstream({ config: { version: 'V2' } }, tls),
  })
  for (const [transport_socket, version, text] of [
    [upstream({}, raw), 'v1', /plaintext, after a header of the PROXY protocol v1/],
    [upstream({ config: { version: 'V2' } }, tls), 'v2', /TLS, after a header of the PROXY protocol v2, SNI x/],
    [tap, 'v2', /TLS, after a header of the PROXY protocol v2/],
  ] as const) {
    const cluster = { ...staticCluster('a', '10.1.1.1:1'), transport_socket }
    const found = await follow({ ...tcp, source: client, peer: balancer }, [{ filters: [tcpProxy('a')] }], {}, cluster)
    assert.equal(found.hop?.tls?.proxyProtocol, version)
    assert.match(found.text, text)
    const endpoint = { address: '10.1.1.1:1', probability: 1 }
    const next = followRequest(found.request, found.alternative, endpoint, { redirect: undefined, from: '10.9.9.9' })
    assert.deepEqual(next?.source, { address: client })
    assert.deepEqual(next?.peer, { address: '10.9.9.9' })
  }
})

test('the next proxy sees this one for the client, or the client itself (original_src)', async () => {
  const endpoint = { address: '10.1.1.1:1', probability: 1 }
  const arrival = { redirect: undefined, from: '10.9.9.9' }
  const originalSrc = filter('src', 'envoy.extensions.filters.listener.original_src.v3.OriginalSrc')
  const cases: [JsonObject[], string][] = [
    [[proxyProtocol], '10.9.9.9'],
    [[proxyProtocol, originalSrc], client],
  ]
  for (const [listener_filters, expected] of cases) {
    const found = await follow({ ...tcp, source: client, peer: balancer }, [chain('a')], { listener_filters })
    const next = followRequest(found.request, found.alternative, endpoint, arrival)
    assert.deepEqual([next?.source, next?.peer], [{ address: expected }, undefined])
  }
})
