import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeMessage } from '../../../src/fetch/xds/protobuf.ts'
import { certificate } from '../../fetch/fake-api-server.ts'
import { clientConfig, packedAny, startFakeXdsServer, type XdsQuestion } from '../../fetch/istiod/fake-xds-server.ts'
import type { Outcome } from '../../run-program.ts'
import { istiodPod, meshPod, startMesh } from '../fake-mesh.ts'

const url = (type: string) => `type.googleapis.com/envoy.${type}`
const named = (type: string, ...fields: [number, string][]) => packedAny(url(type), writeMessage(fields))
const section = (type: string, entries: readonly Uint8Array[]) => ({
  typeUrl: url(`admin.v3.${type}`),
  value: writeMessage(entries.map((entry) => [3, entry] as const)),
})
const second = (inner: Uint8Array) => writeMessage([[2, inner]])

/** What istiod would send, in protobuf. */
const sent = [
  section('ClustersConfigDump', [
    second(named('config.cluster.v3.Cluster', [1, 'a'], [28, 'stats of a'])),
    second(named('config.cluster.v3.Cluster', [1, 'b'])),
  ]),
  section('ListenersConfigDump', [
    writeMessage([
      [1, '80'],
      [2, second(named('config.listener.v3.Listener', [1, '80']))],
    ]),
  ]),
  section('RoutesConfigDump', [second(named('config.route.v3.RouteConfiguration', [1, 'r']))]),
]

const json = (type: string, fields: object) => ({ '@type': url(`admin.v3.${type}`), ...fields })

/** What Envoy has: one cluster is different, one listener more. */
const used = JSON.stringify({
  configs: [
    json('ClustersConfigDump', { dynamic_active_clusters: [{ cluster: { name: 'a' } }, { cluster: { name: 'b' } }] }),
    json('ListenersConfigDump', {
      dynamic_listeners: ['80', '81'].map((name) => ({ name, active_state: { listener: { name } } })),
    }),
    json('RoutesConfigDump', { dynamic_route_configs: [{ route_config: { name: 'r' } }] }),
    json('EndpointsConfigDump', {}),
  ],
})

const table = [
  "Clusters don't match",
  '  ~ a',
  '      alt_stat_name: "stats of a" in the control plane, nothing in Envoy',
  "Listeners don't match",
  '  + 81: only in Envoy',
  'Routes Match',
  "Endpoints not compared (the control plane's dump has no endpoints)",
]

/** `status web.shop` where istiod has no debug endpoints, and knows these proxies. */
async function statusOverXds(
  ids: readonly string[],
  ...args: string[]
): Promise<Outcome & { readonly questions: readonly XdsQuestion[] }> {
  const tls = certificate()
  const xds = await startFakeXdsServer(({ typeUrl, names: [name] }) => {
    if (typeUrl === 'istio.io/debug/syncz') return ids.map((id) => clientConfig(id, ''))
    if (typeUrl === 'istio.io/debug') return ['404 page not found\n']
    return ids.some((id) => `${id}-1`.includes(name ?? '')) ? sent : []
  }, tls)
  const mesh = await startMesh({
    pods: [istiodPod('istiod-a'), meshPod('web', 'shop')],
    answer: (pod, port, path) => (pod === 'web' && port === 15000 && path.startsWith('config_dump') ? used : undefined),
    passOn: (_pod, port) => (port === 15012 ? xds.port : undefined),
  })
  try {
    return { ...(await mesh.run('status', 'web.shop', ...args)), questions: xds.questions }
  } finally {
    await mesh.close()
    await xds.close()
    tls.remove()
  }
}

const partsAsked = (questions: readonly XdsQuestion[]) =>
  questions.filter(({ typeUrl }) => typeUrl === 'istio.io/debug/config_dump').flatMap(({ names }) => names)

test('without debug endpoints the dump in protobuf is compared', async () => {
  const { code, out, err, questions } = await statusOverXds(['web.shop', 'other.shop'], '--exit-code')
  assert.deepEqual(out.trim().split('\n').slice(0, table.length), table)
  assert.match(err, /^istiod-a has no debug endpoints \(ENABLE_DEBUG_ON_HTTP=false\): .* all but the endpoints$/m)
  assert.match(err, /^web\.shop: compared with what istiod-a would send$/m)
  assert.equal(code, 1)
  assert.deepEqual(partsAsked(questions), ['web.shop'])
})

test('another proxy whose name begins like it is not taken for it', async () => {
  const { out, questions } = await statusOverXds(['web.shop2', 'web.shop'])
  assert.deepEqual(out.trim().split('\n').slice(0, table.length), table)
  assert.deepEqual(partsAsked(questions), ['web.shop-'])
})

test('another proxy whose name ends like it cannot be told apart, and that is said', async () => {
  const { code, out, err } = await statusOverXds(['data-web.shop', 'web.shop'])
  assert.deepEqual([code, out], [1, ''])
  assert.match(err, /cannot tell "web\.shop" from "data-web\.shop" over xDS/)
})

test('a proxy that is not connected is not compared with one whose name holds its name', async () => {
  const { code, out, err, questions } = await statusOverXds(['data-web.shop'])
  assert.deepEqual([code, out], [1, ''])
  assert.match(err, /no istiod knows the proxy of pod "web"/)
  assert.deepEqual(partsAsked(questions), [])
})
