import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type JsonObject, objectOf } from '../../../../src/envoy/json.ts'
import { outcomeText } from '../../../../src/semantics/outcome-text.ts'
import { trace } from '../../../../src/walk/trace.ts'
import { ask, askAll, dumpOf, endpoint, get, listener, sentence, staticCluster, tcpProxy } from '../dump-of.ts'
import { everything, httpProxy } from '../http-proxy.ts'

interface Place {
  readonly hosts: readonly string[]
  readonly priority?: number
  readonly zone?: string
  readonly weight?: number
}

/** `HEALTHY`, `UNHEALTHY` by host: `1.1.1.1:1 UNHEALTHY`. */
function cluster(places: readonly Place[], fields: JsonObject = {}): JsonObject {
  const endpoints = places.map(({ hosts, priority = 0, zone, weight }) => ({
    priority,
    ...(zone === undefined ? {} : { locality: { zone } }),
    ...(weight === undefined ? {} : { load_balancing_weight: weight }),
    lb_endpoints: hosts.map((host) => {
      const [address = '', health_status = 'HEALTHY'] = host.split(' ')
      return { ...endpoint(address), health_status }
    }),
  }))
  return { name: 'c', load_assignment: { endpoints }, ...fields }
}

const route = (action: JsonObject = {}): JsonObject => ({ match: everything, route: { cluster: 'c', ...action } })
const proxy = (one: JsonObject, more: { action?: JsonObject; runtime?: JsonObject } = {}) =>
  httpProxy([route(more.action)], {
    clusters: [one],
    bootstrap: { layered_runtime: { layers: [{ static_layer: more.runtime ?? {} }] } },
  })

const failing = { common_lb_config: { zone_aware_lb_config: { fail_traffic_on_panic: true } } }
const weighted = { common_lb_config: { locality_weighted_lb_config: {} } }
const noPanic = { common_lb_config: { healthy_panic_threshold: {} } }

test('panic is named with its priority, its share of healthy endpoints and its threshold', async () => {
  const panic = async (...places: Place[]) =>
    sentence(ask(await proxy(cluster(places)), get('h')).hops[0]?.reasons.panic)
  assert.equal(
    await panic({ hosts: ['1.1.1.1:1 UNHEALTHY', '1.1.1.2:1 UNHEALTHY'] }),
    'panic, all get requests: 0 of 2 endpoints are healthy, less than 50 %',
  )
  assert.equal(
    await panic({ hosts: ['1.1.1.1:1 UNHEALTHY'] }, { hosts: ['2.2.2.2:1 UNHEALTHY'], priority: 1 }),
    'panic, all get requests: 0 of 1 endpoints are healthy, less than 50 %; of priority 1 0 of 1 endpoints are healthy, less than 50 %',
  )
  assert.equal(await panic({ hosts: ['1.1.1.1:1', '1.1.1.2:1 UNHEALTHY'] }), undefined)
})

test('fail_traffic_on_panic: the share of a priority in panic finds no endpoint', async () => {
  const places = [
    { hosts: ['1.1.1.1:1', '1.1.1.2:1 UNHEALTHY', '1.1.1.3:1 UNHEALTHY', '1.1.1.4:1 UNHEALTHY'] },
    {
      hosts: ['2.2.2.1:1', '2.2.2.2:1', '2.2.2.3:1 UNHEALTHY', '2.2.2.4:1 UNHEALTHY', '2.2.2.5:1 UNHEALTHY'],
      priority: 1,
    },
  ]
  const all = async (fields: JsonObject) => askAll(await proxy(cluster(places, fields)), get('h'))
  const kinds = (await all(failing)).map(({ probability, outcome }) => [probability, outcome.kind])
  assert.deepEqual(kinds, [[1, 'noHealthyUpstream']])
  const lower = { common_lb_config: { healthy_panic_threshold: { value: 30 }, ...failing.common_lb_config } }
  const [reached, failed] = await all(lower)
  assert.deepEqual(reached?.outcome.kind, 'upstream')
  assert.equal(
    reached?.hops[0]?.endpoints?.reduce((sum, one) => sum + one.probability, 0),
    1,
  )
  assert.deepEqual([failed?.outcome.status, failed?.outcome.flags, failed?.hops[0]?.endpoints], [503, 'UH', []])
  assert.equal(
    failed && outcomeText(failed.outcome),
    'c: panic, and fail_traffic_on_panic sends no endpoint a request: 1 of 4 endpoints are healthy, less than 30 %',
  )
  assert.ok(Math.abs((reached?.probability ?? 0) + (failed?.probability ?? 0) - 1) < 1e-9)
})

test('a hashing policy that weighs localities and finds no weight says so; its ring has no degraded endpoint', async () => {
  const places = [{ hosts: ['1.1.1.1:1', '1.1.1.2:1'], zone: 'a' }]
  const none = ask(await proxy(cluster(places, { ...weighted, lb_policy: 'RING_HASH' })), get('h'))
  assert.equal(
    outcomeText(none.outcome),
    'c: no locality has a weight, without which hashing by locality weights finds no endpoint',
  )
  const mixed = [{ hosts: ['1.1.1.1:1', '1.1.1.2:1 DEGRADED', '1.1.1.3:1 DEGRADED'] }]
  const shares = async (fields: JsonObject) =>
    ask(await proxy(cluster(mixed, fields)), get('h')).hops[0]?.endpoints?.map(({ probability }) => probability)
  assert.deepEqual(await shares({ lb_policy: 'MAGLEV' }), [1])
  assert.deepEqual((await shares({}))?.length, 3)
  const degraded = cluster([{ hosts: ['1.1.1.1:1 DEGRADED'] }], { lb_policy: 'RING_HASH', ...noPanic })
  assert.equal(ask(await proxy(degraded), get('h')).outcome.kind, 'noHealthyUpstream')
})

test('why an endpoint gets nothing', async () => {
  const why = async (places: Place[], fields: JsonObject = {}) =>
    ask(await proxy(cluster(places, fields)), get('h')).hops[0]?.considered.endpoints?.map(({ reason }) =>
      sentence(reason),
    )
  const localities = [
    { hosts: ['1.1.1.1:1'], zone: 'a', weight: 2 },
    { hosts: ['1.1.1.2:1'], zone: 'b' },
  ]
  assert.deepEqual(await why(localities, weighted), ['its locality /b has no weight (load_balancing_weight)'])
  assert.deepEqual(
    await why([{ hosts: ['1.1.1.1:1'] }, { hosts: ['2.2.2.2:1', '2.2.2.3:1 UNHEALTHY'], priority: 1 }]),
    ['priority 1 gets no traffic', 'unhealthy'],
  )
  assert.deepEqual(await why([{ hosts: ['1.1.1.1:1 UNHEALTHY', '1.1.1.2:1'] }], failing), ['unhealthy'])
  assert.deepEqual(await why([{ hosts: ['1.1.1.1:1 UNHEALTHY', '1.1.1.2:1 UNHEALTHY', '1.1.1.3:1'] }], failing), [
    'priority 0 is in panic (fail_traffic_on_panic)',
    'priority 0 is in panic (fail_traffic_on_panic)',
    'priority 0 is in panic (fail_traffic_on_panic)',
  ])
})

test('maintenance mode turns away its share, before an endpoint is looked for', async () => {
  const all = async (runtime: JsonObject) =>
    askAll(await proxy(cluster([{ hosts: ['1.1.1.1:1'] }]), { runtime }), get('h')).map(({ probability, outcome }) => [
      probability,
      outcome.kind,
      outcome.status,
      outcome.flags,
      outcome.details,
    ])
  const away = ['denied', 503, 'UO', 'maintenance_mode']
  const sent = ['upstream', undefined, undefined, 'via_upstream']
  assert.deepEqual(await all({ 'upstream.maintenance_mode.c': 100 }), [[1, ...away]])
  assert.deepEqual(await all({ upstream: { maintenance_mode: { c: 25 } } }), [
    [0.25, ...away],
    [0.75, ...sent],
  ])
  assert.deepEqual(await all({ 'upstream.maintenance_mode.c': 0, 'upstream.maintenance_mode.d': 100 }), [[1, ...sent]])
  assert.deepEqual((await all({ 'upstream.maintenance_mode.c': 250 })).length, 1)
})

test('a circuit breaker of 0 lets nothing through, by the priority of the route and the runtime', async () => {
  const ends = async (threshold: JsonObject, more: { action?: JsonObject; runtime?: JsonObject } = {}) => {
    const one = cluster([{ hosts: ['1.1.1.1:1'] }], { circuit_breakers: { thresholds: [threshold] } })
    const { kind, flags, details } = ask(await proxy(one, more), get('h')).outcome
    return kind === 'upstream' ? kind : `${flags} ${details}`
  }
  const overflow = 'UO upstream_reset_before_response_started{overflow}'
  assert.equal(await ends({ max_pending_requests: 0 }), overflow)
  assert.equal(await ends({ max_requests: 0 }), overflow)
  assert.equal(await ends({ max_connection_pools: 0 }), 'UH no_healthy_upstream')
  assert.equal(await ends({ max_connections: 0 }), 'upstream')
  assert.equal(await ends({ max_retries: 0 }), 'upstream')
  assert.equal(await ends({ max_requests: 0, priority: 'HIGH' }), 'upstream')
  assert.equal(await ends({ max_requests: 0, priority: 'HIGH' }, { action: { priority: 'HIGH' } }), overflow)
  assert.equal(await ends({ max_requests: 0 }, { action: { priority: 'HIGH' } }), 'upstream')
  assert.equal(
    await ends({ max_requests: 0 }, { runtime: { 'circuit_breakers.c.default.max_requests': 5 } }),
    'upstream',
  )
  assert.equal(await ends({}, { runtime: { 'circuit_breakers.c.default.max_requests': 0 } }), overflow)
})

test('circuit breakers of 0 for a TCP proxy, and for one member of an aggregate', async () => {
  const closed = (threshold: JsonObject) => ({
    ...staticCluster('c', '1.1.1.1:1'),
    circuit_breakers: { thresholds: [threshold] },
  })
  const tcp = async (threshold: JsonObject) => {
    const chains = { filter_chains: [{ filters: [tcpProxy('c')] }] }
    const dump = await dumpOf({ listeners: [listener('L', '0.0.0.0', 80, chains)], clusters: [closed(threshold)] })
    const { kind, flags, status } = ask(dump, {}).outcome
    return [kind, flags, status]
  }
  assert.deepEqual(await tcp({ max_connections: 0 }), ['denied', 'UO', undefined])
  assert.deepEqual(await tcp({ max_pending_requests: 0 }), ['denied', 'URX', undefined])
  assert.deepEqual(await tcp({ max_requests: 0 }), ['tcp', undefined, undefined])
  const aggregate = {
    name: 'c',
    cluster_type: { name: 'envoy.clusters.aggregate', typed_config: { clusters: ['m', 'n'] } },
    lb_policy: 'CLUSTER_PROVIDED',
  }
  const m = {
    ...cluster([{ hosts: ['1.1.1.1:1', '1.1.1.2:1 UNHEALTHY', '1.1.1.3:1 UNHEALTHY'] }]),
    name: 'm',
    circuit_breakers: { thresholds: [{ max_requests: 0 }] },
  }
  const n = { ...cluster([{ hosts: ['2.2.2.2:1'] }]), name: 'n' }
  const all = askAll(await httpProxy([route()], { clusters: [aggregate, m, n] }), get('h'))
  assert.deepEqual(
    all.map(({ probability, outcome, hops }) => [
      Math.round(probability * 100),
      outcome.kind,
      hops[0]?.endpoints?.map(({ address }) => address),
    ]),
    [
      [46, 'denied', ['1.1.1.1:1', '1.1.1.2:1', '1.1.1.3:1']],
      [54, 'upstream', ['2.2.2.2:1']],
    ],
  )
})

test('what /clusters says of a host goes before the control plane; a cluster that it does not know is named', async () => {
  const assignment = {
    cluster_name: 'c',
    endpoints: [{ lb_endpoints: [endpoint('1.1.1.1:1'), endpoint('1.1.1.2:1')] }],
  }
  const eds = { name: 'c', type: 'EDS', eds_cluster_config: { service_name: 'c' }, ...noPanic }
  const manager = await httpProxy([route()], { clusters: [eds] })
  const { listeners } = { listeners: manager.entries('listeners').map(({ resource }) => resource) }
  const dump = await dumpOf({ listeners, clusters: [eds], endpoints: [assignment] })
  const asked = (statuses: JsonObject[]) => {
    const request = {
      destination: { address: '10.0.0.1', port: 80 },
      source: { address: '10.9.9.9', port: 1 },
      ...get('h'),
    }
    const { alternatives } = trace({ dump, request, clusters: { cluster_statuses: statuses } })
    return alternatives[0]
  }
  const status = (host: string, health: JsonObject) => ({
    address: objectOf(objectOf(endpoint(host).endpoint).address),
    health_status: health,
  })
  const reported = asked([
    { name: 'c', host_statuses: [status('1.1.1.1:1', { failed_outlier_check: true }), status('1.1.1.2:1', {})] },
  ])
  assert.deepEqual(
    reported?.hops[0]?.endpoints?.map(({ address }) => address),
    ['1.1.1.2:1'],
  )
  assert.equal(reported?.hops[0]?.warnings, undefined)
  const inCamelCase = trace({
    dump,
    request: { destination: { address: '10.0.0.1', port: 80 }, source: { address: '10.9.9.9', port: 1 }, ...get('h') },
    clusters: {
      clusterStatuses: [
        {
          name: 'c',
          hostStatuses: [
            {
              address: { socketAddress: { address: '1.1.1.1', portValue: 1 } },
              healthStatus: { failedOutlierCheck: true },
            },
            { address: { socketAddress: { address: '1.1.1.2', portValue: 1 } } },
          ],
        },
      ],
    },
  })
  assert.deepEqual(inCamelCase.alternatives[0]?.hops[0]?.endpoints, reported?.hops[0]?.endpoints)
  const other = asked([{ name: 'other', host_statuses: [] }])
  assert.equal(other?.hops[0]?.endpoints?.length, 2)
  assert.deepEqual(other?.hops[0]?.warnings, [{ code: 'endpoints-not-reported', args: { cluster: 'c' } }])
})
