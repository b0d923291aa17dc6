import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ConfigDump } from '../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../src/envoy/json.ts'
import { trace } from '../../src/walk/trace.ts'
import { balancedCluster, balancingRuntime } from './trace/balance-cases.ts'
import { sendHttp, startEcho } from './trace/client.ts'
import { address, router, typed } from './trace/compare-http.ts'
import { accessLog, startEnvoy, type TracedEnvoy } from './trace/envoy.ts'
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
    const first = offOdds(dump, await sampled(envoy, clusters, 'first'))
    // Envoy draws at random: one host in some thousands is off by chance, and not again in a sample of its own.
    const asked = clusters.filter(({ name }) => first.some(({ cluster }) => cluster === name))
    const second = asked.length === 0 ? [] : offOdds(dump, await sampled(envoy, asked, 'second'))
    const differences = second.filter(({ cluster, host }) =>
      first.some((one) => one.cluster === cluster && one.host === host),
    )
    t.diagnostic(
      `${differences.length} endpoints off their odds in ${clusters.length} clusters, ${first.length} of them in the first sample (seed ${seed})`,
    )
    assert.deepEqual(differences, [])
  } finally {
    await envoy.stop()
    echo.close()
  }
}

/** How often each host was picked, by cluster. */
type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Sends `sends` requests to each cluster. @param sample what tells this sample's lines of the log */
async function sampled(envoy: TracedEnvoy, clusters: readonly JsonObject[], sample: string): Promise<Counts> {
  const before = (await envoy.log(0)).length
  for (const { name } of clusters) {
    const http = {
      method: 'GET',
      path: `/${String(name)}/`,
      authority: 'x',
      headers: [['x-case', `${sample} ${String(name)}`]] as [string, string][],
    }
    for (let batch = 0; batch < sends / 20; batch++)
      await Promise.all(Array.from({ length: 20 }, () => sendHttp(port, http)))
  }
  const counts = new Map(clusters.map(({ name }) => [String(name), new Map<string, number>()]))
  for (const line of await envoy.log(before + clusters.length * sends)) {
    const [of, cluster = ''] = (line.case ?? '').split(' ')
    if (of !== sample) continue
    const hosts = counts.get(cluster)
    const host = line.code === 200 ? (line.host ?? '') : `${line.code} ${line.flags}`
    hosts?.set(host, (hosts.get(host) ?? 0) + 1)
  }
  return counts
}

interface Off {
  readonly cluster: string
  readonly host: string
  readonly stated: number
  readonly picked: number
}

/** Hosts that came more or less often than chance allows for the odds that a trace states. */
function offOdds(dump: ConfigDump, counts: Counts): Off[] {
  return [...counts].flatMap(([cluster, seen]) => {
    const http = { method: 'GET', path: `/${cluster}/`, authority: 'x', headers: [] }
    const { alternatives } = trace({
      dump,
      request: { destination: { address: '127.0.0.1', port }, protocol: 'http1', http },
    })
    const stated = alternatives.flatMap(({ probability, hops, outcome }) => {
      const { endpoints = [] } = outcome.kind === 'upstream' ? (hops[0] ?? {}) : {}
      if (endpoints.length === 0) return [{ address: `${outcome.status} ${outcome.flags}`, probability }]
      return endpoints.map((endpoint) => ({ ...endpoint, probability: probability * endpoint.probability }))
    })
    return [...new Set([...seen.keys(), ...stated.map((endpoint) => endpoint.address)])].flatMap((host) => {
      const odds = stated.find((endpoint) => endpoint.address === host)?.probability ?? 0
      const picked = seen.get(host) ?? 0
      const allowed = 4.5 * Math.sqrt(sends * odds * (1 - odds)) + 1
      return Math.abs(picked - sends * odds) > allowed ? [{ cluster, host, stated: odds, picked }] : []
    })
  })
}
