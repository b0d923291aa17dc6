import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Host } from '../../../src/semantics/clusters/hosts.ts'
import {
  lbPolicies,
  lbPolicyOf,
  localityConfigOf,
  pickingPolicy,
  picksByHash,
} from '../../../src/semantics/clusters/lb-policy.ts'
import { balance, panicThresholdOf } from '../../../src/semantics/clusters/load-balancing.ts'
import { runtimeOf } from '../../../src/semantics/matching/runtime.ts'

import { madeHost } from './made-host.ts'

const host = (name: string, labels: JsonObject, more: Partial<Host> = {}) =>
  madeHost(name, { metadata: { 'envoy.lb': labels }, ...more })
const policy = (message: string, config: JsonObject = {}): JsonObject => ({
  typed_extension_config: {
    name: 'x',
    typed_config: { '@type': `type.googleapis.com/envoy.x.v3.${message}`, ...config },
  },
})
const typedPolicies = (...policies: JsonObject[]): JsonObject => ({ load_balancing_policy: { policies } })

test('load balancing policies: their names, the first that is known, the one that picks', () => {
  for (const [message, name] of [
    ['RoundRobin', 'ROUND_ROBIN'],
    ['LeastRequest', 'LEAST_REQUEST'],
    ['Random', 'RANDOM'],
    ['RingHash', 'RING_HASH'],
    ['Maglev', 'MAGLEV'],
    ['ClusterProvided', 'CLUSTER_PROVIDED'],
    ['ClientSideWeightedRoundRobin', 'ClientSideWeightedRoundRobin'],
    ['DynamicModulesLoadBalancerPolicy', 'DynamicModulesLoadBalancerPolicy'],
    ['Subset', 'Subset'],
    ['WrrLocality', 'WrrLocality'],
    ['OverrideHost', 'OverrideHost'],
  ] as const)
    assert.equal(lbPolicyOf(typedPolicies(policy('OfLater'), policy(message))), name)
  assert.equal(lbPolicyOf(typedPolicies(policy('OfLater'), policy('OfMuchLater'))), 'OfLater')
  assert.deepEqual(
    [lbPolicyOf({}), lbPolicyOf({ lb_policy: 'MAGLEV' }), lbPolicyOf(typedPolicies())],
    ['ROUND_ROBIN', 'MAGLEV', 'ROUND_ROBIN'],
  )
  for (const [outer, field] of [
    ['Subset', 'subset_lb_policy'],
    ['WrrLocality', 'endpoint_picking_policy'],
    ['OverrideHost', 'fallback_policy'],
  ] as const) {
    const cluster = typedPolicies(policy(outer, { [field]: { policies: [policy('Maglev')] } }))
    assert.deepEqual(
      lbPolicies(cluster).map(({ name }) => name),
      [outer, 'MAGLEV'],
    )
    assert.equal(pickingPolicy(cluster).name, 'MAGLEV')
    assert.equal(picksByHash(cluster), true)
  }
  assert.deepEqual(
    ['RING_HASH', 'MAGLEV', 'RANDOM'].map((lb_policy) => picksByHash({ lb_policy })),
    [true, true, false],
  )
  const locality = { locality_weighted_lb_config: {} }
  assert.deepEqual(localityConfigOf({ common_lb_config: locality }), locality)
  assert.deepEqual(localityConfigOf({ common_lb_config: locality, ...typedPolicies(policy('Random')) }), {})
  assert.deepEqual(localityConfigOf(typedPolicies(policy('Random', { locality_lb_config: locality }))), locality)
  assert.ok('locality_weighted_lb_config' in localityConfigOf(typedPolicies(policy('Maglev', locality))))
})

/** The share of each host in percent. */
const shares = (cluster: JsonObject, some: readonly Host[]) =>
  balance(cluster, [{ hosts: some, overprovisioning: 140, weightedPriorityHealth: false }]).shares.map(
    ({ host: { label }, probability }) => `${label} ${Math.round(probability * 1000) / 10}`,
  )

test('shares of hosts: by weight, by locality, with or without panic', () => {
  const two = [
    host('a', {}, { weight: 3, locality: 'x', localityWeight: 1 }),
    host('b', {}, { locality: 'x', localityWeight: 1 }),
    host('c', {}, { locality: 'y', localityWeight: 3 }),
  ]
  assert.deepEqual(shares({}, two), ['a 60', 'b 20', 'c 20'])
  assert.deepEqual(shares({ lb_policy: 'RANDOM' }, two), ['a 33.3', 'b 33.3', 'c 33.3'])
  const byLocality = { common_lb_config: { locality_weighted_lb_config: {} } }
  assert.deepEqual(shares(byLocality, two), ['a 18.8', 'b 6.3', 'c 75'])
  assert.deepEqual(shares({ ...byLocality, lb_policy: 'MAGLEV' }, two), ['a 18.8', 'b 6.3', 'c 75'])
  const without = two.map((one) => ({ ...one, localityWeight: undefined }))
  assert.deepEqual(shares(byLocality, without), ['a 60', 'b 20', 'c 20'])
  assert.deepEqual(shares({ ...byLocality, lb_policy: 'MAGLEV' }, without), [])
  const sick = two.map((one, at): Host => ({ ...one, health: at === 2 ? 'healthy' : 'unhealthy' }))
  assert.deepEqual(shares({}, sick), ['a 60', 'b 20', 'c 20'], 'a third is less than half: panic')
  assert.deepEqual(shares({ common_lb_config: { healthy_panic_threshold: { value: 0 } } }, sick), ['c 100'])
  const failing = { common_lb_config: { zone_aware_lb_config: { fail_traffic_on_panic: true } } }
  assert.deepEqual(shares(failing, sick), [])
  assert.deepEqual(shares({ ...failing, lb_policy: 'RING_HASH' }, sick), ['a 60', 'b 20', 'c 20'])
  const runtime = runtimeOf({
    layered_runtime: { layers: [{ static_layer: { 'upstream.healthy_panic_threshold': 130 } }] },
  })
  const threshold = (value?: number): JsonObject => ({
    common_lb_config: value === undefined ? {} : { healthy_panic_threshold: { value } },
  })
  assert.deepEqual(
    [
      panicThresholdOf(threshold()),
      panicThresholdOf(threshold(0)),
      panicThresholdOf(threshold(33.6)),
      panicThresholdOf(threshold(0), runtime),
    ],
    [50, 0, 34, 100],
  )
})
