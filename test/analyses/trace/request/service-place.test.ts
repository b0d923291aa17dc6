import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigDump } from '../../../../src/envoy/dump/config-dump.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { resolveRequest } from '../../../../src/walk/request/resolve-request.ts'
import { ask, chain, dumpOf, filter, httpManager, listener, tcpProxy } from '../dump-of.ts'
import { bootstrap, clusters, full } from './places-of-services.ts'

const capture = listener('virtualOutbound', '0.0.0.0', 15001, {
  filter_chains: [chain('PassthroughCluster')],
  use_original_dst: true,
  traffic_direction: 'OUTBOUND',
})

const held = (name: string, address: string, port: number, fields: JsonObject): JsonObject =>
  listener(name, address, port, { bind_to_port: false, ...fields })

function destination(dump: ConfigDump, url: string) {
  const { request, notes, unknownHost } = resolveRequest({ url }, dump)
  return { ...request.destination, listener: request.listener, notes, unknownHost }
}

const tcpChain = (cluster: string): JsonObject => ({ filters: [tcpProxy(cluster)] })

const rdsChain = (route_config_name: string): JsonObject => ({ filters: [httpManager({ rds: { route_config_name } })] })

const ownListeners: readonly [where: string, fields: JsonObject][] = [
  ['a chain', { filter_chains: [tcpChain(`outbound|9000||${full('db')}`)] }],
  ['the default filter chain', { default_filter_chain: tcpChain(`outbound|9000||${full('db')}`) }],
  [
    'a weighted cluster',
    {
      filter_chains: [
        { filters: [tcpProxy('', { weighted_clusters: { clusters: [{ name: `outbound|9000|v1|${full('db')}` }] } })] },
      ],
    },
  ],
  ['the name of its route configuration', { filter_chains: [rdsChain(`${full('db')}:9000`)] }],
  [
    'the name of an inline route configuration (Kuma)',
    { filter_chains: [{ filters: [httpManager({ route_config: { name: 'outbound:db_default_svc_9000' } })] }] },
  ],
  ['the name of a filter chain', { filter_chains: [chain(`outbound|9000||${full('db')}`)] }],
]

for (const [where, fields] of ownListeners) {
  test(`a service whose listener has its name only in ${where} is found by every name of it`, async () => {
    const dump = await dumpOf({
      listeners: [capture, held('10.96.7.7_9000', '10.96.7.7', 9000, fields), held('other', '10.96.7.8', 9000, {})],
      clusters: clusters(`outbound|9000||${full('db')}`),
      bootstrap,
    })
    for (const host of ['db', 'db.default', 'db.default.svc', full('db'), `${full('db')}.`, 'DB'])
      assert.deepEqual(
        destination(dump, `tcp://${host}:9000`),
        { address: '10.96.7.7', port: 9000, listener: undefined, notes: [], unknownHost: undefined },
        host,
      )
    assert.equal(destination(dump, 'tcp://db.shop:9000').address, undefined, 'another namespace')
  })
}

test('a service is found on a port that it does not have, at its own address', async () => {
  const dump = await dumpOf({
    listeners: [capture, held('l', '10.96.7.7', 9000, { filter_chains: [tcpChain(`outbound|9000||${full('db')}`)] })],
    clusters: clusters(`outbound|9000||${full('db')}`),
    bootstrap,
  })
  assert.equal(destination(dump, 'tcp://db:9001').address, '10.96.7.7')
})

test('a host without an address of its own goes where listeners of every address are, past those of others', async () => {
  const sni = (name: string): JsonObject => ({
    ...tcpChain(`outbound|443||${name}`),
    filter_chain_match: { server_names: [name] },
  })
  const blocked = {
    ...tcpChain('BlackHoleCluster'),
    filter_chain_match: { prefix_ranges: [{ address_prefix: '10.244.1.7', prefix_len: 32 }] },
  }
  const dump = await dumpOf({
    listeners: [
      capture,
      held('0.0.0.0_443', '0.0.0.0', 443, {
        filter_chains: [sni('api.example.com'), sni('*.wild.example'), blocked],
        listener_filters: [filter('tls', 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector')],
      }),
      held('10.96.0.1_443', '10.96.0.1', 443, {
        filter_chains: [tcpChain(`outbound|443||${full('kubernetes')}`)],
      }),
    ],
    clusters: clusters('outbound|443||api.example.com', 'outbound|443||*.wild.example'),
    bootstrap,
  })
  for (const host of ['api.example.com', 'a.wild.example']) {
    const { request, notes } = resolveRequest({ url: `https://${host}/` }, dump)
    assert.deepEqual([request.destination, notes], [{ port: 443, unlisted: true }, []], host)
    const { hops } = ask(dump, request)
    assert.equal(hops[0]?.listener, '0.0.0.0_443')
    assert.match(hops[0]?.cluster ?? '', /example/)
  }
})

test('Consul: services stand in the address ranges of the chains of the one outbound listener', async () => {
  const consul = (name: string): string => `${name}.default.dc1.internal.1234.consul`
  const ranges = (...addresses: string[]): JsonObject => ({
    prefix_ranges: addresses.map((address_prefix) => ({ address_prefix, prefix_len: 32 })),
  })
  const outbound = listener('outbound_listener', '127.0.0.1', 15001, {
    filter_chains: [
      { ...tcpChain(consul('server')), filter_chain_match: ranges('10.100.254.176', '240.0.0.4') },
      { ...tcpChain(consul('client')), filter_chain_match: ranges('10.100.134.173') },
    ],
    default_filter_chain: tcpChain('PassthroughCluster'),
    listener_filters: [filter('od', 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst')],
    traffic_direction: 'OUTBOUND',
  })
  const dump = await dumpOf({ listeners: [outbound], clusters: clusters(consul('server'), consul('client')) })
  for (const [host, cluster] of [
    ['server', 'server'],
    ['server.default', 'server'],
    ['client', 'client'],
  ] as const) {
    const { request } = resolveRequest({ url: `tcp://${host}:8080` }, dump)
    assert.equal(ask(dump, request).hops[0]?.cluster, consul(cluster), host)
  }
})

test('OSM: by the domains of the route configuration, in a chain of its address and port', async () => {
  const outbound = listener('outbound-listener', '0.0.0.0', 15001, {
    filter_chains: [
      {
        ...rdsChain('rds-outbound.14001'),
        filter_chain_match: {
          destination_port: 14001,
          prefix_ranges: [{ address_prefix: '10.96.15.1', prefix_len: 32 }],
        },
      },
    ],
    listener_filters: [filter('od', 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst')],
    traffic_direction: 'OUTBOUND',
  })
  const routes = [
    {
      name: 'rds-outbound.14001',
      virtual_hosts: [
        {
          name: 'outbound_virtual-host|httpbin.httpbin.svc.cluster.local',
          domains: ['httpbin.httpbin', full('httpbin', 'httpbin'), 'httpbin.httpbin:14001'],
          routes: [{ match: { prefix: '/' }, route: { cluster: 'httpbin/httpbin|14001' } }],
        },
      ],
    },
  ]
  const dump = await dumpOf({ listeners: [outbound], routes, clusters: clusters('httpbin/httpbin|14001') })
  const { request } = resolveRequest({ url: 'http://httpbin.httpbin:14001/' }, dump)
  assert.equal(request.destination.address, '10.96.15.1')
  assert.equal(ask(dump, request).hops[0]?.cluster, 'httpbin/httpbin|14001')
})

test('a name that is not known comes with those that may have been meant', async () => {
  const dump = await dumpOf({
    listeners: [capture],
    clusters: clusters(
      `outbound|9080||${full('reviews', 'shop')}`,
      `outbound|9080||${full('reviews', 'test')}`,
      `outbound|9080||${full('ratings')}`,
      'outbound|443||api.example.com',
    ),
    bootstrap,
  })
  const said = (url: string): string => resolveRequest({ url }, dump).notes.join()
  assert.match(said('http://reviews:9080/'), /did you mean reviews\.shop, or reviews\.test\?$/)
  assert.match(said('http://ratingss:9080/'), /did you mean ratings\.default\?$/)
  assert.match(said('https://api.exmaple.com/'), /did you mean api\.example\.com\?$/)
  assert.match(
    said('http://nothing.like.it.at.all/'),
    /does not know the address of nothing\.like\.it\.at\.all: --address says it$/,
  )
})

test('without the namespace of the workload a short name is only taken where one namespace has it', async () => {
  const own = (name: string, address: string, namespace: string): JsonObject =>
    held(`${address}_9000`, address, 9000, { filter_chains: [tcpChain(`outbound|9000||${full(name, namespace)}`)] })
  const dump = await dumpOf({
    listeners: [capture, own('db', '10.0.0.1', 'a'), own('db', '10.0.0.2', 'b'), own('one', '10.0.0.3', 'a')],
    clusters: clusters(
      `outbound|9000||${full('db', 'a')}`,
      `outbound|9000||${full('db', 'b')}`,
      `outbound|9000||${full('one', 'a')}`,
    ),
  })
  assert.equal(destination(dump, 'tcp://one:9000').address, '10.0.0.3')
  assert.equal(destination(dump, 'tcp://db.b:9000').address, '10.0.0.2')
  const unclear = destination(dump, 'tcp://db:9000')
  assert.deepEqual([unclear.address, unclear.unknownHost], [undefined, 'db'])
  assert.match(unclear.notes.join(), /did you mean db\.a, or db\.b\?/)
})

test('of a headless service the first address is taken, and the others are told', async () => {
  const own = (address: string): JsonObject =>
    held(`${address}_6379`, address, 6379, { filter_chains: [tcpChain(`outbound|6379||${full('redis')}`)] })
  const dump = await dumpOf({
    listeners: [capture, own('10.244.1.5'), own('10.244.2.5')],
    clusters: clusters(`outbound|6379||${full('redis')}`),
    bootstrap,
  })
  const { address, notes } = destination(dump, 'tcp://redis:6379')
  assert.equal(address, '10.244.1.5')
  assert.match(notes.join(), /redis has 2 addresses; 10\.244\.1\.5 is the first, --address says another/)
})
