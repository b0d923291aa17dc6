import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigDump } from '../../../src/envoy/dump/config-dump.ts'
import type { Json, JsonObject } from '../../../src/envoy/json.ts'
import { ask, chain, dumpOf, get, httpManager, listener, staticCluster } from './dump-of.ts'

/** The same, with the names of these fields as Envoy 1.13 to 1.17 shows them in resources that it upgraded from v2. */
function hiding(value: Json, fields: ReadonlySet<string>): Json {
  if (Array.isArray(value)) return value.map((item) => hiding(item, fields))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      fields.has(key) ? `hidden_envoy_deprecated_${key}` : key,
      inner === undefined ? null : hiding(inner, fields),
    ]),
  )
}

async function both(parts: Parameters<typeof dumpOf>[0], ...fields: string[]): Promise<ConfigDump[]> {
  const hidden = Object.fromEntries(
    Object.entries(parts).map(([part, resources]) => [part, hiding(resources, new Set(fields))]),
  )
  const isChanged = JSON.stringify(hidden) !== JSON.stringify(parts)
  assert.ok(isChanged, 'nothing was hidden')
  return [await dumpOf(parts), await dumpOf(hidden)]
}

const clusters = [staticCluster('a', '1.1.1.1:1'), staticCluster('b', '2.2.2.2:2')]

function ofRoutes(routes: JsonObject[], more: JsonObject = {}): JsonObject[] {
  const manager = httpManager({ route_config: { virtual_hosts: [{ name: 'v', domains: ['*'], routes, ...more }] } })
  return [listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [manager] }] })]
}

test('use_original_dst hands over under its hidden name (Istio 1.8)', async () => {
  const listeners = [
    listener('virtual', '0.0.0.0', 15001, { filter_chains: [chain('a')], use_original_dst: true }),
    listener('own', '10.1.1.1', 80, { filter_chains: [chain('b')], deprecated_v1: { bind_to_port: false } }),
  ]
  for (const dump of await both({ listeners, clusters }, 'use_original_dst')) {
    const { hops } = ask(dump, { destination: { address: '10.1.1.1', port: 80 }, redirect: 15001 })
    assert.equal(hops[0]?.listener, 'own')
    assert.equal(ask(dump, { destination: { address: '10.1.1.1', port: 80 } }).outcome.kind, 'noListener', 'not bound')
  }
})

test('the hosts and the TLS context of a cluster, and the TLS context of a filter chain, under their hidden names', async () => {
  const a = {
    name: 'a',
    hosts: [{ socket_address: { address: '3.3.3.3', port_value: 3 } }],
    tls_context: { sni: 'upstream.test' },
  }
  const tls = { tls_context: { common_tls_context: {} } }
  const listeners = [listener('L', '0.0.0.0', 80, { filter_chains: [{ ...chain('a'), ...tls }] })]
  for (const dump of await both({ listeners, clusters: [a] }, 'hosts', 'tls_context')) {
    assert.equal(ask(dump, {}).outcome.details, 'plaintext_to_tls')
    const [hop] = ask(dump, { tls: {} }).hops
    assert.equal(hop?.endpoints?.[0]?.address, '3.3.3.3:3')
    assert.equal(hop?.tls?.sni, 'upstream.test')
  }
})

test('what a route and its headers match by, under their hidden names', async () => {
  const routes = [
    { match: { regex: '/v[12]' }, route: { cluster: 'a' } },
    { match: { prefix: '/h', headers: [{ name: 'x', regex_match: 'y+' }] }, route: { cluster: 'a' } },
    { match: { prefix: '/' }, route: { cluster: 'b', host_rewrite: 'inner.test' } },
  ]
  for (const dump of await both({ listeners: ofRoutes(routes), clusters }, 'regex', 'regex_match', 'host_rewrite')) {
    const cluster = (path: string, ...headers: [string, string][]) =>
      ask(dump, get('h', path, headers)).hops[0]?.cluster
    assert.equal(cluster('/v1'), 'a')
    assert.equal(cluster('/v3'), 'b')
    assert.equal(cluster('/h', ['x', 'yy']), 'a')
    assert.equal(cluster('/h', ['x', 'z']), 'b')
    assert.equal(ask(dump, get('h', '/')).hops[0]?.upstream?.authority, 'inner.test')
  }
})

test('the untyped configuration of a filter, and of a filter for a route, under their hidden names', async () => {
  const fault = { name: 'envoy.fault', config: { abort: { http_status: 418, percentage: { numerator: 100 } } } }
  const routes = [
    { match: { prefix: '/off' }, route: { cluster: 'a' }, per_filter_config: { 'envoy.fault': {} } },
    { match: { prefix: '/' }, route: { cluster: 'a' } },
  ]
  const manager = httpManager({
    http_filters: [fault, { name: 'envoy.router' }],
    route_config: { virtual_hosts: [{ name: 'v', domains: ['*'], routes }] },
  })
  const listeners = [listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [manager] }] })]
  for (const dump of await both({ listeners, clusters }, 'config', 'per_filter_config')) {
    assert.equal(ask(dump, get('h', '/')).outcome.status, 418)
    assert.equal(ask(dump, get('h', '/off')).outcome.kind, 'upstream')
  }
})
