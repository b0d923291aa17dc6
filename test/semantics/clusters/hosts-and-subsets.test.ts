import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { type Host, hostsOf, localityOf } from '../../../src/semantics/clusters/hosts.ts'
import {
  lbPolicies,
  lbPolicyOf,
  localityConfigOf,
  pickingPolicy,
  picksByHash,
} from '../../../src/semantics/clusters/lb-policy.ts'
import { balance, panicThresholdOf } from '../../../src/semantics/clusters/load-balancing.ts'
import { subsetConfig, subsetHosts } from '../../../src/semantics/clusters/subset.ts'
import { indexOf } from '../../../src/semantics/connection/dump-index.ts'
import { runtimeOf } from '../../../src/semantics/matching/runtime.ts'
import { dumpOf } from '../../analyses/trace/dump-of.ts'

const at = (address: string): JsonObject => ({ socket_address: { address, port_value: 80 } })
const lbEndpoint = (address: string, more: JsonObject = {}): JsonObject => ({
  endpoint: { address: at(address) },
  ...more,
})
const assignment = (endpoints: JsonObject[], policy: JsonObject = {}): JsonObject => ({
  cluster_name: 'c',
  endpoints,
  policy,
})

async function hosts(
  cluster: JsonObject,
  { endpoints, statuses }: { endpoints?: JsonObject[]; statuses?: JsonObject[] } = {},
) {
  const dump = await dumpOf({ clusters: [cluster], ...(endpoints === undefined ? {} : { endpoints }) })
  return hostsOf(cluster, indexOf(dump), statuses)
}

const shown = ({ label, health, excluded, weight, priority, locality, unhealthyCauses }: Host) =>
  [label, health, excluded ? 'excluded' : '', weight, priority, locality, unhealthyCauses.join()]
    .filter((part) => part !== '')
    .join(' ')

test('the health that the control plane gives an endpoint', async () => {
  for (const [health_status, expected] of [
    [undefined, 'healthy 1 0'],
    ['UNKNOWN', 'healthy 1 0'],
    ['HEALTHY', 'healthy 1 0'],
    ['DEGRADED', 'degraded 1 0'],
    ['UNHEALTHY', 'unhealthy 1 0'],
    ['DRAINING', 'unhealthy excluded 1 0 eds-draining'],
    ['TIMEOUT', 'unhealthy 1 0 eds-timeout'],
    ['OF_LATER', 'healthy 1 0'],
  ] as const) {
    const endpoints = [{ lb_endpoints: [lbEndpoint('10.0.0.1', health_status === undefined ? {} : { health_status })] }]
    const set = await hosts({ name: 'c', load_assignment: assignment(endpoints) })
    assert.deepEqual(set?.hosts.map(shown), [`10.0.0.1:80 ${expected}`], health_status)
  }
})

test('what Envoy itself says of a host goes before the word of the control plane', async () => {
  for (const [health, expected] of [
    [{}, 'healthy 1 0'],
    [{ eds_health_status: 'DEGRADED' }, 'degraded 1 0'],
    [{ eds_health_status: 'UNHEALTHY' }, 'unhealthy 1 0 eds-unhealthy'],
    [{ eds_health_status: 'DRAINING' }, 'unhealthy excluded 1 0 eds-draining'],
    [{ failed_outlier_check: true }, 'unhealthy 1 0 ejected'],
    [{ failed_active_health_check: true }, 'unhealthy 1 0 check-failed'],
    [{ excluded_via_immediate_hc_fail: true }, 'unhealthy excluded 1 0 check-failed-at-once'],
    [{ pending_active_hc: true }, 'unhealthy excluded 1 0 check-pending'],
    [{ failed_active_degraded_check: true }, 'degraded 1 0'],
    [{ failed_active_degraded_check: true, failed_outlier_check: true }, 'unhealthy 1 0 ejected'],
    [{ failed_active_degraded_check: true, eds_health_status: 'TIMEOUT' }, 'unhealthy 1 0 eds-timeout'],
    [
      { failed_outlier_check: true, failed_active_health_check: true, eds_health_status: 'TIMEOUT' },
      'unhealthy 1 0 ejected,check-failed,eds-timeout',
    ],
    [{ failed_outlier_check: false }, 'healthy 1 0'],
  ] as readonly (readonly [JsonObject, string])[]) {
    const statuses = [
      { name: 'other' },
      { name: 'c', host_statuses: [{ address: at('10.0.0.1'), health_status: health }] },
    ]
    const own = await hosts({ name: 'c', type: 'EDS' }, { statuses })
    assert.deepEqual(own?.hosts.map(shown), [`10.0.0.1:80 ${expected}`], JSON.stringify(health))
    const endpoints = [
      assignment([
        {
          lb_endpoints: [
            lbEndpoint('10.0.0.1', { health_status: 'HEALTHY' }),
            lbEndpoint('10.0.0.2', { health_status: 'UNHEALTHY' }),
          ],
        },
      ]),
    ]
    const both = await hosts({ name: 'c', type: 'EDS' }, { endpoints, statuses })
    assert.deepEqual(
      both?.hosts.map(shown),
      [`10.0.0.1:80 ${expected}`, '10.0.0.2:80 unhealthy 1 0'],
      JSON.stringify(health),
    )
  }
})

test('where the hosts of a cluster are: endpoints, statuses, its own assignment, old fields, nowhere', async () => {
  const group = {
    locality: { region: 'r', zone: 'z' },
    priority: 1,
    load_balancing_weight: 7,
    lb_endpoints: [lbEndpoint('10.0.0.1', { load_balancing_weight: 3 })],
  }
  const set = await hosts({
    name: 'c',
    load_assignment: assignment([group], { overprovisioning_factor: 120, weighted_priority_health: true }),
  })
  assert.deepEqual(set?.hosts.map(shown), ['10.0.0.1:80 healthy 3 1 r/z'])
  assert.deepEqual([set?.hosts[0]?.localityWeight, set?.overprovisioning, set?.weightedPriorityHealth], [7, 120, true])
  const plain = await hosts({ name: 'c', load_assignment: assignment([]) })
  assert.deepEqual([plain?.hosts, plain?.overprovisioning, plain?.weightedPriorityHealth], [[], 140, false])
  const named = { name: 'c', type: 'EDS', eds_cluster_config: { service_name: 's' } }
  const endpoints = [
    { ...assignment([group]), cluster_name: 's' },
    { ...assignment([]), cluster_name: 'c' },
  ]
  assert.equal((await hosts(named, { endpoints }))?.hosts.length, 1)
  assert.equal((await hosts({ name: 'c', type: 'EDS' }, { endpoints }))?.hosts.length, 0)
  assert.deepEqual((await hosts({ name: 'c', hosts: [at('10.0.0.9')] }))?.hosts.map(shown), ['10.0.0.9:80 healthy 1 0'])
  assert.equal(await hosts({ name: 'c', type: 'EDS' }), undefined)
  assert.equal(await hosts({ name: 'c', eds_cluster_config: {} }), undefined)
  assert.deepEqual((await hosts({ name: 'c', type: 'EDS' }, { endpoints: [] }))?.hosts, [])
  assert.deepEqual((await hosts({ name: 'c' }))?.hosts, [])
  const draining = {
    name: 'c',
    load_assignment: assignment([{ lb_endpoints: [lbEndpoint('10.0.0.1', { health_status: 'DRAINING' })] }], {
      weighted_priority_health: true,
    }),
  }
  const made = await hosts(draining, {
    endpoints: [
      assignment([{ lb_endpoints: [lbEndpoint('10.0.0.1', { health_status: 'UNHEALTHY' }), lbEndpoint('10.0.0.2')] }]),
    ],
  })
  assert.deepEqual(made?.hosts.map(shown), ['10.0.0.1:80 unhealthy excluded 1 0', '10.0.0.2:80 healthy 1 0'])
  assert.equal(made?.weightedPriorityHealth, true)
  for (const [locality, text] of [
    [{}, ''],
    [{ region: 'r' }, 'r'],
    [{ zone: 'z' }, '/z'],
    [{ region: 'r', sub_zone: 's' }, 'r//s'],
    [{ region: 'r', zone: 'z', sub_zone: 's' }, 'r/z/s'],
  ] as const)
    assert.equal(localityOf(locality), text)
})

const host = (name: string, labels: JsonObject, more: Partial<Host> = {}): Host => ({
  label: name,
  socket: undefined,
  internalListener: undefined,
  hostname: undefined,
  health: 'healthy',
  unhealthyCauses: [],
  excluded: false,
  weight: 1,
  priority: 0,
  locality: '',
  localityWeight: undefined,
  metadata: { 'envoy.lb': labels },
  localityMetadata: {},
  ...more,
})
const all = [
  host('a', { v: '1', s: 'x' }),
  host('b', { v: '1', s: 'y' }),
  host('c', { v: '2' }),
  host('d', { v: ['1', '3'] }),
]
const selectors = (...lists: readonly (readonly string[])[]) => ({
  subset_selectors: lists.map((keys) => ({ keys: [...keys] })),
})

/** The hosts of a subset, and why these. */
function chosen(config: JsonObject, criteria: JsonObject): string {
  const { hosts: found, reason } = subsetHosts(config, all, criteria)
  return `${found.map(({ label }) => label).join('')} ${Object.values(reason.args).join(' ')}`.trim()
}

test('a subset by the selector of just the keys that are asked for', () => {
  const config = selectors(['v'], ['s', 'v'])
  assert.equal(chosen(config, { v: '1' }), 'ab v=1')
  assert.equal(chosen(config, { v: '1', s: 'y' }), 'b v=1,s=y')
  assert.equal(chosen(config, { v: '9' }), 'v=9 empty none')
  assert.equal(chosen(config, { s: 'x' }), 's=x no-selector none')
  assert.equal(chosen(config, {}), 'not-asked none')
  assert.equal(chosen(config, { v: ['1', '3'] }), 'd v=["1","3"]')
  assert.equal(chosen({ ...config, list_as_any: true }, { v: '3' }), 'd v=3')
  assert.equal(chosen({ ...config, list_as_any: true }, { v: '1' }), 'abd v=1')
  const redundant = { ...config, allow_redundant_keys: true }
  assert.equal(chosen(redundant, { v: '1', other: '2' }), 'ab v=1')
  assert.equal(chosen(redundant, { v: '1', s: 'x', other: '2' }), 'a v=1,s=x')
  assert.equal(chosen(redundant, { other: '2' }), 'other=2 no-selector none')
})

test('where a subset is empty: any endpoint, the default subset, fewer keys, a list of criteria', () => {
  const config = (more: JsonObject): JsonObject => ({ ...selectors(['v']), ...more })
  assert.equal(chosen(config({ fallback_policy: 'ANY_ENDPOINT' }), { v: '9' }), 'abcd v=9 empty any-endpoint')
  assert.equal(
    chosen(config({ fallback_policy: 'DEFAULT_SUBSET', default_subset: { v: '2' } }), { v: '9' }),
    'c v=9 empty default-subset',
  )
  assert.equal(
    chosen(config({ fallback_policy: 'DEFAULT_SUBSET', default_subset: { v: '8' } }), { v: '9' }),
    'v=9 empty default-subset',
  )
  assert.equal(
    chosen(config({ fallback_policy: 'DEFAULT_SUBSET', default_subset: { v: '8' }, panic_mode_any: true }), { v: '9' }),
    'abcd v=9 empty panic',
  )
  const own = (fallback_policy: string, more: JsonObject = {}): JsonObject => ({
    subset_selectors: [{ keys: ['v'] }, { keys: ['s', 'v'], fallback_policy, ...more }],
    fallback_policy: 'ANY_ENDPOINT',
  })
  const asked = { v: '1', s: 'z' }
  assert.equal(chosen(own('NO_FALLBACK'), asked), 'v=1,s=z empty none')
  assert.equal(chosen(own('NOT_DEFINED'), asked), 'abcd v=1,s=z empty any-endpoint')
  assert.equal(chosen(own('KEYS_SUBSET', { fallback_keys_subset: ['v'] }), asked), 'ab v=1')
  assert.equal(
    chosen({ ...own('DEFAULT_SUBSET'), default_subset: { v: '8' }, panic_mode_any: true }, asked),
    'v=1,s=z empty default-subset',
    'no panic',
  )
  const list = config({ metadata_fallback_policy: 'FALLBACK_LIST' })
  assert.equal(chosen(list, { fallback_list: [{ v: '9' }, { v: '2' }, { v: '1' }] }), 'c v=2')
  assert.equal(chosen(list, { fallback_list: [{ v: '9' }, { v: '8' }] }), 'v=9 empty none')
  assert.equal(chosen(list, { v: '1' }), 'ab v=1')
  assert.equal(subsetConfig({ lb_subset_config: {} }), undefined)
  assert.deepEqual(subsetConfig({ lb_subset_config: selectors(['v']) }), selectors(['v']))
})

test('localities of a subset shrink with the part of their hosts that is left', () => {
  const zoned = (name: string, v: string, localityWeight?: number) =>
    host(name, { v }, { locality: name[0] ?? '', localityWeight })
  const some = [
    zoned('x1', '1', 10),
    zoned('x2', '2', 10),
    zoned('x3', '2', 10),
    zoned('y1', '1', 10),
    zoned('z1', '1'),
  ]
  const config = { ...selectors(['v']), locality_weight_aware: true, scale_locality_weight: true }
  const weights = (own: JsonObject) =>
    subsetHosts(own, some, { v: '1' }).hosts.map(({ localityWeight }) => localityWeight)
  assert.deepEqual(weights(config), [3, 10, undefined])
  assert.deepEqual(weights({ ...config, scale_locality_weight: false }), [10, 10, undefined])
  assert.deepEqual(weights({ ...config, locality_weight_aware: false }), [10, 10, undefined])
})

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
