import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from '../../run-program.ts'
import { istiodPod, meshPod, startMesh } from '../fake-mesh.ts'

const section = (type: string, fields: object) => ({ '@type': `type.googleapis.com/envoy.admin.v3.${type}`, ...fields })
const listener = (name: string) => ({ name, active_state: { listener: { name } } })
const loaded = '2025-12-31T23:00:00.123Z'

/** What istiod would send. */
const sent = {
  configs: [
    section('ClustersConfigDump', {
      dynamic_active_clusters: [
        { cluster: { name: 'a', type: 'EDS', connect_timeout: '10s' } },
        { cluster: { name: 'b', type: 'EDS', connect_timeout: '10s' } },
      ],
    }),
    section('ListenersConfigDump', { dynamic_listeners: [listener('80')] }),
    section('RoutesConfigDump', { dynamic_route_configs: [{ route_config: { name: 'r', virtual_hosts: [] } }] }),
  ],
}

/** What Envoy has: one cluster is different, one listener more. */
const used = {
  configs: [
    section('BootstrapConfigDump', { bootstrap: { node: { id: 'sidecar~10.0.0.1~web.shop~shop.svc' } } }),
    section('ClustersConfigDump', {
      version_info: '7',
      dynamic_active_clusters: [
        { version_info: '7', cluster: { name: 'b', type: 'EDS', connect_timeout: '10s' } },
        { version_info: '7', cluster: { name: 'a', type: 'EDS', connect_timeout: '5s' } },
      ],
    }),
    section('ListenersConfigDump', { dynamic_listeners: [listener('80'), listener('81')] }),
    section('RoutesConfigDump', {
      dynamic_route_configs: [{ last_updated: loaded, route_config: { name: 'r', virtual_hosts: [] } }],
    }),
  ],
}

const differences = [
  "Clusters don't match",
  '  ~ a',
  '      connect_timeout: "10s" in the control plane, "5s" in Envoy',
  "Listeners don't match",
  '  + 81: only in Envoy',
  'Routes Match (RDS last loaded at Wed, 31 Dec 2025 23:00:00 UTC)',
]

const notConnected = {
  status: 404,
  body: 'Proxy not connected to this Pilot instance. It may be connected to another instance.\n',
}
const pods = [istiodPod('istiod-a'), istiodPod('istiod-b'), meshPod('web', 'shop'), meshPod('lost', 'shop')]

/** The proxy is on the second replica; on both there are others whose names hold its name. */
const connections: Readonly<Record<string, object>> = {
  'istiod-a': { clients: [{ connectionId: 'data-web.shop-1', connectedAt: loaded }] },
  'istiod-b': {
    clients: [
      { connectionId: 'web.shop-2-3', connectedAt: loaded },
      { connectionId: 'web.shop-9', connectedAt: loaded },
    ],
  },
}

function answer(pod: string, port: number, path: string, envoy: object = used) {
  if (pod === 'web' && port === 15000) return path === 'config_dump?include_eds' ? JSON.stringify(envoy) : undefined
  if (port !== 15014) return undefined
  if (path === 'debug/connections') return JSON.stringify(connections[pod])
  if (pod === 'istiod-b' && path === 'debug/config_dump?proxyID=web.shop-9') return JSON.stringify(sent)
  if (pod === 'istiod-b' && path === 'debug/edsz?proxyID=web.shop-9') return '{}'
  return notConnected
}

test('a pod on the second replica, by its own connection', async () => {
  const mesh = await startMesh({ pods, answer })
  const plain = await mesh.run('status', 'web.shop')
  const strict = await mesh.run('status', 'web', '-n', 'shop', '--exit-code')
  const unified = await mesh.run('status', 'web.shop', '-o', 'unified')
  const json = await mesh.run('status', 'web.shop', '-o', 'json')
  const csv = await mesh.run('status', 'web.shop', '-o', 'csv', '--no-headers')
  await mesh.close()
  assert.deepEqual(plain.out.trim().split('\n').slice(0, 6), differences)
  assert.equal(plain.err, 'web.shop: compared with what istiod-b would send\n')
  assert.deepEqual([plain.code, strict.code], [0, 1])
  assert.match(unified.out, /^--- Pilot Clusters\n\+\+\+ Envoy Clusters\n@@ -1,10 \+1,10 @@$/m)
  assert.match(unified.out, /^- +"connect_timeout": "10s"/m)
  const document = JSON.parse(json.out)
  assert.deepEqual(document.kinds.clusters.patch, [{ op: 'replace', path: '/a/connect_timeout', value: '5s' }])
  assert.deepEqual(document.kinds.listeners.onlyInEnvoy, ['81'])
  assert.deepEqual(csv.out.split('\r\n'), [
    'clusters,a,changed,connect_timeout,10s,5s',
    'listeners,81,only in Envoy,,,',
    '',
  ])
})

test('a pod that no replica knows is not connected: an error text is never compared', async () => {
  const mesh = await startMesh({ pods, answer })
  const lost = await mesh.run('status', 'lost.shop')
  await mesh.close()
  assert.deepEqual([lost.code, lost.out], [1, ''])
  assert.match(lost.err, /no istiod knows the proxy of pod "lost" in namespace "shop": it is not connected/)
})

test('a replica that does not answer is named when the pod may be on it', async () => {
  const mesh = await startMesh({
    pods,
    answer: (pod, port, path) => (pod === 'istiod-b' ? 'refused' : answer(pod, port, path)),
  })
  const { code, err } = await mesh.run('status', 'web.shop')
  await mesh.close()
  assert.equal(code, 1)
  assert.match(err, /^istiod-b did not answer: .*refused/m)
})

test('where no replica answers, the proxy tells what it has', async () => {
  const mesh = await startMesh({
    pods,
    answer: (pod, port, path) => (pod.startsWith('istiod') ? 'refused' : answer(pod, port, path)),
  })
  const { code, out, err } = await mesh.run('status', 'web.shop')
  await mesh.close()
  assert.equal(code, 1, 'nothing was compared')
  assert.match(out, /^web\.shop +\S/m)
  assert.match(err, /no control plane to compare with: no istiod answered\. Showing the proxy's self-reported status$/m)
  for (const istiod of ['istiod-a', 'istiod-b'])
    assert.match(err, new RegExp(`^${istiod} did not answer: .*refused`, 'm'))
})

test('an istiod that does not tell connections is asked by the name', async () => {
  const mesh = await startMesh({
    pods,
    answer(pod, port, path) {
      if (path === 'debug/connections') return undefined
      return answer(pod, port, path.replace('proxyID=web.shop', 'proxyID=web.shop-9'))
    },
  })
  const { out } = await mesh.run('status', 'web.shop', '--request-timeout', '5s')
  await mesh.close()
  assert.deepEqual(out.trim().split('\n').slice(0, 6), differences)
})

test('saved sides: both without a cluster, one with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'status-'))
  const [envoyFile, istiodFile] = [join(folder, 'envoy.json'), join(folder, 'istiod.json')]
  writeFileSync(envoyFile, JSON.stringify(used))
  writeFileSync(istiodFile, JSON.stringify(sent))
  const mesh = await startMesh({ pods, answer })
  const both = await runProgram(['status', '--file', envoyFile, '--control-plane-file', istiodFile])
  const same = await runProgram(['status', '--file', istiodFile, '--control-plane-file', istiodFile, '--exit-code'])
  const savedEnvoy = await mesh.run('status', 'web.shop', '--file', istiodFile)
  const savedIstiod = await mesh.run('status', 'web.shop', '--control-plane-file', istiodFile)
  const own = await runProgram(['--file', envoyFile], { invokedAs: 'kubectl-proxy_status' })
  const raw = await runProgram(['status', '--file', envoyFile, '-o', 'raw'])
  const many = await runProgram([
    'status',
    '--file',
    envoyFile,
    '--control-plane-file',
    'a',
    '--control-plane-file',
    'b',
  ])
  await mesh.close()
  rmSync(folder, { recursive: true })
  assert.deepEqual(both.out.trim().split('\n').slice(0, 6), differences)
  assert.deepEqual(savedIstiod.out, both.out)
  assert.deepEqual([same.code, same.out.match(/Match/g)?.length], [0, 3])
  assert.deepEqual(savedEnvoy.out.match(/ Match/g)?.length, 3, savedEnvoy.out)
  assert.match(own.out, /^web\.shop +SYNCED +SYNCED +SYNCED/m)
  assert.match(raw.err, /^error: -o raw is what a control plane answered/)
  assert.match(many.err, /only one --control-plane-file can be compared/)
})

test('--type narrows the difference to kinds; --status is for the table', async () => {
  const mesh = await startMesh({ pods, answer })
  const routes = await mesh.run('status', 'web.shop', '--type', 'rds', '--exit-code')
  const two = await mesh.run('status', 'web.shop', '--type', 'LDS,rds', '--exit-code')
  const proxies = await mesh.run('status', 'web.shop', '--type', 'sidecar')
  const inherited = await mesh.run('status', 'web.shop', '--type', 'constructor')
  const secrets = await mesh.run('status', 'web.shop', '--type', 'sds')
  const stale = await mesh.run('status', 'web.shop', '--status', 'stale')
  await mesh.close()
  assert.deepEqual([routes.code, routes.out.trim()], [0, differences.at(-1)])
  assert.deepEqual([two.code, two.out.trim().split('\n')], [1, differences.slice(3)])
  assert.match(proxies.err, /^error: --type accepts cds, lds, rds, eds, sds, ecds with a POD, got "sidecar"$/m)
  assert.match(inherited.err, /^error: --type accepts .*, got "constructor"$/m)
  assert.deepEqual([secrets.code, secrets.out], [1, ''])
  assert.match(secrets.err, /^error: the control plane's dump has no secrets: nothing to compare$/m)
  assert.equal(stale.code, 1)
  assert.match(
    stale.err,
    /^error: --status narrows the table: .*\nLeave out POD, or narrow the difference with --type/m,
  )
})

test('sides of two proxies are compared with a note', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'status-'))
  const save = (name: string, id: string, document: { configs: object[] }) => {
    const node = section('BootstrapConfigDump', { bootstrap: { node: { id } } })
    const rest = document.configs.filter((config) => !JSON.stringify(config).includes('BootstrapConfigDump'))
    writeFileSync(join(folder, name), JSON.stringify({ configs: [node, ...rest] }))
    return join(folder, name)
  }
  const [web, api] = ['web', 'api'].map((name) => save(name, `sidecar~10.0.0.1~${name}.shop~shop.svc`, used))
  const nobody = save('nobody', '', sent)
  assert.ok(web && api)
  const mesh = await startMesh({ pods, answer })
  const files = await runProgram(['status', '--file', api, '--control-plane-file', web])
  const same = await runProgram(['status', '--file', web, '--control-plane-file', web])
  const silent = await runProgram(['status', '--file', web, '--control-plane-file', nobody])
  const live = await mesh.run('status', 'web.shop', '--file', api)
  await mesh.close()
  rmSync(folder, { recursive: true })
  const note = "two proxies are compared: the control plane's side is of web.shop, Envoy's of api.shop\n"
  assert.deepEqual([files.err, same.err, silent.err], [note, '', ''])
  assert.ok(live.err.endsWith(note), live.err)
})

test("istiod's words for a proxy that it does not know, saved as if they were its dump", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'status-'))
  const [file, envoyFile] = [join(folder, 'istiod.json'), join(folder, 'envoy.json')]
  writeFileSync(file, notConnected.body)
  writeFileSync(envoyFile, JSON.stringify(used))
  const diff = await runProgram(['status', '--file', envoyFile, '--control-plane-file', file])
  const table = await runProgram(['status', '--control-plane-file', file])
  rmSync(folder, { recursive: true })
  for (const { code, err } of [diff, table]) {
    assert.equal(code, 1)
    assert.match(
      err,
      /istiod\.json holds no dump: the istiod that was asked answered that the proxy is not connected to it$/m,
    )
    assert.match(err, /^kubectl exec ISTIOD .*config_dump\?proxyID=POD\.NAMESPACE"$/m)
  }
})

test('a pod without a proxy has no log of one to read', async () => {
  const legacy = meshPod('legacy', 'shop', { container: { name: 'app', image: 'app:1' } })
  const mesh = await startMesh({
    pods: [...pods, legacy],
    answer: (pod, port, path) => (pod === 'legacy' ? 'refused' : answer(pod, port, path)),
  })
  const { code, err } = await mesh.run('status', 'legacy.shop')
  await mesh.close()
  assert.equal(code, 1)
  assert.match(err, /^error: pod "legacy" in namespace "shop" has no proxy container that is known/m)
  assert.doesNotMatch(err, /istio-proxy/)
})

test('a mesh of 10,000 proxies, saved and through a port-forward', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'status-')), 'syncz.json')
  const resource = { sent: '2026-11-21T11:42:14Z/10012', acked: '2026-11-21T11:42:14Z/10012', sentTime: loaded }
  const types = [
    'cluster.v3.Cluster',
    'listener.v3.Listener',
    'endpoint.v3.ClusterLoadAssignment',
    'route.v3.RouteConfiguration',
  ]
  const resources = Object.fromEntries(types.map((type) => [`type.googleapis.com/envoy.config.${type}`, resource]))
  const proxies = Array.from({ length: 10_000 }, (_, index) => ({
    cluster_id: 'Kubernetes',
    proxy: `web-${index}.team-${index % 200}`,
    proxy_type: 'sidecar',
    istio_version: '1.31.0',
    padding: 'x'.repeat(300),
    resources,
  }))
  writeFileSync(file, JSON.stringify(proxies))
  const { out, err } = await runProgram(['status', '--control-plane-file', file])
  assert.equal(out.split('\n').length, 10_002)
  assert.equal(err, '10,000 proxies: 10,000 SYNCED\n')
  const mesh = await startMesh({
    pods: [istiodPod('istiod-a')],
    answer: (_pod, port, path) => (port === 15014 && path === 'debug/syncz' ? JSON.stringify(proxies) : undefined),
  })
  const live = await mesh.run('status')
  await mesh.close()
  assert.equal(live.out.split('\n').length, 10_002)
})
