import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { TraceRequest } from '../../../src/semantics/request.ts'
import type { RequestSpec } from '../../../src/walk/request/request-spec.ts'
import { resolveRequest } from '../../../src/walk/request/resolve-request.ts'
import { type Lab, type LabPod, openLab } from '../lab.ts'
import { awaitInDump, eventually, proxyConfig, withObjects } from '../outages/mesh-state.ts'
import { gatewaySpec, outboundSpec } from '../trace/mesh-requests.ts'
import { type FirstProxy, requestsOf, sendRequests } from '../trace/mesh-traffic.ts'
import { type Random, randomFrom } from '../trace/random.ts'

// Mixed traffic through gateways and sidecars of a real mesh, logged to their standard output by Telemetry in both encodings of Istio:
// explain --verify reads the logs beside the live proxies.

const seed = Number(process.env.TRACE_SEED ?? 20251101)
const bridge = '10.77.0.1'
const serverPort = 18_211

let lab: Lab
const server = createServer((request, response) => answer(request.url ?? '/', response))
const folder = mkdtempSync(join(tmpdir(), 'verify-mesh-'))
before(async () => {
  lab = await openLab()
  server.listen(serverPort, bridge)
  await once(server, 'listening')
})
after(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

/** Outside of the mesh: answers with the status that the path names, `/never` not at all. */
function answer(path: string, response: ServerResponse): void {
  if (path.startsWith('/never')) return
  response.writeHead(Number(/\d{3}/.exec(path)?.[0] ?? 200)).end()
}

/** Every proxy logs each request twice; a host outside of the mesh fails in the ways of servers. */
const objects = `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: lab-verify, namespace: istio-system}
spec: {accessLogging: [{providers: [{name: lab-text}, {name: lab-json}]}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: mixed, namespace: default}
spec:
  hosts: [mixed.test, refused.test]
  addresses: [10.97.9.11]
  ports: [{number: 9080, name: http, protocol: HTTP}]
  resolution: STATIC
  location: MESH_EXTERNAL
  endpoints: [{address: ${bridge}, ports: {http: ${serverPort}}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: mixed, namespace: default}
spec:
  hosts: [mixed.test]
  http:
  - name: retried
    match: [{uri: {prefix: /retried}}]
    retries: {attempts: 2, perTryTimeout: 1s, retryOn: 5xx, backoff: 5ms}
    route: [{destination: {host: mixed.test}}]
  - name: slow
    match: [{uri: {prefix: /never}}]
    timeout: 0.05s
    route: [{destination: {host: mixed.test}}]
  - name: direct
    match: [{uri: {prefix: /direct}}]
    directResponse: {status: 204}
  - name: aborted
    match: [{uri: {prefix: /aborted}}]
    fault: {abort: {httpStatus: 418, percentage: {value: 100}}}
    route: [{destination: {host: mixed.test}}]
  - name: rest
    route: [{destination: {host: mixed.test}}]
`

const mixedPaths = [
  ...([
    '/',
    '/200',
    '/404',
    '/503',
    '/retried/503',
    '/retried/200',
    '/never',
    '/direct',
    '/direct/x',
    '/aborted',
  ] as const),
  ...['/rest?x=1', '/Direct', '/%64irect', '/a/../direct'],
] as const

function mixedSpec(random: Random): RequestSpec {
  const host = random.pick(['mixed.test', 'mixed.test:9080', 'MIXED.test', 'other.test'])
  return { url: 'http://mixed.test:9080', path: random.pick(mixedPaths), headers: [['host', host]] }
}

/** @param count of specs, each drawn on its own */
const several = (count: number, draw: () => RequestSpec) => Array.from({ length: count }, draw)

/** TLS at the gateway, with names and protocols of which some have no filter chain. */
function tlsSpec(random: Random, ip: string): RequestSpec {
  return {
    url: `https://${ip}:8443`,
    address: ip,
    path: random.pick(['/reviews', '/reviews/1', '/', '/productpage?x=1']),
    headers: [['host', random.pick(['bookinfo.example.com', 'bookinfo.example.com:8443', 'other.org'])]],
    sni: random.pick(['bookinfo.example.com', 'bookinfo.example.com', 'BOOKINFO.example.com', 'other.org']),
  }
}

test('2,000 requests through the mesh, logged as text and as JSON: --verify agrees on all that are decidable', async (t) => {
  const page = await lab.pod('app=productpage')
  await withObjects(t, lab, traceObjects((await lab.pod('app=legacy')).ip))
  await withObjects(t, lab, objects)
  // They go away a moment after they were deleted: the next test has the mesh that it expects.
  t.after(() => awaitInDump(lab, page, 'mixed.test', false))
  const proxies = await loggingProxies()
  const before = new Map(await Promise.all([...proxies.values()].map(async (pod) => [pod, await logOf(pod)] as const)))
  await sendTraffic(proxies)
  let lines = 0
  const logs = new Map<LabPod, string>()
  for (const pod of proxies.values()) {
    await written(pod)
    const added = (await logOf(pod)).slice(before.get(pod)?.length ?? 0)
    const text = await verified(t, pod, 'text', added)
    const json = await verified(t, pod, 'JSON', added)
    assert.deepEqual(json, text, 'both encodings hold the same requests')
    lines += text.requests
    logs.set(pod, added)
  }
  t.diagnostic(`${lines} lines in each encoding (seed ${seed})`)
  assert.ok(lines >= 2000, `${lines} requests were logged`)
  await swapped(t, page, logs.get(proxies.get('productpage') ?? page) ?? '')
})

/** Routes of every kind behind one host. @param ip address of the pod that serves it */
function traceObjects(ip: string): string {
  return readFileSync(new URL('../manifests/trace.yaml', import.meta.url), 'utf8').replace('LEGACY_POD', ip)
}

/** Pods whose Envoys log both encodings, and have the objects of this test. */
async function loggingProxies(): Promise<Map<string, LabPod>> {
  const pods = new Map<string, LabPod>()
  for (const [name, selector, namespace] of [
    ['productpage', 'app=productpage', 'default'],
    ['reviews-v1', 'app=reviews,version=v1', 'default'],
    ['details', 'app=details', 'default'],
    ['ingressgateway', 'istio=ingressgateway', 'istio-system'],
    ['gateway-api', 'gateway.networking.k8s.io/gateway-name=bookinfo-gateway', 'default'],
  ] as const)
    pods.set(name, await lab.pod(selector, namespace))
  for (const [name, pod] of pods) {
    await awaitInDump(lab, pod, '"json_format"')
    // Gateways hear of hosts by the clusters.
    await awaitInDump(lab, pod, name === 'productpage' ? '"mixed.test:9080"' : 'mixed.test')
    await awaitInDump(lab, pod, name === 'productpage' ? '"trace.test:9080"' : 'trace.test')
  }
  return pods
}

async function sendTraffic(pods: ReadonlyMap<string, LabPod>): Promise<void> {
  const random = randomFrom(seed)
  const fallback = await lab.pod('app=legacy')
  const first = async (name: string): Promise<FirstProxy & { readonly pod: LabPod }> => {
    const pod = pods.get(name) ?? assert.fail(name)
    const page = await lab.admin(pod, 'config_dump?include_eds')
    return { name, pod, fallback, dump: await readDump(new TextEncoder().encode(page), name) }
  }
  const [page, ingress, gateway] = await Promise.all(['productpage', 'ingressgateway', 'gateway-api'].map(first))
  assert.ok(page && ingress && gateway)
  const outbound = [...several(900, () => outboundSpec(random)), ...several(400, () => mixedSpec(random))]
  await sendRequests(lab, requestsOf(page, outbound), page.pod.netns)
  const domains = ['bookinfo.example.com', 'a.lab.test', 'A.b.lab.test', 'lab.test', 'other.org'] as const
  const into = several(350, () => gatewaySpec(random, ingress.pod.ip, 8080, domains))
  await sendRequests(lab, requestsOf(ingress, into), undefined)
  const apis = ['bookinfo.gateway.test', 'x.gateway.test', 'other.org'] as const
  await sendRequests(
    lab,
    requestsOf(
      gateway,
      several(200, () => gatewaySpec(random, gateway.pod.ip, 80, apis)),
    ),
    undefined,
  )
  await sendRequests(
    lab,
    tlsRequests(
      ingress,
      several(150, () => tlsSpec(random, ingress.pod.ip)),
    ),
    undefined,
  )
}

function tlsRequests({ dump }: FirstProxy, specs: readonly RequestSpec[]): Map<string, TraceRequest> {
  return new Map(
    specs.map((spec, index) => [`tls-${index}`, resolveRequest({ ...spec, alpn: ['http/1.1'] }, dump).request]),
  )
}

const logOf = async ({ name, namespace }: LabPod): Promise<string> =>
  (await lab.kubectl('logs', name, '-n', namespace, '-c', 'istio-proxy')).stdout

/** Until no request is under way in a pod's Envoy, and all that it has logged is in the log. */
async function written(pod: LabPod): Promise<void> {
  await eventually(`the end of what ${pod.name} logs`, async () => {
    const stats = await lab.admin(pod, 'stats?filter=downstream_rq_active%7Cwrite_total_buffered')
    const open = stats.split('\n').filter((line) => !/: 0$|^$|^http\.admin\./.test(line))
    return open.length === 0 ? true : undefined
  })
}

interface Verified {
  readonly requests: number
  readonly otherLines: number
  readonly verification: Readonly<Record<string, unknown>> & {
    readonly predicted: number
    readonly event: number
    readonly differs: number
    readonly untraceable: number
    readonly disagreements: readonly { readonly line: string; readonly reason: string; readonly traced: string }[]
  }
}

async function verify(lines: string, ...proxy: string[]): Promise<Verified> {
  const log = join(folder, 'access.log')
  writeFileSync(log, lines)
  const { stdout, stderr } = await proxyConfig(lab, 'explain', ...proxy, '--log', log, '--verify', '-o', 'json')
  assert.notEqual(stdout, '', stderr)
  return JSON.parse(stdout) as Verified
}

const isOf = { text: (line: string) => line.startsWith('['), JSON: (line: string) => line.startsWith('{') }

/** Verifies the lines of one encoding beside the live proxy. @returns what was counted */
async function verified(t: TestContext, pod: LabPod, encoding: 'text' | 'JSON', log: string) {
  const lines = log.split('\n').filter(isOf[encoding])
  const proxy = [pod.name, '-n', pod.namespace]
  const { requests, otherLines, verification } = await verify(`${lines.join('\n')}\n`, ...proxy)
  const { disagreements, ...counts } = verification
  t.diagnostic(`${pod.name}, ${encoding}: ${requests} lines, ${JSON.stringify(counts)}`)
  assert.equal(requests, lines.length - otherLines)
  assert.deepEqual(
    disagreements.filter(({ reason }) => reason === 'differs'),
    [],
  )
  assert.equal(counts.differs, 0)
  assert.equal(counts.untraceable, 0)
  return { requests, ...counts }
}

/** Where clusters of the dump stand in place of each other, what was logged is noticed as different. */
async function swapped(t: TestContext, pod: LabPod, log: string): Promise<void> {
  const [one, two] = ['details', 'productpage'].map((name) => `"outbound|9080||${name}.default.svc.cluster.local"`)
  const parts = (await lab.admin(pod, 'config_dump?include_eds')).split(`"cluster": ${one}`)
  const changed = parts.map((part) => part.replaceAll(`"cluster": ${two}`, `"cluster": ${one}`))
  const dump = join(folder, 'changed.json')
  writeFileSync(dump, changed.join(`"cluster": ${two}`))
  const lines = log.split('\n').filter(isOf.text)
  const { verification } = await verify(`${lines.join('\n')}\n`, '--file', dump)
  t.diagnostic(`with two clusters swapped ${verification.differs} of ${lines.length} differ`)
  assert.ok(verification.differs > 50, 'another configuration is noticed')
}
