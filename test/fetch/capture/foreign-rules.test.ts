import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.ts'
import { foreignFiles } from '../../../src/fetch/capture/foreign/foreign-files.ts'
import { pageOf, translated } from '../../../src/fetch/capture/foreign/foreign-layouts.ts'
import { listOutOf, listsWithin } from '../../../src/fetch/capture/foreign/mixed-lists.ts'

test('files of other programs by their paths', () => {
  for (const [path, entry, isIstio] of [
    ['bug-report/proxies/ns/p/config_dump?include_eds', 'proxies/ns/p/config_dump.json', true],
    ['proxies/ns/p/certs', 'proxies/ns/p/certs.json', true],
    ['proxies/ns/p/proxy.log', 'proxies/ns/p/log.txt', true],
    ['proxies/ns/p/logging', undefined, undefined],
    ['proxies/ns/p/other', undefined, undefined],
    ['a/istio/sys/i/debug/syncz', 'istiods/sys/i/syncz.json', undefined],
    ['istio/sys/i/debug/push_status', 'istiods/sys/i/push_status.json', undefined],
    ['istio/sys/i/debug/connections', 'istiods/sys/i/connections.json', undefined],
    ['istio/sys/i/debug/other', undefined, undefined],
    ['config-dumps/ns/p.json', 'proxies/ns/p/config_dump.json', false],
    ['cluster-resources/pods/ns.json', 'api/v1/namespaces/ns/pods.json', undefined],
    ['cluster-resources/services/ns.json', 'api/v1/namespaces/ns/services.json', undefined],
    ['cluster-resources/replicationcontrollers/ns.json', 'api/v1/namespaces/ns/replicationcontrollers.json', undefined],
    ['cluster-resources/deployments/ns.json', 'apis/apps/v1/namespaces/ns/deployments.json', undefined],
    ['cluster-resources/statefulsets/ns.json', 'apis/apps/v1/namespaces/ns/statefulsets.json', undefined],
    ['cluster-resources/daemonsets/ns.json', 'apis/apps/v1/namespaces/ns/daemonsets.json', undefined],
    ['cluster-resources/replicasets/ns.json', 'apis/apps/v1/namespaces/ns/replicasets.json', undefined],
    ['cluster-resources/jobs/ns.json', 'apis/batch/v1/namespaces/ns/jobs.json', undefined],
    [
      'cluster-resources/endpointslices/ns.json',
      'apis/discovery.k8s.io/v1/namespaces/ns/endpointslices.json',
      undefined,
    ],
    ['cluster-resources/secrets/ns.json', undefined, undefined],
    [
      'cluster-resources/custom-resources/gateways.gateway.networking.k8s.io/ns.json',
      'apis/gateway.networking.k8s.io/v1/namespaces/ns/gateways.json',
      undefined,
    ],
    ['namespaces/ns/pods/p/config_dump_proxy.json', 'proxies/ns/p/config_dump.json', true],
    ['namespaces/sys/default/debug-syncz.json', 'istiods/sys/istiod-default/syncz.json', undefined],
    ['namespaces/ns/pods/p/istio-proxy/istio-proxy/logs/current.log', 'proxies/ns/p/log.txt', true],
    ['x/namespaces/ns/core/pods.yaml', 'api/v1/namespaces/ns/pods.json', undefined],
    ['namespaces/ns/apps/deployments.yml', 'apis/apps/v1/namespaces/ns/deployments.json', undefined],
    ['namespaces/ns/batch/jobs.yaml', 'apis/batch/v1/namespaces/ns/jobs.json', undefined],
    ['namespaces/ns/core/secrets.yaml', undefined, undefined],
    ['xproxies/ns/p/certs', undefined, undefined],
  ] as const) {
    const found = translated(path)
    assert.deepEqual([found?.entry, found?.isIstio], [entry, isIstio], path)
  }
})

test('a page of a proxy by its file', () => {
  const place = { name: 'p', namespace: 'ns' }
  const entry = (file: string) => pageOf(place, file, false)?.entry.replace('proxies/ns/p/', '')
  for (const [file, expected] of [
    ['config_dump', 'config_dump.json'],
    ['config_dump?include_eds', 'config_dump.json'],
    ['config_dump?include_eds.json', 'config_dump.json'],
    ['server_info.yaml', 'server_info.json'],
    ['certs.yml', 'certs.json'],
    ['memory.json', 'memory.json'],
    ['istio-proxy.log', 'log.txt'],
    ['proxy.log', 'log.txt'],
    ['app.log', undefined],
    ['certs.txt', undefined],
    ['Certs', undefined],
    ['config_dump2', undefined],
    ['logging', undefined],
  ] as const)
    assert.equal(entry(file), expected, file)
})

const core = ['api/v1/pods', 'api/v1/services', 'api/v1/replicationcontrollers']
const apps = ['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map((name) => `apis/apps/v1/${name}`)
const others = ['apis/batch/v1/jobs', 'apis/discovery.k8s.io/v1/endpointslices']
const custom = [
  'apis/gateway.networking.k8s.io/v1/gateways',
  ...['sidecars', 'virtualservices', 'gateways', 'destinationrules', 'serviceentries'].map(
    (resource) => `apis/networking.istio.io/v1/${resource}`,
  ),
]
const json = (paths: readonly string[]) => paths.map((path) => `${path}.json`)

test('files in which objects of many kinds stand: the lists of each, and one list out of them', async () => {
  assert.deepEqual(listsWithin('a/cluster/k8s-resources'), json([...core, ...apps, ...others, 'api/v1/namespaces']))
  assert.deepEqual(listsWithin('cluster/k8s-cluster-resources'), json(['api/v1/namespaces']))
  assert.deepEqual(listsWithin('cluster/crs'), json(custom))
  for (const none of ['cluster/secrets', 'xcluster/crs', 'crs', 'cluster/crs/x', 'cluster/'])
    assert.deepEqual(listsWithin(none), [], none)
  const kinds: readonly (readonly [path: string, kind: string, group: string])[] = [
    ['api/v1/pods', 'Pod', 'v1'],
    ['api/v1/services', 'Service', 'v1'],
    ['api/v1/replicationcontrollers', 'ReplicationController', 'v1'],
    ['api/v1/namespaces', 'Namespace', 'v1'],
    ['apis/apps/v1/deployments', 'Deployment', 'apps/v1'],
    ['apis/apps/v1/statefulsets', 'StatefulSet', 'apps/v1'],
    ['apis/apps/v1/daemonsets', 'DaemonSet', 'apps/v1'],
    ['apis/apps/v1/replicasets', 'ReplicaSet', 'apps/v1'],
    ['apis/batch/v1/jobs', 'Job', 'batch/v1'],
    ['apis/discovery.k8s.io/v1/endpointslices', 'EndpointSlice', 'discovery.k8s.io/v1'],
    ['apis/gateway.networking.k8s.io/v1/gateways', 'Gateway', 'gateway.networking.k8s.io/v1beta1'],
    ['apis/networking.istio.io/v1/sidecars', 'Sidecar', 'networking.istio.io/v1'],
    ['apis/networking.istio.io/v1/virtualservices', 'VirtualService', 'networking.istio.io/v1'],
  ]
  const items = kinds.map(([, kind, apiVersion]) => ({ apiVersion, kind, metadata: { name: 'n' } }))
  // Istio has a kind of that name as well.
  const more = { apiVersion: 'networking.istio.io/v1beta1', kind: 'Gateway', metadata: { name: 'other' } }
  const all = Buffer.from(JSON.stringify({ kind: 'List', items: [...items, more] }))
  const yaml = (kind: string, name: string) => `- apiVersion: v1\n  kind: ${kind}\n  metadata:\n    name: ${name}\n`
  const kubectl = Buffer.from(
    `apiVersion: v1\nitems:\n${yaml('Pod', 'a')}${yaml('ConfigMap', 'b')}${yaml('Pod', 'c')}kind: List\nmetadata: {}\n`,
  )
  const named = async (path: string, ...files: readonly Uint8Array[]) => {
    const { items: found } = await listOutOf(files, `${path}.json`, 'F')
    return (Array.isArray(found) ? found : [])
      .map((item) => Reflect.get(Object(Reflect.get(Object(item), 'metadata')), 'name'))
      .join()
  }
  for (const [path] of kinds) assert.equal(await named(path, all), 'n', path)
  assert.equal(await named('apis/networking.istio.io/v1/gateways', all), 'other')
  assert.equal(await named('api/v1/pods', kubectl), 'a,c')
  assert.equal(await named('api/v1/services', kubectl), '')
  assert.equal(await named('api/v1/pods', all, kubectl, all), 'n,a,c', 'each object once')
  const pods = ['x', 'y', 'x'].map((namespace) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'n', namespace },
  }))
  assert.equal(await named('api/v1/pods', Buffer.from(JSON.stringify({ kind: 'List', items: pods }))), 'n,n')
  await assert.rejects(listOutOf([Buffer.from('a: [')], 'api/v1/pods.json', 'F'), AppError)
})

type Files = Readonly<Record<string, string | Error>>

async function taken(given: Files) {
  const notes: string[] = []
  const files = await foreignFiles(
    {
      label: 'F',
      names: Object.keys(given),
      problems: [],
      has: (name) => Object.hasOwn(given, name),
      written: (name) => (name === 'a' ? new Date(0) : undefined),
      read: async (name) => {
        const found = given[name]
        if (found instanceof Error) throw found
        return found === undefined ? undefined : Buffer.from(found)
      },
    },
    (line) => notes.push(line),
  )
  const read = async (entry: string) => {
    const bytes = await files.read(entry)
    return bytes === undefined ? undefined : Buffer.from(bytes).toString()
  }
  return { files, notes, read }
}

const dumpOf = (id: string) => JSON.stringify({ configs: [{ bootstrap: { node: { id } } }] })

test('a folder of another program as a capture: the first file of an entry counts, text is no page', async () => {
  const { files, read } = await taken({
    'proxies/ns/p/certs': '{"first":1}',
    'x/proxies/ns/p/certs': '{"second":1}',
    'proxies/ns/p/clusters': 'text',
    'proxies/ns/q/clusters': '{}',
    'proxies/ns/p/listeners': 'text',
    'proxies/ns/p/stats': 'text',
    'proxies/ns/p/memory': 'text',
    'config-dumps/eg/r.json': '{}',
  })
  assert.equal(await read('proxies/ns/p/certs.json'), '{"first":1}')
  for (const page of ['clusters', 'listeners', 'stats'])
    assert.equal(await read(`proxies/ns/p/${page}.json`), undefined, page)
  assert.equal(await read('proxies/ns/q/clusters.json'), '{}')
  assert.equal(await read('proxies/ns/p/memory.json'), 'text')
  assert.equal(await read('none'), undefined)
  assert.deepEqual(
    [files.isIstio({ name: 'p', namespace: 'ns' }), files.isIstio({ name: 'r', namespace: 'eg' })],
    [true, false],
  )
  assert.deepEqual([files.has('proxies/ns/q/clusters.json'), files.has('proxies/ns/q/certs.json')], [true, false])
})

test('dumps in no layout: whose they are, and the pages beside one that is alone in its folder', async () => {
  const { files, read } = await taken({
    'a/dump.json': dumpOf('sidecar~1.1.1.1~web-1.shop~shop.svc'),
    'a/certs.json': '{"certs":1}',
    'a/notes.md': dumpOf('x'),
    'b/one.json': dumpOf('first/node'),
    'b/two.yaml': 'configs:\n- a',
    'b/certs.json': '{}',
    'ns/pod/config_dump.json': '{"configs":[]}',
  })
  assert.deepEqual([...files.names].sort(), [
    'proxies/b/first-node/config_dump.json',
    'proxies/b/two/config_dump.json',
    'proxies/ns/pod/config_dump.json',
    'proxies/shop/web-1/certs.json',
    'proxies/shop/web-1/config_dump.json',
  ])
  assert.equal(await read('proxies/shop/web-1/certs.json'), '{"certs":1}')
  const places = ['web-1.shop', 'first-node.b', 'pod.ns'].map((text) => text.split('.'))
  assert.deepEqual(
    places.map(([name = '', namespace = '']) => files.isIstio({ name, namespace })),
    [true, false, false],
  )
})

test('dumps without a node: by /server_info beside them, else by their folder; the node of Kuma begins with the mesh', async () => {
  const bare = '{"configs":[]}'
  const kuma = (id: string) =>
    `{"configs":[{"bootstrap":{"node":{"id":"${id}","metadata":{"dataplane.proxyType":"dataplane"}}}}]}`
  const { files } = await taken({
    'eg/config_dump.json': bare,
    'eg/server_info.json': '{"version":"v","node":{"id":"envoy-edge-eg-5f","cluster":"c"}}',
    'contour/config_dump.json': bare,
    'contour/server_info.json': '{"node":{"id":""}}',
    'broken/config_dump.json': bare,
    'broken/server_info.json': '{',
    'two/config_dump.json': bare,
    'two/config_dump-b.json': bare,
    'two/server_info.json': '{"node":{"id":"whose"}}',
    'universal/config_dump.json': kuma('default.backend-1'),
    'kubernetes/config_dump.json': kuma('default.demo-app-1.kuma-demo'),
    'plain/config_dump.json': dumpOf('a.b.c'),
  })
  const names = files.names.filter((name) => name.endsWith('/config_dump.json'))
  assert.deepEqual(names.map((name) => name.split('/').slice(1, 3).toReversed().join(' in ')).sort(), [
    'a-b-c in plain',
    'backend-1 in universal',
    'broken in default',
    'config_dump-b in two',
    'contour in default',
    'demo-app-1 in kuma-demo',
    'envoy-edge-eg-5f in eg',
    'two in default',
  ])
})

test('both sides of must-gather; a list that cannot be read hides no proxy', async () => {
  const sent = 'namespaces/shop/pods/web-1/config_dump_istiod.json'
  const both = await taken({ 'namespaces/sys/default/debug-syncz.json': '[]', [sent]: '{"sent":1}' })
  assert.equal(await both.read('istiods/sys/istiod-default/proxies/web-1.shop/config_dump.json'), '{"sent":1}')
  const alone = await taken({ [sent]: '{}' })
  assert.deepEqual([...alone.files.names], [])
  const broken = await taken({ 'cluster/k8s-resources': 'a: [', 'proxies/ns/p/certs': '{}' })
  assert.equal(await broken.read('api/v1/pods.json'), undefined)
  assert.equal(broken.notes.length, 1)
  assert.match(broken.notes[0] ?? '', /: what it lists is not known\.$/)
  assert.equal(await broken.read('proxies/ns/p/certs.json'), '{}')
  const faulty = await taken({ 'cluster/k8s-resources': new TypeError('a fault') })
  await assert.rejects(faulty.read('api/v1/pods.json'), /a fault/)
  const unreadable = await taken({ 'a.json': new AppError('no'), 'b.json': dumpOf('n') })
  assert.deepEqual([...unreadable.files.names], ['proxies/default/n/config_dump.json'])
})
