import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../src/envoy/json.ts'
import { trace } from '../../src/walk/trace.ts'
import { balancedCluster, balancingRuntime } from './trace/balance-cases.ts'
import { sendHttp, startEcho } from './trace/client.ts'
import { address, router, typed } from './trace/compare-http.ts'
import { accessLog, startEnvoy } from './trace/envoy.ts'
import { randomFrom } from './trace/random.ts'

const seed = Number(process.env.TRACE_SEED ?? 20251101)
const random = randomFrom(seed)
const port = 23_000
const sends = 400

/** The clusters to send to, the bootstrap beside them. */
interface Setting {
  readonly clusters: readonly JsonObject[]
  readonly bootstrap: JsonObject
  /** Clusters that nothing is sent to. */
  readonly others: readonly JsonObject[]
  /** Their routes, where those say more. */
  readonly routes?: readonly JsonObject[]
}

test("the endpoints of a real Envoy's choice come with the odds that a trace states", async (t) => {
  const places = 40
  const clusters = Array.from({ length: places }, (_, place) => balancedCluster(random, place, port + 1))
  const runtime = { layers: [{ name: 'static', static_layer: balancingRuntime(random, places) }] }
  const routes = clusters.map(({ name }) => ({
    match: { prefix: `/${String(name)}/` },
    route: { cluster: name, ...(random.chance(0.2) ? { priority: 'HIGH' } : {}) },
  }))
  await compare(t, { clusters, routes, bootstrap: { layered_runtime: runtime }, others: [] })
})

test('zone-aware routing and drop_overloads of a real Envoy come with the odds that a trace states', async (t) => {
  const zone = () => `z${random.below(4)}`
  const endpoints = (place: number, most: number, weights: number) => {
    const hosts = Array.from({ length: 2 + random.below(most) }, (_, host) => ({ zone: zone(), host: host + 1 }))
    return [...new Set(hosts.map((host) => host.zone))].map((name) => ({
      locality: { region: 'r', zone: name },
      lb_endpoints: hosts
        .filter((host) => host.zone === name)
        .map(({ host }) => ({
          endpoint: { address: address(`127.1.${place}.${host}`, port + 1) },
          health_status: random.pick(['HEALTHY', 'HEALTHY', 'HEALTHY', 'UNHEALTHY']),
          load_balancing_weight: 1 + random.below(weights),
        })),
    }))
  }
  const percent = () => ({ value: 10 * (1 + random.below(10)) })
  const policy = (): JsonObject => {
    const zones = {
      min_cluster_size: 1 + random.below(6),
      ...(random.chance(0.3) ? { routing_enabled: percent() } : {}),
    }
    if (random.chance(0.5))
      return {
        lb_policy: random.pick(['ROUND_ROBIN', 'RANDOM']),
        common_lb_config: random.pick<JsonObject>([
          { zone_aware_lb_config: zones },
          { zone_aware_lb_config: zones },
          {},
        ]),
      }
    const more = random.pick<JsonObject>([
      {},
      { force_local_zone: { min_size: 1 + random.below(3) } },
      { locality_basis: 'HEALTHY_HOSTS_WEIGHT' },
    ])
    const config = typed('envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin', {
      locality_lb_config: { zone_aware_lb_config: { ...zones, ...more } },
    })
    return { load_balancing_policy: { policies: [{ typed_extension_config: { name: 'rr', typed_config: config } }] } }
  }
  const drops = () => ({
    drop_overloads: [{ category: 'x', drop_percentage: { numerator: random.below(100) } }],
  })
  const clusters = Array.from({ length: 24 }, (_, place) => ({
    name: `c${place}`,
    ...policy(),
    load_assignment: {
      cluster_name: `c${place}`,
      endpoints: endpoints(place, 9, 3),
      ...(random.chance(0.25) ? { policy: drops() } : {}),
    },
  }))
  const own = ['z0', 'z0', 'z1', 'z2'].map((name, place) => ({
    locality: { region: 'r', zone: name },
    lb_endpoints: [{ endpoint: { address: address(`127.1.99.${place + 1}`, port + 1) } }],
  }))
  await compare(t, {
    clusters,
    bootstrap: {
      node: { id: 'n', cluster: 'own', locality: { region: 'r', zone: 'z0' } },
      cluster_manager: { local_cluster_name: 'own' },
    },
    others: [{ name: 'own', load_assignment: { cluster_name: 'own', endpoints: own } }],
  })
})

async function compare(t: TestContext, { clusters, bootstrap, others, ...more }: Setting): Promise<void> {
  const routes =
    more.routes ?? clusters.map(({ name }) => ({ match: { prefix: `/${String(name)}/` }, route: { cluster: name } }))
  const echo = await startEcho('0.0.0.0', port + 1)
  const envoy = await startEnvoy(process.env.TRACE_ENVOY ?? '1.40.0', (folder) => ({
    ...bootstrap,
    static_resources: {
      clusters: [...clusters, ...others],
      listeners: [
        {
          name: 'L',
          address: address('127.0.0.1', port),
          filter_chains: [
            {
              filters: [
                {
                  name: 'hcm',
                  typed_config: typed(
                    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                    {
                      stat_prefix: 'x',
                      access_log: accessLog(folder),
                      http_filters: [router],
                      route_config: { name: 'rc', virtual_hosts: [{ name: 'v', domains: ['*'], routes: [...routes] }] },
                    },
                  ),
                },
              ],
            },
          ],
        },
      ],
    },
  }))
  try {
    const dump = await readDump(await envoy.dump(), 'envoy')
    const counts = new Map<string, Map<string, number>>()
    for (const { name } of clusters) {
      const http = {
        method: 'GET',
        path: `/${String(name)}/`,
        authority: 'x',
        headers: [['x-case', String(name)]] as [string, string][],
      }
      for (let batch = 0; batch < sends / 20; batch++)
        await Promise.all(Array.from({ length: 20 }, () => sendHttp(port, http)))
    }
    for (const line of await envoy.log(clusters.length * sends)) {
      const hosts = counts.get(line.case ?? '') ?? new Map<string, number>()
      const host = line.code === 200 ? (line.host ?? '') : `${line.code} ${line.flags}`
      counts.set(line.case ?? '', hosts.set(host, (hosts.get(host) ?? 0) + 1))
    }
    const differences: string[] = []
    for (const { name } of clusters) {
      const http = { method: 'GET', path: `/${String(name)}/`, authority: 'x', headers: [] }
      const { alternatives } = trace({
        dump,
        request: { destination: { address: '127.0.0.1', port }, protocol: 'http1', http },
      })
      const stated = alternatives.flatMap(({ probability, hops, outcome }) => {
        const { endpoints = [] } = outcome.kind === 'upstream' ? (hops[0] ?? {}) : {}
        if (endpoints.length === 0) return [{ address: `${outcome.status} ${outcome.flags}`, probability }]
        return endpoints.map((endpoint) => ({ ...endpoint, probability: probability * endpoint.probability }))
      })
      const seen = counts.get(String(name)) ?? new Map<string, number>()
      for (const host of new Set([...seen.keys(), ...stated.map((endpoint) => endpoint.address)])) {
        const odds = stated.find((endpoint) => endpoint.address === host)?.probability ?? 0
        const count = seen.get(host) ?? 0
        const allowed = 4.5 * Math.sqrt(sends * odds * (1 - odds)) + 1
        if (Math.abs(count - sends * odds) > allowed)
          differences.push(`${String(name)} ${host}: stated ${odds}, picked ${count} of ${sends}`)
      }
    }
    t.diagnostic(`${differences.length} endpoints off their odds in ${clusters.length} clusters (seed ${seed})`)
    assert.deepEqual(differences, [])
  } finally {
    await envoy.stop()
    echo.close()
  }
}
