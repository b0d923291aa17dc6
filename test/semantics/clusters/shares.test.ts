import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Chance, explore } from '../../../src/semantics/chance.ts'
import { discoveryOf } from '../../../src/semantics/clusters/discovery-type.ts'
import type { Health, Host, HostSet } from '../../../src/semantics/clusters/hosts.ts'
import { priorityLoads } from '../../../src/semantics/clusters/priority-load.ts'
import { madeHost } from './made-host.ts'

/** Each way of a walk with how likely it is. */
const ways = (walk: (chance: Chance) => unknown, random?: number) =>
  explore(random, walk).map(({ probability, value }) => [value, Math.round(probability * 1e6) / 1e6])

test('a draw has a way for each weight that is not 0, in their order', () => {
  assert.deepEqual(
    ways((chance) => chance.draw([1, 0, 3])),
    [
      [0, 0.25],
      [2, 0.75],
    ],
  )
  assert.deepEqual(
    ways((chance) => chance.draw([5])),
    [[0, 1]],
  )
  assert.deepEqual(
    ways((chance) => chance.draw([0, 0])),
    [[0, 1]],
  )
  assert.deepEqual(
    ways((chance) => `${chance.draw([1, 1])}${chance.draw([1, 3])}`),
    [
      ['00', 0.125],
      ['01', 0.375],
      ['10', 0.125],
      ['11', 0.375],
    ],
  )
})

test('choices on the random number of a stream depend on each other', () => {
  assert.deepEqual(
    ways((chance) => chance.stream(100, [30, 100])),
    [
      [0, 0.3],
      [1, 0.7],
    ],
  )
  assert.deepEqual(
    ways((chance) => `${chance.stream(100, [30, 100])}${chance.stream(100, [50, 100])}`),
    [
      ['00', 0.3],
      ['10', 0.2],
      ['11', 0.5],
    ],
  )
  assert.deepEqual(
    ways((chance) => `${chance.stream(2, [1, 2])}${chance.stream(4, [1, 2, 3, 4])}`),
    [
      ['00', 0.25],
      ['02', 0.25],
      ['11', 0.25],
      ['13', 0.25],
    ],
  )
  assert.deepEqual(
    ways((chance) => `${chance.stream(2, [1, 2])}${chance.stream(3, [1, 3])}`),
    [
      ['00', 0.166667],
      ['01', 0.333333],
      ['10', 0.166667],
      ['11', 0.333333],
    ],
  )
  const large = ways(
    (chance) => `${chance.stream(10_007, [1, 10_007])}${chance.stream(1_000_003, [500_000, 1_000_003])}`,
  )
  assert.equal(large.length, 4)
  assert.ok(Math.abs(large.reduce((sum, [, probability]) => sum + Number(probability), 0) - 1) < 1e-4)
})

test('a known random number has one way, which is that of its remainder', () => {
  for (const [random, interval, weight] of [
    [0, 0, 0],
    [29, 0, 3],
    [30, 1, 0],
    [99, 1, 3],
    [100, 0, 0],
    [131, 1, 1],
  ] as const) {
    assert.deepEqual(
      ways((chance) => chance.stream(100, [30, 100]), random),
      [[interval, 1]],
      `${random}`,
    )
    assert.deepEqual(ways((chance) => chance.draw([1, 4, 0, 5]), random).length, 1)
    assert.equal(
      ways((chance) => chance.draw([1, 4, 0, 5]), random)[0]?.[0],
      [0, 1, 1, 1, 1, 3, 3, 3, 3, 3][random % 10],
      `${weight}`,
    )
  }
})

test('ways end at 256; what is cut off is not made up', () => {
  const found = explore(undefined, (chance) => Array.from({ length: 9 }, () => chance.draw([1, 1])).join(''))
  assert.equal(found.length, 256)
  assert.equal(new Set(found.map(({ value }) => value)).size, 256)
})

const host = (health: Health, more: Partial<Host> = {}) => madeHost('h', { health, ...more })
/** A level of so many healthy, degraded and unhealthy hosts. */
const level = (healthy: number, degraded: number, unhealthy: number, more: Partial<HostSet> = {}): HostSet => ({
  hosts: [
    ...Array.from({ length: healthy }, () => host('healthy')),
    ...Array.from({ length: degraded }, () => host('degraded')),
    ...Array.from({ length: unhealthy }, () => host('unhealthy')),
  ],
  overprovisioning: 140,
  weightedPriorityHealth: false,
  ...more,
})
const loads = (panicThreshold: number, ...levels: readonly HostSet[]) =>
  priorityLoads(levels, panicThreshold).map(
    ({ healthy, degraded, panic }) => `${Math.round(healthy)}/${degraded}${panic ? ' panic' : ''}`,
  )

// https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/priority
test('priorities by the table of the documentation of Envoy, and at the borders of it', () => {
  for (const [healthyFirst, first, second] of [
    [100, 100, 0],
    [72, 100, 0],
    [71, 99, 1],
    [50, 70, 30],
    [25, 35, 65],
    [0, 0, 100],
  ] as const)
    assert.deepEqual(
      loads(50, level(healthyFirst, 0, 100 - healthyFirst), level(100, 0, 0)),
      [`${first}/0`, `${second}/0`],
      `${healthyFirst}`,
    )
  assert.deepEqual(loads(0, level(25, 0, 75), level(25, 0, 75)), ['50/0', '50/0'], 'both together have 70 %')
  assert.deepEqual(
    loads(50, level(25, 0, 75), level(25, 0, 75)),
    ['50/0 panic', '50/0 panic'],
    'by the number of their hosts',
  )
  assert.deepEqual(
    loads(50, level(10, 0, 90), level(5, 0, 5)),
    ['17/0 panic', '83/0'].map((text) => text),
    'a level in panic beside one that is not',
  )
  assert.deepEqual(loads(50, level(1, 0, 3), level(2, 0, 6)), ['33/0 panic', '67/0 panic'])
})

test('degraded hosts take what healthy ones leave, of all levels', () => {
  assert.deepEqual(loads(50, level(1, 1, 0)), ['70/30'])
  assert.deepEqual(loads(50, level(0, 1, 0)), ['0/100'])
  assert.deepEqual(
    loads(50, level(1, 1, 2), level(1, 0, 3)),
    ['35/30', '35/0'].map((text) => text),
  )
  assert.deepEqual(loads(0, level(0, 0, 1)), ['100/0'], 'nothing is healthy, and panic is off')
  assert.deepEqual(loads(0, level(0, 0, 1), level(0, 0, 1)), ['100/0', '0/0'])
  assert.deepEqual(loads(50, level(0, 0, 0)), ['0/0 panic'])
  assert.deepEqual(loads(50, level(0, 0, 0), level(1, 0, 0)), ['0/0', '100/0'])
  assert.deepEqual(loads(50), [])
})

test('overprovisioning, weights, and hosts that are left out of the count', () => {
  assert.deepEqual(loads(0, level(1, 0, 1, { overprovisioning: 100 }), level(1, 0, 0)), ['50/0', '50/0'])
  assert.deepEqual(loads(0, level(1, 0, 1, { overprovisioning: 200 }), level(1, 0, 0)), ['100/0', '0/0'])
  const weighted = {
    hosts: [host('healthy', { weight: 3 }), host('unhealthy')],
    overprovisioning: 100,
    weightedPriorityHealth: true,
  }
  assert.deepEqual(loads(0, weighted, level(1, 0, 0)), ['75/0', '25/0'])
  assert.deepEqual(loads(0, { ...weighted, weightedPriorityHealth: false }, level(1, 0, 0)), ['50/0', '50/0'])
  const excluded = {
    hosts: [host('healthy'), host('unhealthy', { excluded: true })],
    overprovisioning: 100,
    weightedPriorityHealth: false,
  }
  assert.deepEqual(loads(50, excluded, level(1, 0, 0)), ['100/0', '0/0'])
  assert.equal(priorityLoads([level(1, 0, 0, { overprovisioning: 120 })], 50)[0]?.overprovisioning, 120)
})

test('the loads of all levels make 100, whatever their health', () => {
  for (let first = 0; first <= 4; first++)
    for (let second = 0; second <= 4; second++)
      for (let degraded = 0; degraded <= 2; degraded++)
        for (const threshold of [0, 50, 100]) {
          const found = priorityLoads([level(first, degraded, 4 - first), level(second, 0, 4 - second)], threshold)
          const total = found.reduce((sum, { healthy, degraded: part }) => sum + healthy + part, 0)
          assert.ok(Math.abs(total - 100) < 1e-9, `${first} ${second} ${degraded} ${threshold}: ${total}`)
        }
})

test('how a cluster finds its endpoints: by its type, or by the extension', () => {
  const custom = (name: string, type = '', more: object = {}) => ({
    cluster_type: { name, typed_config: { '@type': `type.googleapis.com/${type}`, ...more } },
  })
  for (const [cluster, type] of [
    [{}, 'STATIC'],
    [{ type: 'EDS' }, 'EDS'],
    [custom('envoy.clusters.aggregate', 'envoy.extensions.clusters.aggregate.v3.ClusterConfig'), 'AGGREGATE'],
    [custom('x', 'envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig'), 'DYNAMIC_FORWARD_PROXY'],
    [custom('envoy.cluster.original_dst', ''), 'ORIGINAL_DST'],
    [custom('x', 'envoy.extensions.clusters.dns.v3.DnsCluster'), 'STRICT_DNS'],
    [
      custom('x', 'envoy.extensions.clusters.dns.v3.DnsCluster', { all_addresses_in_single_endpoint: true }),
      'LOGICAL_DNS',
    ],
    [custom('envoy.cluster.static'), 'STATIC'],
    [custom('envoy.cluster.eds'), 'EDS'],
    [custom('envoy.cluster.strict_dns'), 'STRICT_DNS'],
    [custom('envoy.cluster.logical_dns'), 'LOGICAL_DNS'],
    [custom('some.other'), 'some.other'],
  ] as const)
    assert.equal(discoveryOf(cluster).type, type, JSON.stringify(cluster))
  assert.deepEqual(discoveryOf(custom('x', 'a.aggregate.v3.C', { clusters: ['a'] })).config.clusters, ['a'])
})
