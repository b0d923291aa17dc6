import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { type Host, hostsOf, localityOf } from '../../../src/semantics/clusters/hosts.ts'
import { indexOf } from '../../../src/semantics/connection/dump-index.ts'
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
