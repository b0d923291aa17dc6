import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceFor } from '../../../../src/analyses/trace/advice/advice.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { outcomeText } from '../../../../src/semantics/outcome-text.ts'
import { askAll, dumpOf, endpoint, get, httpManager, listener, sentence, staticCluster, tcpProxy } from '../dump-of.ts'

/** `a: 2` is two endpoints in zone a. */
type Zones = Readonly<Record<string, number>>

let host = 0
function zoned(name: string, zones: Zones, fields: JsonObject = {}, policy: JsonObject = {}): JsonObject {
  const endpoints = Object.entries(zones).map(([zone, count]) => ({
    locality: { zone },
    lb_endpoints: Array.from({ length: count }, () => endpoint(`10.1.${zone.charCodeAt(0)}.${++host}:80`)),
  }))
  return { name, ...fields, load_assignment: { cluster_name: name, endpoints, policy } }
}

const small = { common_lb_config: { zone_aware_lb_config: { min_cluster_size: 1 } } }
const own = { a: 2, b: 1, c: 1 }

interface Setting {
  readonly local?: JsonObject | undefined
  readonly bootstrap?: JsonObject
}

/** The share of each zone, in whole percent, and what is said of it. */
async function shares(cluster: JsonObject, { local = zoned('own', own), bootstrap }: Setting = {}) {
  const routes = [{ match: { prefix: '/' }, route: { cluster: cluster.name } }]
  const dump = await dumpOf({
    bootstrap: bootstrap ?? { node: { locality: { zone: 'a' } }, cluster_manager: { local_cluster_name: 'own' } },
    listeners: [
      listener('L', '0.0.0.0', 80, {
        filter_chains: [{ filters: [httpManager({ route_config: { virtual_hosts: [{ domains: ['*'], routes }] } })] }],
      }),
    ],
    clusters: [cluster, local],
  })
  const [only] = askAll(dump, get('x'))
  const hop = only?.hops[0]
  const zones = new Map<string, number>()
  for (const { address, probability } of hop?.endpoints ?? []) {
    const zone = String.fromCharCode(Number(address.split('.')[2]))
    zones.set(zone, (zones.get(zone) ?? 0) + probability * 100)
  }
  const rounded = [...zones].map(([zone, share]) => [zone, Math.round(share)] as const)
  return { zones: Object.fromEntries(rounded), reason: sentence(hop?.reasons.zones) }
}

// The shares are those that Envoy 1.40 gave 400 requests each, within their scatter; the lab sends random ones.
test('the own zone takes what it can, the rest goes where endpoints are more than proxies', async () => {
  assert.deepEqual(await shares(zoned('direct', { b: 1, a: 2, c: 1 }, small)), {
    zones: { a: 100 },
    reason: 'zone-aware routing: 100 % stay in /a, where this proxy is',
  })
  assert.deepEqual((await shares(zoned('residual', { b: 3, a: 1, c: 1 }, small))).zones, { b: 60, a: 40 })
  assert.deepEqual((await shares(zoned('default size', { b: 4, a: 2 }))).zones, { b: 33, a: 67 })
  assert.deepEqual((await shares(zoned('none of the own', { b: 1, c: 2 }, small))).zones, { b: 17, c: 83 })
  assert.deepEqual((await shares(zoned('other zones', { b: 2, a: 1, d: 1 }, small))).zones, { b: 25, a: 50, d: 25 })
})

test('half of the requests do not look at zones when routing is enabled for half', async () => {
  const half = { zone_aware_lb_config: { min_cluster_size: 1, routing_enabled: { value: 50 } } }
  assert.deepEqual(await shares(zoned('half', { b: 3, a: 1 }, { common_lb_config: half })), {
    zones: { b: 63, a: 38 },
    reason: 'zone-aware routing for 50 % of requests: 50 % stay in /a, where this proxy is',
  })
})

test('zones do not count without a local cluster, in small clusters, for hashing policies and weighted localities', async () => {
  const flat = { zones: { b: 75, a: 25 }, reason: undefined }
  const even = { b: 3, a: 1 }
  assert.deepEqual(await shares(zoned('no local cluster', even, small), { bootstrap: {} }), flat)
  assert.deepEqual(await shares(zoned('small', even)), flat)
  assert.deepEqual(await shares(zoned('ring', even, { ...small, lb_policy: 'RING_HASH' })), flat)
  assert.deepEqual(await shares(zoned('one zone', even, small), { local: zoned('own', { a: 3 }) }), flat)
  const weighted = { common_lb_config: { locality_weighted_lb_config: {} } }
  assert.deepEqual(await shares(zoned('weighted', { b: 6, a: 2 }, weighted)), flat)
  const old = { user_agent_build_version: { version: { major_number: 1, minor_number: 27 } }, locality: { zone: 'a' } }
  const bootstrap = { node: old, cluster_manager: { local_cluster_name: 'own' } }
  assert.deepEqual(await shares(zoned('before 1.28', even, small), { bootstrap }), flat)
})

test('where the endpoints of the local cluster are unknown, the shares say that zones are left aside', async () => {
  const { zones, reason } = await shares(zoned('unknown', { b: 3, a: 1 }, small), {
    local: { name: 'own', type: 'EDS' },
  })
  assert.deepEqual(zones, { b: 75, a: 25 })
  assert.match(reason ?? '', /^zone-aware routing by local cluster own, whose endpoints are not in the dump/)
})

test('drop_overloads are an alternative with odds, for requests and not for connections', async () => {
  const policy = { drop_overloads: [{ category: 'x', drop_percentage: { numerator: 40 } }] }
  const routes = [{ match: { prefix: '/' }, route: { cluster: 'd' } }]
  const dump = await dumpOf({
    listeners: [
      listener('L', '0.0.0.0', 80, {
        filter_chains: [{ filters: [httpManager({ route_config: { virtual_hosts: [{ domains: ['*'], routes }] } })] }],
      }),
      listener('T', '0.0.0.0', 90, { filter_chains: [{ filters: [tcpProxy('d')] }] }),
    ],
    clusters: [zoned('d', { a: 1 }, {}, policy), staticCluster('other')],
  })
  const [dropped, sent, ...others] = askAll(dump, get('x'))
  assert.deepEqual(others, [])
  assert.deepEqual(
    [dropped?.probability, dropped?.outcome.kind, dropped?.outcome.status, dropped?.outcome.flags],
    [0.4, 'denied', 503, 'DO'],
  )
  assert.equal(dropped?.outcome.details, 'drop_overload')
  assert.match(dropped === undefined ? '' : outcomeText(dropped.outcome), /drop 40 % of its requests/)
  assert.ok(dropped && /drop_overloads/.test(adviceFor(dropped.outcome, dropped.hops.at(-1)) ?? ''))
  assert.deepEqual([sent?.probability, sent?.outcome.kind], [0.6, 'upstream'])
  assert.deepEqual(
    askAll(dump, { destination: { address: '10.0.0.1', port: 90 } }).map(({ outcome }) => outcome.kind),
    ['tcp'],
  )
})
