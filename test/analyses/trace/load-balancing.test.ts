import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Host, HostSet } from '../../../src/semantics/clusters/hosts.ts'
import { hostShares } from '../../../src/semantics/clusters/load-balancing.ts'
import { priorityLoads } from '../../../src/semantics/clusters/priority-load.ts'
import { subsetHosts } from '../../../src/semantics/clusters/subset.ts'

function host(label: string, fields: Partial<Host> = {}): Host {
  return {
    label,
    socket: undefined,
    internalListener: undefined,
    hostname: undefined,
    health: 'healthy',
    excluded: false,
    weight: 1,
    priority: 0,
    locality: '',
    localityWeight: undefined,
    metadata: {},
    localityMetadata: {},
    ...fields,
  }
}

function level(healthy: number, total: number, priority = 0): HostSet {
  const hosts = Array.from({ length: total }, (_, index) =>
    host(`${priority}.${index}`, { priority, health: index < healthy ? 'healthy' : 'unhealthy' }),
  )
  return { hosts, overprovisioning: 140, weightedPriorityHealth: false }
}

test('priorities spill over by health times 140 %', () => {
  const loads = (levels: HostSet[], threshold = 50) => priorityLoads(levels, threshold).map(({ healthy }) => healthy)
  assert.deepEqual(loads([level(4, 10), level(10, 10, 1)]), [56, 44])
  assert.deepEqual(loads([level(8, 10), level(10, 10, 1)]), [100, 0])
  assert.deepEqual(loads([level(0, 3), level(3, 3, 1)]), [0, 100])
})

test('draining hosts do not count against the health of their priority', () => {
  const set = level(2, 4)
  const [first, second, third, fourth] = set.hosts
  if (!first || !second || !third || !fourth) throw new Error('four hosts')
  const draining = { ...set, hosts: [first, second, third, { ...fourth, excluded: true }] }
  assert.deepEqual(
    priorityLoads([draining, level(1, 1, 1)], 50).map(({ healthy }) => healthy),
    [93, 7],
  )
})

test('panic uses unhealthy hosts, unless it is turned off', () => {
  const panic = (value?: number): JsonObject =>
    value === undefined ? {} : { common_lb_config: { healthy_panic_threshold: { value } } }
  const shares = (cluster: JsonObject, set: HostSet) => hostShares(cluster, [set]).map(({ probability }) => probability)
  assert.deepEqual(shares(panic(), level(0, 4)), [0.25, 0.25, 0.25, 0.25])
  assert.deepEqual(shares(panic(0), level(0, 4)), [])
  assert.deepEqual(shares({ common_lb_config: { healthy_panic_threshold: {} } }, level(0, 4)), [])
  assert.equal(shares(panic(), level(1, 4)).length, 4)
  assert.equal(shares(panic(10), level(1, 4)).length, 1)
})

test('locality weights, then host weights', () => {
  const set: HostSet = {
    overprovisioning: 140,
    weightedPriorityHealth: false,
    hosts: [
      host('a', { locality: 'z1', localityWeight: 3, weight: 1 }),
      host('b', { locality: 'z1', localityWeight: 3, weight: 2 }),
      host('c', { locality: 'z2', localityWeight: 1 }),
    ],
  }
  const cluster = { common_lb_config: { locality_weighted_lb_config: {} } }
  const shares = Object.fromEntries(hostShares(cluster, [set]).map((share) => [share.host.label, share.probability]))
  assert.ok(Math.abs((shares.a ?? 0) - 0.25) < 1e-9)
  assert.ok(Math.abs((shares.b ?? 0) - 0.5) < 1e-9)
  assert.ok(Math.abs((shares.c ?? 0) - 0.25) < 1e-9)
})

test('subsets and their fallbacks', () => {
  const labelled = (version: string) => host(version, { metadata: { 'envoy.lb': { version } } })
  const hosts = [labelled('v1'), labelled('v2')]
  const config = { subset_selectors: [{ keys: ['version'] }] }
  const labels = (criteria: JsonObject, more: JsonObject = {}) =>
    subsetHosts({ ...config, ...more }, hosts, criteria).hosts.map(({ label }) => label)
  assert.deepEqual(labels({ version: 'v2' }), ['v2'])
  assert.deepEqual(labels({ version: 'v9' }), [])
  assert.deepEqual(labels({ version: 'v9' }, { fallback_policy: 'ANY_ENDPOINT' }), ['v1', 'v2'])
  assert.deepEqual(labels({ version: 'v2', stage: 'p' }), [])
  assert.deepEqual(labels({ stage: 'p' }, { fallback_policy: 'DEFAULT_SUBSET', default_subset: { version: 'v1' } }), [
    'v1',
  ])
})
