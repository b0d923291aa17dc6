import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { controlPlaneOf, controlPlaneOfName } from '../../../src/envoy/control-plane/control-plane-of.ts'
import { controlPlanes } from '../../../src/envoy/control-plane/index.ts'
import { withWords } from '../../../src/envoy/control-plane/with-words.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { corpus, hasCorpus } from '../../conformance/corpus.ts'

const source = join(import.meta.dirname, '../../../src')

async function planeOf(...configs: JsonObject[]): Promise<string | undefined> {
  const dump = await readDump(Buffer.from(JSON.stringify({ configs })), 'a dump')
  return controlPlaneOf(dump)?.name
}

const admin = 'type.googleapis.com/envoy.admin.v3'

function bootstrap(node: JsonObject, ...clusters: JsonObject[]): JsonObject {
  return { '@type': `${admin}.BootstrapConfigDump`, bootstrap: { node, static_resources: { clusters } } }
}

function clusters(name: string, metadata: JsonObject = {}): JsonObject {
  return { '@type': `${admin}.ClustersConfigDump`, dynamic_active_clusters: [{ cluster: { name, metadata } }] }
}

function at(name: string, address: string): JsonObject {
  const endpoint = { address: { socket_address: { address, port_value: 1 } } }
  return { name, load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint }] }] } }
}

const cases: readonly (readonly [string | undefined, string, JsonObject[]])[] = [
  ['Istio', 'its node', [bootstrap({ id: 'router~10.0.0.1~gw-1.istio-system~istio-system.svc.cluster.local' })]],
  ['Istio', 'names of clusters alone', [clusters('outbound|80||web.shop.svc.cluster.local')]],
  ['Kuma', 'its node', [bootstrap({ id: 'default.web', metadata: { 'dataplane.proxyType': 'dataplane' } })]],
  ['Kuma', 'its names', [clusters('kri_msvc_default_zone_shop_web_80')]],
  ['Consul', 'its names', [clusters('web.default.dc1.internal.bc3815c2-1a0f-f3ff-a2e9-20d791f08d00.consul')]],
  ['Envoy Gateway', 'where it connects', [bootstrap({}, at('xds_cluster', 'envoy-gateway.envoy-gateway-system.svc.'))]],
  ['Envoy Gateway', 'its metadata', [clusters('x', { filter_metadata: { 'envoy-gateway': { resources: [] } } })]],
  ['kgateway', 'its node', [bootstrap({ metadata: { role: 'kgateway-kube-gateway-api~shop~http' } })]],
  ['Gloo', 'its node', [bootstrap({ metadata: { role: 'gloo-system~gateway-proxy' } })]],
  ['Contour', 'its cluster in the bootstrap', [bootstrap({ id: 'envoy-1' }, at('contour', '10.0.0.1'))]],
  ['Cilium', 'its node', [bootstrap({ id: 'host~127.0.0.1~no-id~localdomain' })]],
  ['AWS App Mesh', 'its node', [bootstrap({ id: 'mesh/shop/virtualNode/web' })]],
  ['OSM', 'its names', [clusters('shop/web|80')]],
  [undefined, 'a static Envoy', [bootstrap({ id: 'edge', cluster: 'edge' }, at('web', '10.0.0.1')), clusters('web')]],
]

for (const [name, by, configs] of cases) {
  test(`${name ?? 'none'} is recognised by ${by}`, async () => assert.equal(await planeOf(...configs), name))
}

test('dumps of live gateways and of other meshes are those of their control planes', async (t) => {
  if (!hasCorpus(t, 'gateways')) return
  const expected: Readonly<Record<string, string>> = {
    'gateways/contour/config_dump.json': 'Contour',
    'gateways/contour-disconnected/config_dump.json': 'Contour',
    'gateways/eg/config_dump.json': 'Envoy Gateway',
    'gateways/eg-not-connected/config_dump.json': 'Envoy Gateway',
    'dumps/solo-io+gloo/cd.json': 'Gloo',
    'dumps/hashicorp+consul-k8s/cli__common__envoy__testdata__test_config_dump.json': 'Consul',
    'dumps/kumahq+kuma/pkg__envoy__admin__testdata__full_config.json': 'Kuma',
  }
  for (const [file, name] of Object.entries(expected)) {
    const dump = await readDump(readFileSync(join(corpus, file)), file)
    assert.equal(controlPlaneOf(dump)?.name, name, file)
  }
})

test('the name of a cluster alone tells a control plane, or none', () => {
  assert.equal(controlPlaneOfName('outbound|80||web.shop.svc.cluster.local')?.name, 'Istio')
  assert.equal(controlPlaneOfName('kri_msvc_default_zone_shop_web_80')?.name, 'Kuma')
  assert.equal(controlPlaneOfName('web'), undefined)
})

test('words are whole sentences, and only those of the control plane are said', () => {
  for (const { name, words } of controlPlanes)
    for (const [topic, sentence] of Object.entries(words)) assert.match(sentence, /[.?]$/, `${name} ${topic}`)
  const step = { text: 'Raise the limit.', topic: 'limits' } as const
  const said = new Map(controlPlanes.map((plane) => [plane.name, withWords(step, plane)]))
  assert.equal(said.get('Istio'), 'Raise the limit. Istio: connectionPool of the DestinationRule.')
  assert.equal(said.get('Kuma'), 'Raise the limit. Kuma: connectionLimits of the MeshCircuitBreaker.')
  assert.equal(withWords(step, undefined), 'Raise the limit.')
})

test('advice outside the table of control planes names none of their objects', () => {
  const objects =
    /'[^'\n]*\b(?:DestinationRule|VirtualService|PeerAuthentication|RequestAuthentication|ServiceEntry|EnvoyFilter|HTTPProxy|MeshHTTPRoute|ServiceRouter|REGISTRY_ONLY)\b[^'\n]*'/
  // A Service that is hidden, and the policy that a name tells, are Istio's by their nature.
  const itsOwn = /^(?:advice-on-hidden|explained-kind)\.ts$/
  const wrong = globSync('analyses/{trace/view,explain}/**/*.ts', { cwd: source })
    .filter((file) => !itsOwn.test(basename(file)))
    .flatMap((file) =>
      readFileSync(join(source, file), 'utf8')
        .split('\n')
        .filter((line) => objects.test(line) && !/^\s*(?:\/\/|\/?\*)/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    )
  assert.deepEqual(wrong, [])
})
