import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonical } from '../../../src/analyses/diff/canonical.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'

const cluster = 'envoy.config.cluster.v3.Cluster'
const listener = 'envoy.config.listener.v3.Listener'
const routes = 'envoy.config.route.v3.RouteConfiguration'

interface Pair {
  readonly title: string
  readonly type: string
  readonly a: JsonObject
  readonly b: JsonObject
}

const any = (type: string, rest: JsonObject): JsonObject => ({ '@type': `type.googleapis.com/${type}`, ...rest })

const equal: readonly Pair[] = [
  { title: 'durations', type: cluster, a: { connect_timeout: '1s' }, b: { connect_timeout: '1.000s' } },
  { title: 'fractions of a duration', type: cluster, a: { connect_timeout: '1.5s' }, b: { connect_timeout: '1.500s' } },
  {
    title: 'numbers in strings',
    type: cluster,
    a: { max_requests_per_connection: 7 },
    b: { max_requests_per_connection: '7' },
  },
  { title: 'an enum at its default', type: cluster, a: { lb_policy: 'ROUND_ROBIN' }, b: {} },
  {
    title: 'a scalar at its default',
    type: cluster,
    a: { alt_stat_name: '', connection_pool_per_downstream_connection: false },
    b: {},
  },
  { title: 'an empty list and null', type: cluster, a: { transport_socket_matches: [], metadata: null }, b: {} },
  { title: 'an empty map', type: cluster, a: { typed_extension_protocol_options: {} }, b: {} },
  { title: 'the order of keys', type: cluster, a: { name: 'a', type: 'EDS' }, b: { type: 'EDS', name: 'a' } },
  {
    title: 'the API version of a type',
    type: listener,
    a: { filters: [{ typed_config: any('envoy.config.filter.network.tcp_proxy.v2.TcpProxy', { cluster: 'a' }) }] },
    b: { filters: [{ typed_config: any('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', { cluster: 'a' }) }] },
  },
  {
    title: 'the type of the resource',
    type: cluster,
    a: any('envoy.api.v2.Cluster', { name: 'a' }),
    b: any(cluster, { name: 'a' }),
  },
  {
    title: 'the alphabet of base64',
    type: listener,
    a: { inline_bytes: '-_8=' },
    b: { inline_bytes: '+/8' },
  },
  {
    title: 'virtual hosts and domains',
    type: routes,
    a: { virtual_hosts: [{ name: 'a', domains: ['x', 'y'] }, { name: 'b' }] },
    b: { virtual_hosts: [{ name: 'b' }, { name: 'a', domains: ['y', 'x'] }] },
  },
  {
    title: 'header matches of a route',
    type: routes,
    a: { virtual_hosts: [{ routes: [{ match: { prefix: '/', headers: [{ name: 'a' }, { name: 'b' }] } }] }] },
    b: { virtual_hosts: [{ routes: [{ match: { prefix: '/', headers: [{ name: 'b' }, { name: 'a' }] } }] }] },
  },
  {
    title: 'a secret that Envoy hides',
    type: cluster,
    a: { tls_certificates: [{ private_key: { inline_string: 'the key' } }] },
    b: { tls_certificates: [{ private_key: { inline_bytes: 'W3JlZGFjdGVkXQ==' } }] },
  },
]

for (const { title, type, a, b } of equal) {
  test(`equal: ${title}`, () => assert.deepEqual(canonical(a, type), canonical(b, type)))
}

const weighted = (rest: JsonObject, names: string[]): JsonObject => ({
  virtual_hosts: [
    { routes: [{ route: { weighted_clusters: { clusters: names.map((name) => ({ name, weight: 1 })), ...rest } } }] },
  ],
})

const different: readonly Pair[] = [
  { title: 'the sign of a duration', type: cluster, a: { connect_timeout: '-1s' }, b: { connect_timeout: '1s' } },
  {
    title: 'zero in a wrapper and nothing',
    type: cluster,
    a: { circuit_breakers: { thresholds: [{ max_connections: 0 }] } },
    b: { circuit_breakers: { thresholds: [{}] } },
  },
  {
    title: 'an empty message and nothing',
    type: cluster,
    a: { eds_cluster_config: { eds_config: { ads: {} } } },
    b: { eds_cluster_config: { eds_config: {} } },
  },
  { title: 'a member of a oneof at its default', type: routes, a: { match: { prefix: '' } }, b: { match: {} } },
  {
    title: 'false in a Struct and nothing',
    type: cluster,
    a: { metadata: { filter_metadata: { x: { name: '' } } } },
    b: { metadata: { filter_metadata: { x: {} } } },
  },
  {
    title: 'a duration in a Struct',
    type: cluster,
    a: { metadata: { filter_metadata: { x: { timeout: '1s' } } } },
    b: { metadata: { filter_metadata: { x: { timeout: '1.0s' } } } },
  },
  {
    title: 'the order of routes',
    type: routes,
    a: { virtual_hosts: [{ routes: [{ name: 'a' }, { name: 'b' }] }] },
    b: { virtual_hosts: [{ routes: [{ name: 'b' }, { name: 'a' }] }] },
  },
  {
    title: 'the order of clusters that a header chooses from',
    type: routes,
    a: weighted({ header_name: 'n' }, ['a', 'b']),
    b: weighted({ header_name: 'n' }, ['b', 'a']),
  },
  {
    title: 'the order of the clusters of an aggregate',
    type: cluster,
    a: { clusters: ['a', 'b'] },
    b: { clusters: ['b', 'a'] },
  },
]

for (const { title, type, a, b } of different) {
  test(`different: ${title}`, () => assert.notDeepEqual(canonical(a, type), canonical(b, type)))
}

test('clusters chosen by chance have no order', () => {
  assert.deepEqual(canonical(weighted({}, ['a', 'b']), routes), canonical(weighted({}, ['b', 'a']), routes))
})

test('a key that would be a prototype stays a key', () => {
  const metadata = JSON.parse('{"filter_metadata": {"__proto__": {"a": 1}}}')
  assert.equal(
    JSON.stringify(canonical({ metadata }, cluster)),
    '{"metadata":{"filter_metadata":{"__proto__":{"a":1}}}}',
  )
})

test('a resource nested without end is refused', () => {
  let deep: JsonObject = {}
  for (let level = 0; level < 10_000; level++) deep = { metadata: deep }
  assert.throws(() => canonical(deep, cluster), /nested more than 500 levels/)
})
