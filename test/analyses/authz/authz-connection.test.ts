import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { RequestSpec } from '../../../src/walk/request/request-spec.ts'
import { chain, dumpOf, filter, listener, staticCluster, tcpProxy } from '../trace/dump-of.ts'
import { ask, behind, downstreamTls, manager, rbac, rbacName, verdictOf } from './guarded-proxy.ts'

const originalDst = filter('od', 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst')

test('an address of the proxy that the dump does not have decides nothing', async () => {
  const spec: RequestSpec = { hostUnknown: true, path: '/', port: 80 }
  for (const [address, ranges] of [
    ['0.0.0.0', ['10.0.0.1', '10.9.9.9']],
    ['::', ['fd00::1', 'fd00::2']],
  ] as const) {
    for (const range of ranges) {
      const prefix_len = range.includes(':') ? 128 : 32
      const permission = { destination_ip: { address_prefix: range, prefix_len } }
      const dump = behind(80, [manager([rbac(permission)])], {}, address)
      const unknown = await ask(dump, spec)
      assert.equal(unknown.verdict, 'undecided', range)
      assert.match(unknown.text, /\(--address\)/)
      assert.equal(await verdictOf(dump, { ...spec, address: range }), 'allowed')
    }
  }
  const bound = behind(
    80,
    [manager([rbac({ destination_ip: { address_prefix: '10.7.7.7', prefix_len: 32 } })])],
    {},
    '10.7.7.7',
  )
  assert.equal(await verdictOf(bound, spec), 'allowed', 'what it listens on is known')
})

test('a server name that nobody said decides nothing', async () => {
  const named = 'outbound_.80_._.web.default.svc.cluster.local'
  const permission = { requested_server_name: { exact: named } }
  const dump = behind(80, [manager([rbac(permission)])], { transport_socket: downstreamTls })
  const spec: RequestSpec = { hostUnknown: true, path: '/', port: 80, mtls: true, principal: 'spiffe://a' }
  const unknown = await ask(dump, spec)
  assert.equal(unknown.verdict, 'undecided')
  assert.match(unknown.text, /\(--sni\)/)
  assert.equal(await verdictOf(dump, { ...spec, sni: named }), 'allowed')
  assert.equal(await verdictOf(dump, { ...spec, sni: 'x' }), 'denied')
  const chains = behind(80, [tcpProxy('c')], { filter_chain_match: { server_names: [named] } })
  const tcp: RequestSpec = { hostUnknown: true, protocol: 'tcp', port: 80, tls: true }
  assert.match((await ask(chains, tcp)).text, /\(--sni\)/)
  assert.equal(await verdictOf(chains, { ...tcp, sni: named }), 'allowed')
})

test('a client that nobody named has no port either', async () => {
  const dump = behind(80, [tcpProxy('c')], { filter_chain_match: { source_ports: [40000] } })
  const spec: RequestSpec = { hostUnknown: true, protocol: 'tcp', port: 80, source: '10.1.1.1' }
  const { verdict, text } = await ask(dump, spec)
  assert.equal(verdict, 'undecided')
  assert.match(text, /--source IP:PORT/)
  assert.equal(await verdictOf(dump, { ...spec, source: '10.1.1.1:40000' }), 'allowed')
})

test('a port that the proxy listens on is not redirected; any other is', async () => {
  const redirected = listener('virtualInbound', '0.0.0.0', 15006, {
    traffic_direction: 'INBOUND',
    listener_filters: [originalDst],
    filter_chains: [chain('c', { destination_port: 9080 })],
  })
  const own = listener('agent', '0.0.0.0', 15021, { filter_chains: [chain('c')] })
  const dump = dumpOf({ listeners: [redirected, own], clusters: [staticCluster('c', '1.1.1.1:1')] })
  const spec: RequestSpec = { hostUnknown: true, protocol: 'tcp', port: 9080 }
  assert.equal(await verdictOf(dump, spec), 'allowed')
  assert.equal(await verdictOf(dump, { ...spec, port: 15021 }), 'allowed')
  assert.equal(await verdictOf(dump, { ...spec, port: 9081 }), 'not reached')
})

test('in a tunnel the identity is handed on, and the destination is the service', async () => {
  const internal = (name: string, filters: JsonObject[]): JsonObject => ({
    name,
    internal_listener: {},
    filter_chains: [{ filters }],
  })
  const connect = {
    virtual_hosts: [
      {
        name: 'v',
        domains: ['*'],
        routes: [{ match: { connect_matcher: {} }, route: { cluster: 'main' } }],
      },
    ],
  }
  const byPrincipal = filter(rbacName, 'envoy.extensions.filters.http.rbac.v3.RBAC', {
    rules: {
      policies: {
        p: {
          permissions: [{ any: true }],
          principals: [{ filter_state: { key: 'io.istio.peer_principal', string_match: { exact: 'spiffe://a' } } }],
        },
      },
    },
  })
  const lb_endpoints = [
    { endpoint: { address: { envoy_internal_address: { server_listener_name: 'main_internal' } } } },
  ]
  const main = { name: 'main', load_assignment: { cluster_name: 'main', endpoints: [{ lb_endpoints }] } }
  const dump = dumpOf({
    listeners: [
      listener('connect_terminate', '0.0.0.0', 15008, {
        filter_chains: [{ filters: [manager([], connect)], transport_socket: downstreamTls }],
      }),
      internal('main_internal', [manager([byPrincipal])]),
    ],
    clusters: [staticCluster('c', '1.1.1.1:1'), main],
  })
  const spec: RequestSpec = { hostUnknown: true, path: '/', port: 9080, mtls: true }
  assert.equal(await verdictOf(dump, { ...spec, principal: 'spiffe://a' }), 'allowed')
  assert.equal(await verdictOf(dump, { ...spec, principal: 'spiffe://b' }), 'denied')
})

test('a network filter that cannot be decided leaves the request open, whatever HTTP filters say after it', async () => {
  const network = filter('net', 'envoy.extensions.filters.network.rbac.v3.RBAC', {
    rules: {
      action: 'DENY',
      policies: {
        p: {
          permissions: [{ any: true }],
          principals: [{ source_ip: { address_prefix: '10.1.1.1', prefix_len: 32 } }],
        },
      },
    },
  })
  const dump = behind(80, [network, manager([rbac({ any: true })])])
  const spec: RequestSpec = { hostUnknown: true, path: '/', port: 80 }
  const open = await ask(dump, spec)
  assert.equal(open.verdict, 'undecided')
  assert.match(open.text, /^net: .*\(--source\)/)
  assert.deepEqual(
    open.steps.map((step) => step.filter),
    ['net', rbacName],
  )
  assert.equal(await verdictOf(dump, { ...spec, source: '10.1.1.1' }), 'denied')
  assert.equal(await verdictOf(dump, { ...spec, source: '10.1.1.2' }), 'allowed')
})

test('behind the PROXY protocol the address is the one that the client connects to, not that of the listener', async () => {
  const permission = { destination_ip: { address_prefix: '198.51.100.1', prefix_len: 32 } }
  const proxy = filter('p', 'envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol')
  const dump = behind(443, [manager([rbac(permission)])], { listener_filters: [proxy] }, '10.7.7.7')
  const spec: RequestSpec = { hostUnknown: true, path: '/', port: 443 }
  assert.equal(await verdictOf(dump, { ...spec, address: '198.51.100.1' }), 'allowed')
  assert.equal(await verdictOf(dump, { ...spec, address: '198.51.100.2' }), 'denied')
  assert.match((await ask(dump, spec)).text, /\(--address\)/)
})
