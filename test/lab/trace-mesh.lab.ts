import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { followRequest } from '../../src/analyses/trace/follow/follow.ts'
import type { ConfigDump } from '../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { hostPort } from '../../src/envoy/model/ip.ts'
import { capturePort } from '../../src/semantics/connection/capture-listener.ts'
import type { TraceRequest } from '../../src/semantics/request.ts'
import type { RequestSpec } from '../../src/walk/request/request-spec.ts'
import { resolveRequest } from '../../src/walk/request/resolve-request.ts'
import type { Alternative } from '../../src/walk/trace-result.ts'
import { type Lab, type LabPod, openLab } from './lab.ts'
import { compare, difference, report } from './trace/compare-with-log.ts'
import type { LogLine } from './trace/envoy.ts'
import { awaitConfig, type LoggedProxy, logRequests, type MeshLogs } from './trace/mesh-logs.ts'
import { gatewaySpec, outboundSpec } from './trace/mesh-requests.ts'
import { type FirstProxy, reachable, requestsOf, sendRequests } from './trace/mesh-traffic.ts'
import { randomFrom } from './trace/random.ts'

export const seed = Number(process.env.TRACE_SEED ?? 20251101)

const proxies: readonly LoggedProxy[] = [
  { name: 'productpage', namespace: 'default', labels: { app: 'productpage' } },
  { name: 'reviews', namespace: 'default', labels: { app: 'reviews' } },
  { name: 'ingressgateway', namespace: 'istio-system', labels: { istio: 'ingressgateway' } },
  {
    name: 'gateway-api',
    namespace: 'default',
    labels: { 'gateway.networking.k8s.io/gateway-name': 'bookinfo-gateway' },
  },
]

let lab: Lab

let logs: MeshLogs

let legacy: LabPod

const pods = new Map<string, LabPod>()

const dumps = new Map<string, ConfigDump>()

before(async () => {
  lab = await openLab()
  for (const { name, namespace, labels } of proxies) {
    const [[label, value] = ['', '']] = Object.entries(labels)
    pods.set(name, await lab.pod(`${label}=${value}`, namespace))
  }
  legacy = await lab.pod('app=legacy')
  const manifest = readFileSync(new URL('manifests/trace.yaml', import.meta.url), 'utf8')
  logs = await logRequests(lab, proxies, manifest.replace('LEGACY_POD', legacy.ip))
  for (const { name } of proxies) {
    await awaitConfig(lab, podOf(name), `${name}.log`)
    dumps.set(name, await dumpOf(podOf(name)))
  }
  for (const version of ['v1', 'v2'])
    await awaitConfig(lab, await lab.pod(`app=reviews,version=${version}`), 'reviews.log')
  await awaitConfig(lab, podOf('productpage'), '"trace.test:9080"')
  dumps.set('productpage', await dumpOf(podOf('productpage')))
})

after(() => logs?.remove())

test('traces of requests out of a sidecar, and into the next one, agree with their access logs', async (t) => {
  const random = randomFrom(seed)
  const requests = requestsOf(
    proxyAt('productpage'),
    Array.from({ length: 800 }, () => outboundSpec(random)),
  )
  await sendRequests(lab, requests, podOf('productpage').netns)
  const lines = await logged('productpage', requests)
  const arrived: { name: string; request: TraceRequest; alternative: Alternative; line: LogLine }[] = []
  const differences = compare('productpage', requests, lines, (name, request, alternative, line) =>
    arrived.push({ name, request, alternative, line }),
  )
  report(t, 'requests out of productpage', requests.size, lines.size, differences)

  const followed = new Map<string, TraceRequest>()
  const destinations = new Map<string, ConfigDump>()
  for (const version of ['v1', 'v2']) {
    const pod = await lab.pod(`app=reviews,version=${version}`)
    destinations.set(`${pod.ip}:9080`, await dumpOf(pod))
  }
  const inside = new Map<string, ConfigDump>()
  for (const { name, request, alternative, line } of arrived) {
    const dump = destinations.get(line.host ?? '')
    const endpoint = alternative.hops.at(-1)?.endpoints?.find(({ address }) => address === line.host)
    if (dump === undefined || endpoint === undefined) continue
    const next = followRequest(request, alternative, endpoint, {
      redirect: capturePort(dump, 'inbound'),
      from: request.source?.address,
    })
    assert.ok(next, `${name} cannot be followed to ${line.host}`)
    followed.set(name, next)
    inside.set(name, dump)
  }
  const inbound = await logged('reviews', followed)
  const wrong = [...followed].flatMap(([name, request]) => {
    const [line, dump] = [inbound.get(name), inside.get(name)]
    return line === undefined || dump === undefined ? [] : (difference(dump, request, line) ?? [])
  })
  // What went over connections from before the proxies had a log is in none.
  report(t, 'requests into reviews', undefined, inbound.size, wrong)
  assert.ok(inbound.size > 100, `only ${inbound.size} of ${followed.size} requests were seen at reviews`)
})

for (const [name, port, domains] of [
  ['ingressgateway', 8080, ['bookinfo.example.com', 'a.lab.test', 'A.b.lab.test', 'lab.test', 'other.org']],
  ['gateway-api', 80, ['bookinfo.gateway.test', 'x.gateway.test', 'BOOKINFO.gateway.test', 'other.org']],
] as const) {
  test(`traces of requests into ${name} agree with its access log`, async (t) => {
    const random = randomFrom(seed + port)
    const { ip } = podOf(name)
    const questions = Array.from({ length: 250 }, () => gatewaySpec(random, ip, port, [...domains]))
    const requests = requestsOf(proxyAt(name), questions)
    await sendRequests(lab, requests, undefined)
    const lines = await logged(name, requests)
    report(t, `requests into ${name}`, requests.size, lines.size, compare(name, requests, lines))
  })
}

test('traces of TLS connections to the gateway agree with its access log', async (t) => {
  const random = randomFrom(seed)
  const { ip } = podOf('ingressgateway')
  const names = [undefined, 'bookinfo.example.com', 'BOOKINFO.example.com', 'other.example.com', 'example.com'] as const
  const alpns: readonly [readonly string[], ...(readonly string[])[]] = [[], ['http/1.1'], ['nothing']]
  const sent = Array.from({ length: 100 }, (_, index) => {
    const sni = random.pick(names)
    const alpn = random.pick(alpns)
    const url = `https://${ip}:8443`
    const question: RequestSpec = {
      url,
      address: ip,
      path: '/reviews',
      headers: [['host', 'bookinfo.example.com']],
      sni: sni ?? '',
    }
    const { request } = resolveRequest({ ...question, alpn }, dumpAt('ingressgateway'))
    return { case: `tls-${index}`, request: { ...request, tls: { ...request.tls, sni } } }
  })
  const requests = new Map(sent.map((one) => [one.case, one.request]))
  const lines = await sendConnections('ingressgateway', requests, undefined)
  report(t, 'TLS connections', sent.length, lines.size, compare('ingressgateway', requests, lines))
})

test('traces of connections out of a sidecar agree with its access log', async (t) => {
  const random = randomFrom(seed)
  const questions = Array.from({ length: 100 }, (): RequestSpec => {
    const port = random.pick([9080, 9090])
    const sni = random.pick([undefined, 'trace.test', 'other.test'])
    return random.chance(0.5)
      ? { url: `https://trace.test:${port}`, sni: sni ?? '', alpn: random.pick([[], ['http/1.1']]) }
      : { url: `http://trace.test:${port}`, path: '/rest' }
  })
  const requests = new Map(
    questions.map((question, index) => {
      const { request } = resolveRequest(question, dumpAt('productpage'))
      const named = request.tls?.sni === '' ? { ...request, tls: { alpn: request.tls.alpn } } : request
      return [`connection-${index}`, reachable(proxyAt('productpage'), named)]
    }),
  )
  const lines = await sendConnections('productpage', requests, podOf('productpage').netns)
  // The redirect gives a client another port where its own is taken: then the line is not known to be its.
  report(t, 'connections out of productpage', undefined, lines.size, compare('productpage', requests, lines))
  assert.ok(lines.size > 30, `only ${lines.size} of ${requests.size} connections were told apart in the log`)
})

function podOf(name: string): LabPod {
  const pod = pods.get(name)
  if (pod === undefined) throw new Error(`no pod ${name}`)
  return pod
}

export function dumpAt(name: string): ConfigDump {
  const dump = dumps.get(name)
  if (dump === undefined) throw new Error(`no dump of ${name}`)
  return dump
}

async function dumpOf(pod: LabPod): Promise<ConfigDump> {
  return readDump(new TextEncoder().encode(await lab.admin(pod, 'config_dump?include_eds')), pod.name)
}

function proxyAt(name: string): FirstProxy {
  return { name, dump: dumpAt(name), fallback: legacy }
}

/** The line of each request; those of the same request further on have an inbound cluster, or another log. */
async function logged(proxy: string, requests: ReadonlyMap<string, TraceRequest>): Promise<Map<string, LogLine>> {
  const inbound = proxy === 'reviews'
  const lines = await logs.lines(
    proxy,
    (line) => requests.has(line.case ?? '') && (line.cluster?.startsWith('inbound|') ?? false) === inbound,
    (found) => found.length >= requests.size,
  )
  return new Map(lines.map((line) => [line.case ?? '', line]))
}

/** Sends, and gives the line of each connection. The listener writes one as well, which says less of a request. */
async function sendConnections(proxy: string, requests: ReadonlyMap<string, TraceRequest>, netns: string | undefined) {
  // Clients' ports come round again: what was logged before is of others.
  const { length } = await logs.lines(
    proxy,
    () => true,
    () => true,
  )
  const clients = await sendRequests(lab, requests, netns)
  // A client's port may be that of another one who went somewhere else.
  const ends = (line: Pick<LogLine, 'peer' | 'local'>): string => `${line.peer} to ${line.local}`
  const byEnds = new Map<string, string>()
  for (const [name, { destination }] of requests) {
    byEnds.set(
      ends({ peer: clients.get(name) ?? '', local: hostPort(destination.address ?? '', destination.port) }),
      name,
    )
  }
  const lines = new Map<string, LogLine>()
  const found = await logs.lines(
    proxy,
    (_, place) => place >= length,
    (all) => new Set(all.map(ends)).size >= requests.size,
  )
  for (const line of found) {
    const name = byEnds.get(ends(line))
    if (name === undefined) continue
    const before = lines.get(name)
    if (before === undefined || (before.details === null && before.cluster === null)) lines.set(name, line)
  }
  return lines
}
