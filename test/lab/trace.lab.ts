import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { trace } from '../../src/analyses/trace/walk/trace.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../src/envoy/json.ts'
import type { HttpRequest } from '../../src/semantics/request.ts'
import { sendHttp, startEcho } from './trace/client.ts'
import { accessLog, type LogLine, startEnvoy } from './trace/envoy.ts'
import { filteredManager, filteredRequest } from './trace/filter-cases.ts'
import { httpRequest, managerSettings, routeConfiguration } from './trace/http-cases.ts'
import { type Random, randomFrom } from './trace/random.ts'

const typed = (type: string, fields: JsonObject): JsonObject => ({ '@type': `type.googleapis.com/${type}`, ...fields })
const address = (host: string, port: number): JsonObject => ({ socket_address: { address: host, port_value: port } })
const seed = Number(process.env.TRACE_SEED ?? 20251101)

function cluster(name: string, host: string, port: number): JsonObject {
  return {
    name,
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(host, port) } }] }],
    },
  }
}

const router = {
  name: 'envoy.filters.http.router',
  typed_config: typed('envoy.extensions.filters.http.router.v3.Router', {}),
}

interface Cases {
  readonly requests: number
  /** Of a connection manager. */
  manager(random: Random): JsonObject
  request(random: Random, name: string, port: number): HttpRequest
}

test('traces agree with a real Envoy on generated HTTP requests', (t) =>
  compare(t, {
    requests: 2400,
    manager: (random) => ({
      http_filters: [router],
      route_config: routeConfiguration(random, ['one', 'two', 'empty', 'gone']),
      ...managerSettings(random),
    }),
    request: httpRequest,
  }))

test('traces agree with a real Envoy on HTTP filters and what routes make of them', (t) =>
  compare(t, { requests: 1200, manager: (random) => filteredManager(random, router), request: filteredRequest }))

async function compare(t: TestContext, cases: Cases): Promise<void> {
  const random = randomFrom(seed)
  const ports = Array.from({ length: 24 }, (_, index) => 21_000 + index)
  const echoes = await Promise.all([startEcho('127.0.0.1', 21_901), startEcho('127.0.0.1', 21_902)])
  const envoy = await startEnvoy(process.env.TRACE_ENVOY ?? '1.40.0', (folder) => ({
    static_resources: {
      clusters: [cluster('one', '127.0.0.1', 21_901), cluster('two', '127.0.0.1', 21_902), { name: 'empty' }],
      listeners: ports.map((port) => ({
        name: `L${port}`,
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
                    ...cases.manager(random),
                  },
                ),
              },
            ],
          },
        ],
      })),
    },
  }))
  try {
    const dump = await readDump(await envoy.dump(), 'envoy')
    const sent = new Map<string, { port: number; http: HttpRequest }>()
    for (let count = 0; count < cases.requests; count++) {
      const port = random.pick(ports as [number, ...number[]])
      const http = cases.request(random, String(count), port)
      sent.set(String(count), { port, http })
      if (count % 20 === 19) await Promise.all([...sent.values()].slice(-20).map((one) => sendHttp(one.port, one.http)))
    }
    const differences: string[] = []
    let compared = 0
    for (const line of await envoy.log(sent.size)) {
      const request = sent.get(line.case ?? '')
      if (request === undefined) continue
      compared++
      const found = difference(line, request.port, request.http)
      if (found !== undefined) differences.push(`${request.port} ${JSON.stringify(request.http)}: ${found}`)
    }
    t.diagnostic(`${compared - differences.length} of ${compared} requests agree (seed ${seed})`)
    assert.ok(compared >= cases.requests * 0.8, `only ${compared} requests were logged`)
    assert.deepEqual(differences, [])

    function difference(line: LogLine, port: number, http: HttpRequest): string | undefined {
      const request = {
        destination: { address: '127.0.0.1', port },
        source: { address: '127.0.0.1', port: 1 },
        protocol: 'http1' as const,
        http,
      }
      const { alternatives } = trace({ dump, request })
      const [only] = alternatives
      if (alternatives.length !== 1 || only === undefined) return `${alternatives.length} alternatives`
      const { outcome } = only
      const [hop] = only.hops
      const reached = outcome.kind === 'upstream'
      const early = outcome.details === 'path_normalization_failed'
      const mine = {
        // Answers before routing are logged with route and cluster only when the client sent x-forwarded-proto, which routing needs.
        route: early ? line.route : hop?.route || null,
        // Envoy logs no cluster where it has none.
        cluster: early ? line.cluster : outcome.kind === 'noCluster' ? null : (hop?.cluster ?? null),
        code: reached ? 200 : outcome.status,
        flags: outcome.flags ?? '-',
        details: outcome.details,
        location: outcome.location ?? null,
        path: reached ? hop?.upstream?.path : null,
        authority: reached ? hop?.upstream?.authority : null,
      }
      const wrong = (Object.keys(mine) as (keyof typeof mine)[]).filter((field) => mine[field] !== line[field])
      return wrong.length === 0
        ? undefined
        : wrong.map((field) => `${field} ${mine[field]}, Envoy ${line[field]}`).join('; ')
    }
  } finally {
    await envoy.stop()
    for (const echo of echoes) echo.close()
  }
}
