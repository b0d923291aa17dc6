import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { ask, askAll, get, staticCluster } from './dump-of.ts'
import { everything, httpProxy as proxy } from './http-proxy.ts'

test('vhost_header: without the header no virtual host matches the request', async () => {
  const routes = [{ match: everything, route: { cluster: 'a' } }]
  const table = { vhost_header: 'x-host', virtual_hosts: [{ name: 'v', domains: ['*'], routes }] }
  const dump = await proxy([], { manager: { route_config: table } })
  assert.equal(ask(dump, get('h')).outcome.kind, 'noRoute')
  assert.equal(ask(dump, get('h', '/', [['x-host', '']])).outcome.kind, 'upstream')
})

test('weighted clusters come as alternatives with their odds', async () => {
  const weighted = {
    weighted_clusters: {
      clusters: [
        { name: 'a', weight: 20 },
        { name: 'b', weight: 80 },
        { name: 'gone', weight: 0 },
      ],
    },
  }
  const dump = await proxy([{ match: everything, route: weighted }])
  const odds = askAll(dump, get('h')).map(({ probability, hops }) => [hops[0]?.cluster, probability])
  assert.deepEqual(odds, [
    ['a', 0.2],
    ['b', 0.8],
  ])
  for (const [random, cluster] of [
    [19, 'a'],
    [20, 'b'],
    [119, 'a'],
  ] as const) {
    assert.equal(ask(dump, { ...get('h'), random }).hops[0]?.cluster, cluster)
  }
})

test('a runtime fraction and weights draw on one number: their choices are correlated', async () => {
  const first = {
    match: { prefix: '/', runtime_fraction: { default_value: { numerator: 30 } } },
    route: { cluster: 'a' },
  }
  const rest = {
    weighted_clusters: {
      clusters: [
        { name: 'a', weight: 50 },
        { name: 'b', weight: 50 },
      ],
    },
  }
  const odds = askAll(await proxy([first, { match: everything, route: rest }]), get('h'))
  const share = (route: number, cluster: string) =>
    odds
      .filter(({ hops }) => hops[0]?.routeIndex === route && hops[0]?.cluster === cluster)
      .reduce((sum, { probability }) => sum + probability, 0)
  assert.ok(Math.abs(share(0, 'a') - 0.3) < 1e-9)
  // Of the numbers 30 to 99 that are left, 30 to 49 go to a.
  assert.ok(Math.abs(share(1, 'a') - 0.2) < 1e-9)
  assert.ok(Math.abs(share(1, 'b') - 0.5) < 1e-9)
})

test('a cluster that does not exist is 503 NC; without endpoints it is 503 UH', async () => {
  const outcome = async (route: JsonObject, more = {}) =>
    ask(await proxy([{ match: everything, route }], more), get('h')).outcome
  const missing = await outcome({ cluster: 'missing' })
  assert.deepEqual([missing.kind, missing.status, missing.flags], ['noCluster', 503, 'NC'])
  assert.equal((await outcome({ cluster: 'missing', cluster_not_found_response_code: 'NOT_FOUND' })).status, 404)
  assert.equal((await outcome({ cluster_header: 'x-cluster' })).kind, 'noCluster')
  const empty = await outcome({ cluster: 'empty' }, { clusters: [staticCluster('empty')] })
  assert.deepEqual([empty.kind, empty.status, empty.flags], ['noHealthyUpstream', 503, 'UH'])
})

test('no route: 404 NR, and the near misses say what did not fit', async () => {
  const jason = { prefix: '/', headers: [{ name: 'end-user', string_match: { exact: 'jason' } }] }
  const dump = await proxy([{ name: 'v2', match: jason, route: { cluster: 'a' } }])
  const { hops, outcome } = ask(dump, get('h'))
  assert.deepEqual(
    [outcome.kind, outcome.status, outcome.flags, outcome.details],
    ['noRoute', 404, 'NR', 'route_not_found'],
  )
  assert.deepEqual(hops[0]?.considered.routes, [
    { route: 'v2 (prefix /)', reason: { code: 'route-headers-not-matched', args: { needed: 'end-user is "jason"' } } },
  ])
  assert.equal(ask(dump, get('h', '/', [['end-user', 'jason']])).outcome.kind, 'upstream')
})

test('a route shadows later ones that would match', async () => {
  const dump = await proxy([
    { match: everything, route: { cluster: 'a' } },
    { name: 'late', match: { path: '/x' }, route: { cluster: 'b' } },
  ])
  assert.deepEqual(ask(dump, get('h', '/x')).hops[0]?.considered.shadowed, ['late (path /x)'])
})

test('a route configuration that is not loaded yet answers 404', async () => {
  const { outcome } = ask(await proxy([], { manager: { rds: { route_config_name: 'later' } } }), get('h'))
  assert.deepEqual([outcome.kind, outcome.status], ['noRoute', 404])
})

test('scoped routes by a header', async () => {
  const scope = (key: string, cluster: string) => ({
    key: { fragments: [{ string_key: key }] },
    route_configuration: {
      name: key,
      virtual_hosts: [{ name: 'v', domains: ['*'], routes: [{ match: everything, route: { cluster } }] }],
    },
  })
  const extractor = { name: 'X-Scope', element_separator: ';', element: { separator: '=', key: 'vip' } }
  const scoped_routes = {
    name: 's',
    scope_key_builder: { fragments: [{ header_value_extractor: extractor }] },
    scoped_route_configurations_list: { scoped_route_configurations: [scope('foo', 'a'), scope('bar', 'b')] },
  }
  const dump = await proxy([], { manager: { scoped_routes } })
  assert.equal(ask(dump, get('h', '/', [['x-scope', 'a=1;vip=foo']])).hops[0]?.cluster, 'a')
  assert.equal(ask(dump, get('h')).outcome.status, 404)
})
