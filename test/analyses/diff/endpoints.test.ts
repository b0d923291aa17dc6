import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffDumps } from '../../../src/analyses/diff/diff-dumps.ts'
import type { KindDiff } from '../../../src/analyses/diff/dump-diff.ts'
import { withEndpoints } from '../../../src/analyses/diff/with-endpoints.ts'
import { type Json, type JsonObject, objectsOf } from '../../../src/envoy/json.ts'
import { dumpOf, dumpWith } from './dumps.ts'

const clusters = [
  { name: 'a', type: 'EDS' },
  { name: 'b', type: 'EDS', eds_cluster_config: { service_name: 'b-service' } },
  { name: 'dns', type: 'STRICT_DNS' },
]

const address = (host: string) => ({ socket_address: { address: host, port_value: 80 } })

/** As Envoy dumps the hosts in use: with its own defaults, in its own order. */
const inEnvoy = (name: string, hosts: string[]): JsonObject => ({
  cluster_name: name,
  endpoints: [
    {
      locality: {},
      lb_endpoints: hosts.map((host) => ({
        endpoint: { address: address(host), health_check_config: {} },
        health_status: 'UNHEALTHY',
        load_balancing_weight: 1,
      })),
      load_balancing_weight: 0,
    },
  ],
  policy: { overprovisioning_factor: 140 },
})

/** As istiod prints them. */
const sent = (name: string, hosts: string[]): JsonObject => ({
  clusterName: name,
  endpoints: [
    {
      lbEndpoints: hosts.map((host) => ({
        endpoint: { address: { socketAddress: { address: host, portValue: 80 } } },
        healthStatus: 'HEALTHY',
        loadBalancingWeight: 1,
      })),
    },
  ],
})

async function endpointsDiff(edsz: Json, assignments: JsonObject[]): Promise<KindDiff> {
  const dump = dumpWith({ clusters })
  const envoy = structuredClone(dump)
  const section = {
    '@type': 'type.googleapis.com/envoy.admin.v3.EndpointsConfigDump',
    dynamic_endpoint_configs: assignments.map((endpoint_config) => ({ endpoint_config })),
  }
  envoy.configs = [...(Array.isArray(envoy.configs) ? envoy.configs : []), section]
  const diff = diffDumps(withEndpoints(await dumpOf(dump), edsz), await dumpOf(envoy))
  const found = diff.kinds.find(({ kind }) => kind === 'endpoints')
  if (found === undefined) throw new TypeError('endpoints are not compared')
  return found
}

test('what Envoy fills in, its verdict on health and the hosts of DNS clusters are no difference', async () => {
  for (const edsz of [
    [sent('a', ['10.0.0.1', '10.0.0.2']), sent('b-service', [])],
    { configs: [sent('a', ['10.0.0.1', '10.0.0.2']), sent('b-service', [])] },
  ]) {
    const found = await endpointsDiff(edsz, [
      inEnvoy('a', ['10.0.0.2', '10.0.0.1']),
      inEnvoy('b-service', []),
      inEnvoy('dns', ['192.0.2.1']),
    ])
    assert.deepEqual([found.match, found.same], [true, 2])
  }
})

test('weights of localities count where Envoy keeps them; metadata of localities it never keeps', async () => {
  const weighted = (weight: number) => {
    const { endpoints, ...rest } = sent('a', ['10.0.0.1'])
    const metadata = { filterMetadata: { gateway: { name: 'web' } } }
    const policy = { endpointStaleAfter: '60s' }
    return { ...rest, policy, endpoints: [{ ...objectsOf(endpoints)[0], loadBalancingWeight: weight, metadata }] }
  }
  const inUse = (weight: number) => {
    const { endpoints, ...rest } = inEnvoy('a', ['10.0.0.1'])
    return { ...rest, endpoints: [{ ...objectsOf(endpoints)[0], load_balancing_weight: weight }] }
  }
  const matches = async (sentWeight: number, usedWeight: number) =>
    (await endpointsDiff([weighted(sentWeight)], [inUse(usedWeight)])).match
  // A cluster without locality_weighted_lb_config has none.
  assert.equal(await matches(3, 0), true)
  assert.equal(await matches(3, 3), true)
  assert.equal(await matches(3, 2), false)
})

test('a host that Envoy lacks is named by its address', async () => {
  const found = await endpointsDiff([sent('a', ['10.0.0.1', '10.0.0.2'])], [inEnvoy('a', ['10.0.0.2'])])
  assert.deepEqual(
    found.changed.map(({ name, changes }) => [
      name,
      changes.map(({ path, from, to }) => [path, from !== undefined, to !== undefined]),
    ]),
    [['a', [['endpoints[// priority 0].lb_endpoints[10.0.0.1:80]', true, false]]]],
  )
})

test('the 404 of a replica is not taken for endpoints', async () => {
  const dump = await dumpOf(dumpWith({}))
  assert.throws(
    () => withEndpoints(dump, 'Proxy not connected to this Pilot instance.'),
    /did not answer with the endpoints/,
  )
  assert.throws(() => withEndpoints(dump, { error: 'x' }), /did not answer with the endpoints/)
})

test('ten thousand endpoints that have all changed are all told', async () => {
  const hosts = (net: number) => Array.from({ length: 10_000 }, (_, index) => `10.${net}.${index >> 8}.${index & 255}`)
  const found = await endpointsDiff([sent('a', hosts(1))], [inEnvoy('a', hosts(2))])
  assert.equal(found.changed[0]?.changes.length, 20_000)
})
