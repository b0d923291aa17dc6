import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderText } from '../../../../src/analyses/trace/view/trace-text.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import type { TextLine } from '../../../../src/view.ts'
import { trace } from '../../../../src/walk/trace.ts'
import { dumpOf, get, listener, staticCluster, tcpProxy } from '../dump-of.ts'
import { everything, httpProxy } from '../http-proxy.ts'

const addresses = ['1.1.1.1:1', '1.1.1.2:1', '1.1.1.3:1']
const [first, second, third] = addresses

interface HostAtTheMoment {
  readonly health?: JsonObject
  readonly gauges?: Readonly<Record<string, number>>
}

/** `/clusters?format=json` of the three hosts of the cluster c. */
function clustersPage(hosts: readonly HostAtTheMoment[], thresholds: JsonObject[] = []): JsonObject {
  return {
    cluster_statuses: [
      {
        name: 'c',
        circuit_breakers: { thresholds },
        host_statuses: hosts.map(({ health = {}, gauges = {} }, index) => ({
          address: { socket_address: { address: `1.1.1.${index + 1}`, port_value: 1 } },
          stats: Object.entries(gauges).map(([name, value]) => ({
            name,
            type: 'GAUGE',
            // Envoy leaves a 0 out.
            ...(value === 0 ? {} : { value: String(value) }),
          })),
          health_status: { eds_health_status: 'HEALTHY', ...health },
        })),
      },
    ],
  }
}

const noPanic = { common_lb_config: { healthy_panic_threshold: {} } }

async function told(clusters: JsonObject, fields: JsonObject = noPanic, stats: JsonObject = {}): Promise<string> {
  const route = { match: everything, route: { cluster: 'c' } }
  const dump = await httpProxy([route], { clusters: [{ ...staticCluster('c', ...addresses), ...fields }] })
  const request = {
    destination: { address: '10.0.0.1', port: 80 },
    source: { address: '10.9.9.9', port: 40000 },
    ...get('h'),
  }
  const text = (line: TextLine): string => (typeof line === 'string' ? line : line.text)
  return renderText(request, trace({ dump, request, clusters, stats }), { explain: true }).map(text).join('\n')
}

const ejected = { failed_outlier_check: true }

test('a host that was ejected is told as that, not as one that may have been', async () => {
  const one = await told(clustersPage([{ health: ejected }, {}, {}]))
  assert.match(one, new RegExp(`not +${first} +ejected by outlier detection`))
  const all = await told(clustersPage([{ health: ejected }, { health: ejected }, { health: ejected }]))
  assert.match(all, /503 UH no_healthy_upstream: c: none of 3 endpoints is healthy: 3 ejected by outlier detection/)
  assert.match(all, /Next: Why did they fail\?.*base_ejection_time/)
})

test('each cause of bad health has its own words; the most frequent has the advice', async () => {
  const checked = { failed_active_health_check: true }
  const mixed = await told(clustersPage([{ health: checked }, { health: ejected }, { health: checked }]))
  assert.match(mixed, /none of 3 endpoints is healthy: 2 active health check failed, 1 ejected by outlier detection/)
  assert.match(mixed, /Next: Does the server answer health_checks/)
  const both = await told(clustersPage([{ health: { ...ejected, ...checked } }, {}, {}]))
  assert.match(both, new RegExp(`${first} +ejected by outlier detection, active health check failed`))
  const words: [JsonObject, RegExp][] = [
    [{ eds_health_status: 'DRAINING' }, /DRAINING, says the control plane/],
    [{ eds_health_status: 'TIMEOUT' }, /TIMEOUT, says the control plane/],
    [{ eds_health_status: 'UNHEALTHY' }, /UNHEALTHY, says the control plane/],
    [{ pending_active_hc: true }, /first active health check not done/],
    [{ excluded_via_immediate_hc_fail: true }, /taken out by its own x-envoy-immediate-health-check-fail/],
  ]
  for (const [health, expected] of words) assert.match(await told(clustersPage([{ health }, {}, {}])), expected)
})

test('in panic an ejected host gets requests and is still told as ejected', async () => {
  const panic = await told(clustersPage([{ health: ejected }, { health: ejected }, {}]), {})
  assert.match(panic, new RegExp(`endpoint +${second} +33.3 %, ejected by outlier detection`))
  assert.match(panic, new RegExp(`endpoint +${third} +33.3 %\n`))
})

const low = [{ max_connections: 2, max_pending_requests: 1, max_requests: 2, max_retries: 3 }, { priority: 'HIGH' }]
const busy = [
  { gauges: { cx_active: 1, rq_active: 1, rq_pending_active: 0 } },
  { gauges: { cx_active: 0, rq_active: 1 } },
]

test('limits are told beside what is in use of them; one that is reached is a warning and decides nothing', async () => {
  const text = await told(clustersPage(busy, low))
  assert.match(text, /circuit breakers: 1 of 2 connections, 0 of 1 waiting requests, 2 of 2 requests/)
  assert.match(
    text,
    /Warning: 2 of 2 requests of c are in use \(circuit breaker max_requests\): one more is answered 503 UO/,
  )
  assert.match(text, /=> sent upstream/)
  assert.match(text, /Next: Raise the limit/)
  assert.doesNotMatch(text, /of 2 connections of c are in use/)
})

test('limits that nobody chose are told when half of them is in use', async () => {
  const istio = [{ max_connections: 4294967295, max_pending_requests: 4294967295, max_requests: 4294967295 }]
  assert.doesNotMatch(await told(clustersPage(busy, istio)), /circuit breakers/)
  const own = [{ max_connections: 1024, max_pending_requests: 1024, max_requests: 1024 }]
  assert.doesNotMatch(await told(clustersPage(busy, own)), /circuit breakers/)
  const many = await told(clustersPage([{ gauges: { rq_active: 512 } }], own))
  assert.match(many, /circuit breakers: 512 of 1024 requests\n/)
})

test('a host without the gauge, as of an older Envoy, tells nothing of its limit', async () => {
  const text = await told(clustersPage([{ gauges: { cx_active: 2 } }], low))
  assert.match(text, /circuit breakers: 2 of 2 connections\n/)
  assert.match(
    text,
    /Warning: 2 of 2 connections of c are in use \(circuit breaker max_connections\): more requests wait/,
  )
})

test('connections of a TCP proxy are turned away at the limit of connections', async () => {
  const tcp = await dumpOf({
    listeners: [listener('T', '0.0.0.0', 80, { filter_chains: [{ filters: [tcpProxy('c')] }] })],
    clusters: [staticCluster('c', ...addresses)],
  })
  const request = {
    destination: { address: '10.0.0.1', port: 80 },
    source: { address: '10.9.9.9' },
    protocol: 'tcp' as const,
  }
  const { alternatives } = trace({
    dump: tcp,
    request,
    clusters: clustersPage([{ gauges: { cx_active: 2, rq_active: 9 } }], low),
  })
  assert.deepEqual(
    alternatives[0]?.hops[0]?.warnings?.map(({ args }) => args),
    [{ cluster: 'c', limit: 'max_connections', inUse: 2, max: 2, isHttp: false }],
  )
})

test('filter chains that drain are a warning, told once', async () => {
  const stats = { stats: [{ name: 'listener_manager.total_filter_chains_draining', value: 2 }] }
  const text = await told(clustersPage([{}, {}, {}]), noPanic, stats)
  assert.equal(text.match(/2 filter chains from before an update are draining/g)?.length, 1, text)
  const none = { stats: [{ name: 'listener_manager.total_filter_chains_draining', value: 0 }] }
  assert.doesNotMatch(await told(clustersPage([{}, {}, {}]), noPanic, none), /draining/)
})

test('hosts to which every connection failed are a warning, with how many of those that can be picked they are', async () => {
  const failing = { gauges: { cx_total: 4, cx_connect_fail: 4 } }
  const one = await told(clustersPage([failing, { gauges: { cx_total: 4, cx_connect_fail: 3 } }, {}]))
  assert.match(
    one,
    /Warning: every connection to 1\.1\.1\.1:1 \(4\) of c, 1 of the 3 endpoints, has failed so far: 503 UF/,
  )
  assert.match(one, /=> sent upstream/)
  assert.match(one, /Next: Does a pod have that address/)
  assert.doesNotMatch(await told(clustersPage([{ gauges: { cx_total: 4 } }, {}, {}])), /has failed/)
  // A host that gets nothing spoils nothing.
  assert.doesNotMatch(await told(clustersPage([{ ...failing, health: ejected }, {}, {}])), /has failed/)
})

test('HTTP/2 to servers that answer none of the requests, though connections can be made', async () => {
  const http2 = { ...noPanic, http2_protocol_options: {} }
  const failing = [{ gauges: { rq_error: 7, cx_total: 7 } }, { gauges: { rq_error: 5 } }, {}]
  const text = await told(clustersPage(failing), http2)
  assert.match(
    text,
    /Warning: c is spoken to in HTTP\/2, and none of 12 requests was answered, though connections can be made/,
  )
  assert.match(text, /Next: Take http2_protocol_options out of the cluster/)
  for (const [hosts, fields] of [
    [failing, noPanic],
    [[{ gauges: { rq_error: 4 } }, {}, {}], http2],
    [[{ gauges: { rq_error: 12, rq_success: 1 } }, {}, {}], http2],
    [[{ gauges: { rq_error: 12, cx_connect_fail: 12 } }, {}, {}], http2],
  ] as const)
    assert.doesNotMatch(await told(clustersPage(hosts), fields), /is spoken to in HTTP\/2/)
})
