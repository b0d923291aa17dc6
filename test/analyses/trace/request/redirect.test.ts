import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigDump } from '../../../../src/envoy/dump/config-dump.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { outcomeText } from '../../../../src/semantics/outcome-text.ts'
import type { RequestSpec } from '../../../../src/walk/request/request-spec.ts'
import { resolveRequest } from '../../../../src/walk/request/resolve-request.ts'
import { trace } from '../../../../src/walk/trace.ts'
import { chain, dumpOf, filter, listener, staticCluster } from '../dump-of.ts'

const originalDst = filter('od', 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst')
const names = ['in', 'out', 'web', 'health', 'metrics']

/** A sidecar of Istio with these annotations on its pod. */
function sidecar(annotations: JsonObject = {}, more: JsonObject[] = []): Promise<ConfigDump> {
  const capture = (name: string, port: number, direction: string, fields: JsonObject): JsonObject =>
    listener(name, '0.0.0.0', port, { traffic_direction: direction, listener_filters: [originalDst], ...fields })
  return dumpOf({
    bootstrap: {
      node: {
        id: 'sidecar~10.0.0.5~web-1.default~default.svc.cluster.local',
        metadata: { NAMESPACE: 'default', ISTIO_VERSION: '1.30.0', ANNOTATIONS: annotations },
      },
    },
    listeners: [
      capture('virtualInbound', 15006, 'INBOUND', { filter_chains: [chain('in')] }),
      capture('virtualOutbound', 15001, 'OUTBOUND', { use_original_dst: true, filter_chains: [chain('out')] }),
      listener('health', '0.0.0.0', 15021, { filter_chains: [chain('health')] }),
      listener('metrics', '0.0.0.0', 15090, { filter_chains: [chain('metrics')] }),
      ...more,
    ],
    clusters: names.map((name) => staticCluster(name, '1.1.1.1:1')),
  })
}

async function told(spec: RequestSpec, annotations: JsonObject = {}, more: JsonObject[] = []): Promise<string> {
  const dump = await sidecar(annotations, more)
  const { request } = resolveRequest({ protocol: 'tcp', ...spec }, dump)
  const [only, ...others] = trace({ dump, request }).alternatives
  assert.equal(others.length, 0)
  return only === undefined ? '' : `${only.outcome.kind}: ${outcomeText(only.outcome)}`
}

const inbound = (port: number): RequestSpec => ({ url: `tcp://web:${port}`, inbound: true })
const outbound = (host: string, port: number): RequestSpec => ({ url: `tcp://${host}:${port}` })
const istio = (name: string, value: string): JsonObject => ({ [`traffic.sidecar.istio.io/${name}`]: value })

test("Istio's own ports are not redirected into the workload", async () => {
  assert.match(await told(inbound(8080)), /cluster in$/)
  assert.match(await told(inbound(15021)), /cluster health$/)
  assert.match(await told(inbound(15090)), /cluster metrics$/)
  assert.match(
    await told(inbound(15020)),
    /^noListener: port 15020 is not redirected to Envoy: Istio's rules for iptables leave it alone, and Envoy does not listen there/,
  )
  assert.match(await told(outbound('10.1.1.1', 15020)), /cluster out$/, 'out of the pod they are ports like others')
})

test("OSM's probes are not redirected", async () => {
  const dump = await dumpOf({
    listeners: [
      listener('inbound-listener', '0.0.0.0', 15003, {
        traffic_direction: 'INBOUND',
        listener_filters: [originalDst],
        filter_chains: [chain('in')],
      }),
      listener('liveness', '0.0.0.0', 15901, { filter_chains: [chain('health')] }),
    ],
    clusters: names.map((name) => staticCluster(name, '1.1.1.1:1')),
  })
  const clusterAt = (port: number) => {
    const { request } = resolveRequest({ url: `tcp://10.0.0.5:${port}`, inbound: true, protocol: 'tcp' }, dump)
    return trace({ dump, request }).alternatives[0]?.hops.at(-1)?.cluster
  }
  assert.deepEqual([15901, 15902, 15020].map(clusterAt), ['health', undefined, 'in'])
})

test('annotations of the pod leave ports and addresses out', async (t) => {
  const cases: [string, RequestSpec, JsonObject, RegExp][] = [
    [
      'excluded',
      inbound(8080),
      istio('excludeInboundPorts', '80,8080'),
      /excludeInboundPorts of the pod leaves it out/,
    ],
    ['a range', inbound(8080), istio('excludeInboundPorts', '8000-8090'), /does not pass it$/],
    ['another port', inbound(8081), istio('excludeInboundPorts', '8080'), /cluster in$/],
    ['included', inbound(8080), istio('includeInboundPorts', '8080'), /cluster in$/],
    ['all included', inbound(8080), istio('includeInboundPorts', '*'), /cluster in$/],
    ['not included', inbound(8081), istio('includeInboundPorts', '8080'), /includeInboundPorts/],
    ['none included', inbound(8081), istio('includeInboundPorts', ''), /includeInboundPorts/],
    ['Kuma', inbound(8080), { 'traffic.kuma.io/exclude-inbound-ports': '8080' }, /does not pass it$/],
    ['out', outbound('10.1.1.1', 80), istio('excludeOutboundPorts', '80'), /excludeOutboundPorts/],
    ['out, inbound ports', outbound('10.1.1.1', 80), istio('excludeInboundPorts', '80'), /cluster out$/],
    ['range out', outbound('10.1.1.1', 80), istio('excludeOutboundIPRanges', '10.1.0.0/16'), /excludeOutboundIPRanges/],
    ['other range', outbound('10.2.1.1', 80), istio('excludeOutboundIPRanges', '10.1.0.0/16'), /cluster out$/],
    [
      'ranges included',
      outbound('10.2.1.1', 80),
      istio('includeOutboundIPRanges', '10.1.0.0/16'),
      /includeOutboundIPRanges/,
    ],
    [
      'port included',
      outbound('10.2.1.1', 80),
      { ...istio('includeOutboundIPRanges', '10.1.0.0/16'), ...istio('includeOutboundPorts', '80') },
      /cluster out$/,
    ],
    ['what leaves is not ours', outbound('10.1.1.1', 15090), istio('excludeOutboundPorts', '15090'), /^noListener/],
    ['loopback', outbound('127.0.0.1', 8080), {}, /it goes to a loopback address/],
    ['localhost', outbound('localhost', 15090), {}, /cluster metrics$/],
  ]
  for (const [name, spec, annotations, expected] of cases)
    await t.test(name, async () => assert.match(await told(spec, annotations), expected))
})

test('the request can say whether, and where, the connection is redirected', async () => {
  const annotations = istio('excludeInboundPorts', '8080')
  assert.match(await told({ ...inbound(8080), redirected: true }, annotations), /cluster in$/)
  assert.match(await told({ ...inbound(8080), capturePort: 15006 }, annotations), /cluster in$/)
  assert.match(await told({ ...outbound('10.1.1.1', 80), capturePort: 15006 }), /cluster in$/)
  assert.match(await told({ ...outbound('10.0.0.5', 15090), redirected: false }), /cluster metrics$/)
  assert.match(await told({ ...outbound('10.0.0.5', 80), redirected: false }), /^noListener: no listener accepts/)
})

test('each listener that the port of a Service can lead to is traced', async () => {
  const gateway = (...ports: number[]): Promise<ConfigDump> =>
    dumpOf({
      listeners: ports.map((port) => listener(`L${port}`, '0.0.0.0', port, { filter_chains: [chain('web')] })),
      clusters: [staticCluster('web', '1.1.1.1:1')],
    })
  const ports = async (spec: RequestSpec, ...listening: number[]) => {
    const { request, others, notes } = resolveRequest({ protocol: 'tcp', ...spec }, await gateway(...listening))
    return { ports: [request, ...others].map(({ destination }) => destination.port), notes }
  }
  assert.deepEqual(await ports({ url: 'https://web/' }, 8443, 10443), {
    ports: [8443, 10443],
    notes: [
      'nothing listens on port 443; taken as a Service port that leads to 8443 or 10443: each is traced, --target-port says which',
    ],
  })
  assert.deepEqual((await ports({ url: 'http://web/' }, 80, 8080, 10080)).ports, [80], 'what listens there takes it')
  assert.deepEqual((await ports({ url: 'http://web/' }, 10080)).ports, [10080])
  assert.deepEqual((await ports({ url: 'http://web/' }, 9999)).ports, [80])
  assert.deepEqual(await ports({ url: 'http://web/', targetPort: 9999 }, 8080, 9999), { ports: [9999], notes: [] })
})
