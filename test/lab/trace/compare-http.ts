import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { HttpRequest, TraceRequest } from '../../../src/semantics/request.ts'
import { trace } from '../../../src/walk/trace.ts'
import type { Alternative } from '../../../src/walk/trace-result.ts'
import { type ClientSide, sendHttp } from './client.ts'
import { accessLog, type LogLine, startEnvoy } from './envoy.ts'
import { type Random, randomFrom } from './random.ts'

/** Configurations and requests at random, for a real Envoy and for traces of its dump. */
export interface HttpCases {
  readonly seed: number
  readonly requests: number
  readonly clusters: readonly JsonObject[]
  readonly bootstrap?: JsonObject
  /** Fields of a connection manager. */
  manager(random: Random): JsonObject
  request(random: Random, name: string, port: number): HttpRequest
  /** The transport socket of every listener. */
  readonly transportSocket?: JsonObject
  readonly client?: (random: Random) => ClientSide
  /** What the trace is told besides. */
  readonly told?: (http: HttpRequest, client: ClientSide) => Partial<TraceRequest>
  /** What else is compared: what the trace says, with the names of the log. */
  readonly more?: (only: Alternative, line: LogLine, authority: string) => Partial<LogLine>
  /** Whether the trace may leave a request open that Envoy decides; a text says why that is wrong. */
  readonly undecided?: (only: Alternative, line: LogLine) => boolean | string
}

export const typed = (type: string, fields: JsonObject = {}): JsonObject => ({
  '@type': `type.googleapis.com/${type}`,
  ...fields,
})

export const address = (host: string, port: number): JsonObject => ({
  socket_address: { address: host, port_value: port },
})

export const router = {
  name: 'envoy.filters.http.router',
  typed_config: typed('envoy.extensions.filters.http.router.v3.Router'),
}

const ports = Array.from({ length: 24 }, (_, index) => 21_000 + index) as [number, ...number[]]

/** Sends the requests through a real Envoy and compares each with its trace. */
export async function compareHttp(t: TestContext, cases: HttpCases): Promise<void> {
  const random = randomFrom(cases.seed)
  const { static_resources: _, ...bootstrap } = cases.bootstrap ?? {}
  const envoy = await startEnvoy(process.env.TRACE_ENVOY ?? '1.40.0', (folder) => ({
    ...bootstrap,
    static_resources: {
      clusters: [...cases.clusters],
      listeners: ports.map((port) => httpListener(port, folder, cases.manager(random), cases.transportSocket)),
    },
  }))
  try {
    const dump = await readDump(await envoy.dump(), 'envoy')
    const sent = new Map<string, { port: number; http: HttpRequest; client: ClientSide }>()
    for (let count = 0; count < cases.requests; count++) {
      const port = random.pick(ports)
      const client = cases.client?.(random) ?? { address: '127.0.0.1' }
      sent.set(String(count), { port, http: cases.request(random, String(count), port), client })
      if (count % 20 === 19)
        await Promise.all([...sent.values()].slice(-20).map((one) => sendHttp(one.port, one.http, one.client)))
    }
    const differences: string[] = []
    let compared = 0
    let open = 0
    for (const line of lastOfEach(await envoy.log(sent.size, { resent: true }))) {
      const request = sent.get(line.case ?? '')
      if (request === undefined) continue
      const { alternatives } = trace({
        dump,
        request: { ...tracedRequest(request), ...cases.told?.(request.http, request.client) },
        now: new Date(),
      })
      const [only] = alternatives
      const left = only !== undefined && cases.undecided?.(only, line)
      if (left === true) {
        open++
        continue
      }
      compared++
      if (typeof left === 'string') {
        differences.push(`${request.port} ${JSON.stringify(request.http)}: ${left}`)
        continue
      }
      const found =
        alternatives.length !== 1 || only === undefined
          ? `${alternatives.length} alternatives`
          : difference(line, only, cases.more?.(only, line, request.http.authority ?? '') ?? {})
      if (found !== undefined) differences.push(`${request.port} ${JSON.stringify(request.http)}: ${found}`)
    }
    const undecided = open === 0 ? '' : `, ${open} undecided`
    t.diagnostic(`${compared - differences.length} of ${compared} requests agree${undecided} (seed ${cases.seed})`)
    assert.ok(compared >= cases.requests * 0.7, `only ${compared} requests were compared`)
    assert.deepEqual(differences, [])
  } finally {
    await envoy.stop()
  }
}

/** A request that Envoy sends anew is logged once more: the last line is what the client got. */
function lastOfEach(lines: readonly LogLine[]): readonly LogLine[] {
  const last = new Map(lines.map((line) => [line.case, line]))
  return [...last.values()]
}

function httpListener(port: number, folder: string, manager: JsonObject, transportSocket?: JsonObject): JsonObject {
  const type = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'
  const config = typed(type, { stat_prefix: 'x', access_log: accessLog(folder), ...manager })
  return {
    name: `L${port}`,
    address: address('127.0.0.1', port),
    filter_chains: [
      {
        filters: [{ name: 'hcm', typed_config: config }],
        ...(transportSocket === undefined ? {} : { transport_socket: transportSocket }),
      },
    ],
  }
}

function tracedRequest({ port, http, client }: { port: number; http: HttpRequest; client: ClientSide }): TraceRequest {
  return {
    destination: { address: '127.0.0.1', port },
    source: { address: client.address, port: 1 },
    protocol: 'http1' as const,
    http,
  }
}

const beforeRouting: ReadonlySet<string> = new Set(['path_normalization_failed', 'rejecting_because_detection_failed'])

function difference(line: LogLine, { outcome, hops }: Alternative, more: Partial<LogLine>): string | undefined {
  const [hop] = hops
  const reached = outcome.kind === 'upstream'
  const early = beforeRouting.has(outcome.details ?? '')
  const mine = {
    // Answers before routing are logged with route and cluster only when the client sent x-forwarded-proto, which routing needs.
    route: early ? line.route : hop?.route || null,
    // Envoy logs no cluster where it has none.
    cluster: early ? line.cluster : outcome.kind === 'noCluster' ? null : (hop?.cluster ?? null),
    code: reached ? (outcome.status ?? 200) : outcome.status,
    flags: outcome.flags ?? '-',
    details: outcome.details,
    location: outcome.location ?? null,
    path: reached ? hop?.upstream?.path : null,
    authority: reached ? hop?.upstream?.authority : null,
    ...more,
  }
  const wrong = (Object.keys(mine) as (keyof typeof mine)[]).filter((field) => mine[field] !== line[field])
  return wrong.length === 0
    ? undefined
    : wrong.map((field) => `${field} ${mine[field]}, Envoy ${line[field]}`).join('; ')
}
