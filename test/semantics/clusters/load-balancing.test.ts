import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { HostSet } from '../../../src/semantics/clusters/hosts.ts'
import { balance, panicThresholdOf } from '../../../src/semantics/clusters/load-balancing.ts'
import { priorityLoads } from '../../../src/semantics/clusters/priority-load.ts'
import { subsetHosts } from '../../../src/semantics/clusters/subset.ts'
import { madeHost } from './made-host.ts'

function level(healthy: number, total: number, priority = 0): HostSet {
  const hosts = Array.from({ length: total }, (_, index) =>
    madeHost(`${priority}.${index}`, { priority, health: index < healthy ? 'healthy' : 'unhealthy' }),
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
  const shares = (cluster: JsonObject, set: HostSet) =>
    balance(cluster, [set]).shares.map(({ probability }) => probability)
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
      madeHost('a', { locality: 'z1', localityWeight: 3, weight: 1 }),
      madeHost('b', { locality: 'z1', localityWeight: 3, weight: 2 }),
      madeHost('c', { locality: 'z2', localityWeight: 1 }),
    ],
  }
  const cluster = { common_lb_config: { locality_weighted_lb_config: {} } }
  const shares = Object.fromEntries(
    balance(cluster, [set]).shares.map((share) => [share.host.label, share.probability]),
  )
  assert.ok(Math.abs((shares.a ?? 0) - 0.25) < 1e-9)
  assert.ok(Math.abs((shares.b ?? 0) - 0.5) < 1e-9)
  assert.ok(Math.abs((shares.c ?? 0) - 0.25) < 1e-9)
})

test('subsets and their fallbacks', () => {
  const labelled = (version: string) => madeHost(version, { metadata: { 'envoy.lb': { version } } })
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

test('the share of a locality follows the overprovisioning factor of the assignment', () => {
  const set: HostSet = {
    overprovisioning: 100,
    weightedPriorityHealth: false,
    hosts: [
      madeHost('a', { locality: 'z1', localityWeight: 1 }),
      madeHost('sick', { locality: 'z1', localityWeight: 1, health: 'unhealthy' }),
      madeHost('b', { locality: 'z2', localityWeight: 1 }),
    ],
  }
  const cluster = { common_lb_config: { locality_weighted_lb_config: {} } }
  assert.deepEqual(sharesByLabel(cluster, set), { a: 1 / 3, b: 2 / 3 })
  assert.deepEqual(sharesByLabel(cluster, { ...set, overprovisioning: 200 }), { a: 0.5, b: 0.5 })
})

test('in panic localities do not count, but for policies that hash', () => {
  const set: HostSet = {
    overprovisioning: 140,
    weightedPriorityHealth: false,
    hosts: [
      madeHost('a', { locality: 'z1', localityWeight: 3, health: 'unhealthy' }),
      madeHost('b', { locality: 'z2', localityWeight: 1, health: 'unhealthy' }),
    ],
  }
  const common_lb_config = { locality_weighted_lb_config: {} }
  assert.deepEqual(sharesByLabel({ common_lb_config }, set), { a: 0.5, b: 0.5 })
  assert.deepEqual(sharesByLabel({ common_lb_config, lb_policy: 'RING_HASH' }, set), { a: 0.75, b: 0.25 })
  const zone_aware_lb_config = { fail_traffic_on_panic: true }
  assert.deepEqual(sharesByLabel({ common_lb_config: { zone_aware_lb_config } }, set), {})
  assert.deepEqual(sharesByLabel(typed('LeastRequest', { locality_lb_config: { zone_aware_lb_config } }), set), {})
})

test('without any locality weight a policy that hashes finds no host, others look at all localities alike', () => {
  const set = level(2, 2)
  const common_lb_config = { locality_weighted_lb_config: {} }
  for (const lb_policy of ['RING_HASH', 'MAGLEV'])
    assert.deepEqual(sharesByLabel({ common_lb_config, lb_policy }, set), {}, lb_policy)
  for (const message of ['RingHash', 'Maglev'])
    assert.deepEqual(sharesByLabel(typed(message, { locality_weighted_lb_config: {} }), set), {}, message)
  assert.deepEqual(sharesByLabel({ common_lb_config, lb_policy: 'LEAST_REQUEST' }, set), { '0.0': 0.5, '0.1': 0.5 })
  // A typed policy does not look at the cluster's common_lb_config.
  assert.deepEqual(sharesByLabel({ ...typed('Maglev', {}), common_lb_config }, set), { '0.0': 0.5, '0.1': 0.5 })
})

test('the first policy that Envoy knows is in force, and within a wrapper the one that picks', () => {
  const set: HostSet = { ...level(0, 0), hosts: [madeHost('a'), madeHost('b', { weight: 3 })] }
  const policies = [policy('no.such.Policy'), policy('Random'), policy('RoundRobin')]
  assert.deepEqual(sharesByLabel({ load_balancing_policy: { policies } }, set), { a: 0.5, b: 0.5 })
  const wrapped = (message: string, child: string) => typed(message, { [child]: { policies: [policy('Random')] } })
  for (const [message, child] of [
    ['Subset', 'subset_lb_policy'],
    ['WrrLocality', 'endpoint_picking_policy'],
    ['OverrideHost', 'fallback_policy'],
  ] as const)
    assert.deepEqual(sharesByLabel(wrapped(message, child), set), { a: 0.5, b: 0.5 }, message)
})

test('the panic threshold: the boundary, rounding, the runtime first, never above 100', () => {
  const panic = (value: number): JsonObject => ({ common_lb_config: { healthy_panic_threshold: { value } } })
  const runtime = (value: number) => ({ value: () => value, fraction: () => ({ numerator: 0, denominator: 100 }) })
  assert.equal(panicThresholdOf({}), 50)
  assert.equal(panicThresholdOf(panic(24.5)), 25)
  assert.equal(panicThresholdOf(panic(80), runtime(0)), 0)
  assert.equal(panicThresholdOf({}, runtime(250)), 100)
  const panics = (set: HostSet, threshold: number) => priorityLoads([set], threshold)[0]?.panic
  assert.equal(panics(level(1, 4), 25), false)
  assert.equal(panics(level(1, 4), 26), true)
  // 2 of 3 are available altogether, 33.3 % healthy and 33.3 % degraded: not rounded apart.
  const degraded = level(1, 3)
  const mixed = {
    ...degraded,
    hosts: degraded.hosts.map((one, i) => (i === 1 ? { ...one, health: 'degraded' as const } : one)),
  }
  assert.equal(panics({ ...mixed, overprovisioning: 100 }, 66), false)
  assert.equal(panics({ ...mixed, overprovisioning: 100 }, 67), true)
})

test('panic counts hosts, also where the health of a priority counts their weight', () => {
  const set: HostSet = {
    overprovisioning: 140,
    weightedPriorityHealth: true,
    hosts: [
      madeHost('a', { weight: 1 }),
      madeHost('b', { health: 'unhealthy' }),
      madeHost('c', { health: 'unhealthy', weight: 8 }),
    ],
  }
  const next = level(1, 1, 1)
  assert.deepEqual(
    priorityLoads([set, next], 50).map(({ healthy, panic }) => [healthy, panic]),
    [
      [14, false],
      [86, false],
    ],
  )
  assert.equal(priorityLoads([set], 50)[0]?.panic, true)
  assert.equal(
    priorityLoads([{ ...set, hosts: [madeHost('a', { weight: 9 }), ...set.hosts.slice(1, 2)] }], 90)[0]?.panic,
    false,
  )
})

test('redundant keys of a request: the selector with the most keys wins, the first of equals', () => {
  const labelled = (label: string, own: JsonObject) => madeHost(label, { metadata: { 'envoy.lb': own } })
  const hosts = [labelled('v1-prod', { v: '1', stage: 'prod' }), labelled('v1-dev', { v: '1', stage: 'dev' })]
  const config = {
    allow_redundant_keys: true,
    subset_selectors: [{ keys: ['v'] }, { keys: ['v', 'stage'] }, { keys: ['x'] }],
  }
  const labels = (criteria: JsonObject) => subsetHosts(config, hosts, criteria).hosts.map(({ label }) => label)
  assert.deepEqual(labels({ v: '1', other: 'y' }), ['v1-prod', 'v1-dev'])
  assert.deepEqual(labels({ v: '1', stage: 'dev', other: 'y' }), ['v1-dev'])
  assert.deepEqual(labels({ v: '1', x: '1' }), ['v1-prod', 'v1-dev'])
  assert.deepEqual(labels({ other: 'y' }), [])
})

test('a subset keeps the weights of localities only where it says so', () => {
  const own = (label: string, locality: string, localityWeight: number, v: string) =>
    madeHost(label, { locality, localityWeight, metadata: { 'envoy.lb': { v } } })
  const hosts = [own('a', 'z1', 4, '1'), own('other', 'z1', 4, '2'), own('b', 'z2', 2, '1')]
  const shares = (subset: JsonObject) => {
    const lb_subset_config = { subset_selectors: [{ keys: ['v'] }], ...subset }
    const chosen = subsetHosts(lb_subset_config, hosts, { v: '1' }).hosts
    const cluster = { lb_subset_config, common_lb_config: { locality_weighted_lb_config: {} } }
    return sharesByLabel(cluster, { hosts: chosen, overprovisioning: 140, weightedPriorityHealth: false })
  }
  assert.deepEqual(shares({}), { a: 0.5, b: 0.5 })
  assert.deepEqual(shares({ locality_weight_aware: true }), { a: 4 / 6, b: 2 / 6 })
  assert.deepEqual(shares({ locality_weight_aware: true, scale_locality_weight: true }), { a: 0.5, b: 0.5 })
})

function policy(message: string, config: JsonObject = {}): JsonObject {
  const type = message.includes('.') ? message : `envoy.extensions.load_balancing_policies.x.v3.${message}`
  return { typed_extension_config: { name: 'x', typed_config: { '@type': `type.googleapis.com/${type}`, ...config } } }
}

function typed(message: string, config: JsonObject): JsonObject {
  return { load_balancing_policy: { policies: [policy(message, config)] } }
}

function sharesByLabel(cluster: JsonObject, set: HostSet): Record<string, number> {
  return Object.fromEntries(
    balance(cluster, [set]).shares.map(({ host: { label }, probability }) => [label, probability]),
  )
}
