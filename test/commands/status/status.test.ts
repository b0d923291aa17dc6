import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDocument } from '../../../src/envoy/input/read-document.ts'
import { istiodPod, meshPod, startMesh } from '../fake-mesh.ts'

const cluster = 'type.googleapis.com/envoy.config.cluster.v3.Cluster'
const listener = 'type.googleapis.com/envoy.config.listener.v3.Listener'
const secret = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret'
const sentTime = '2025-12-31T23:59:48Z'

const synced = { sent: 'n1', acked: 'n1', sentTime }
const stale = { sent: 'n2', acked: 'n1', sentTime: '2025-12-31T23:57:00Z' }
const rejected = {
  sent: 'n2',
  acked: 'n1',
  sentTime,
  lastError: "Error adding/updating listener(s) a: no 'x'\nb: no 'y'",
}

function proxy(name: string, resources: object) {
  return { cluster_id: 'Kubernetes', proxy: name, proxy_type: 'sidecar', istio_version: '1.31.0', resources }
}

const syncz: Readonly<Record<string, object[]>> = {
  'istiod-a': [
    proxy('web.shop', { [cluster]: synced, [listener]: synced, [secret]: synced }),
    proxy('cart.shop', { [cluster]: stale, [listener]: synced }),
    { proxy: 'test-1.default', istio_version: '65536.65536.65536' },
  ],
  'istiod-b': [proxy('bad.other', { [cluster]: synced, [listener]: rejected })],
}

const pods = [
  istiodPod('istiod-a'),
  istiodPod('istiod-b', 'canary'),
  meshPod('web', 'shop', { labels: { app: 'web' } }),
  meshPod('cart', 'shop'),
  meshPod('lost', 'shop'),
  meshPod('bad', 'other'),
  meshPod('plain', 'other', { container: { name: 'app', image: 'app:1' } }),
]

function answer(pod: string, port: number, path: string) {
  return port === 15014 && path === 'debug/syncz' ? JSON.stringify(syncz[pod]) : undefined
}

test('every replica of every revision, and who is not connected', async () => {
  const mesh = await startMesh({ pods, answer })
  const { code, out, err } = await mesh.run('status')
  await mesh.close()
  assert.equal(
    out,
    [
      'NAME        CLUSTER      CDS             LDS             ISTIOD     VERSION',
      'bad.other   Kubernetes   SYNCED (12s)    ERROR (12s)     istiod-b   1.31.0',
      'cart.shop   Kubernetes   STALE (3m)      SYNCED (12s)    istiod-a   1.31.0',
      'lost.shop   -            NOT CONNECTED   NOT CONNECTED   -          -',
      'web.shop    Kubernetes   SYNCED (12s)    SYNCED (12s)    istiod-a   1.31.0',
      '',
    ].join('\n'),
  )
  assert.equal(
    err,
    [
      "bad.other: LDS rejected: Error adding/updating listener(s) a: no 'x'",
      "bad.other: LDS rejected: b: no 'y'",
      'bad.other: LDS as accepted before stays in use',
      '4 proxies: 1 ERROR, 1 STALE, 1 NOT CONNECTED, 1 SYNCED',
      '',
    ].join('\n'),
  )
  assert.equal(code, 0)
  const needed = mesh.api.requests.filter(
    (request) => !/^GET \/api\/v1\/(namespaces\/istio-system\/)?pods\?/.test(request),
  )
  assert.deepEqual(needed.map((request) => request.replace(/\?.*/, '')).sort(), [
    'UPGRADE /api/v1/namespaces/istio-system/pods/istiod-a/portforward',
    'UPGRADE /api/v1/namespaces/istio-system/pods/istiod-b/portforward',
  ])
})

test('proxies that no istiod knows, alone: the table still says so', async () => {
  const mesh = await startMesh({ pods, answer })
  const { out } = await mesh.run('status', '--status', 'not connected')
  await mesh.close()
  assert.equal(out, ['NAME        STATUS          VERSION', 'lost.shop   NOT CONNECTED   -', ''].join('\n'))
})

test('filters, and an exit code for what they leave', async () => {
  const mesh = await startMesh({ pods, answer })
  const names = async (...argv: string[]) => {
    const { code, out } = await mesh.run('status', ...argv, '--exit-code', '-o', 'name')
    return [code, ...out.trim().split('\n')]
  }
  assert.deepEqual(await names('-n', 'shop'), [1, 'pod/cart.shop', 'pod/lost.shop', 'pod/web.shop'])
  assert.deepEqual((await names('-n', 'shop', '-A')).length, 5)
  assert.deepEqual(await names('-l', 'app=web'), [0, 'pod/web.shop'])
  assert.deepEqual(await names('--status', 'stale,Error'), [1, 'pod/bad.other', 'pod/cart.shop'])
  assert.deepEqual(await names('--status', 'not-connected'), [1, 'pod/lost.shop'])
  assert.deepEqual(await names('--type', 'sidecar', '-n', 'other'), [1, 'pod/bad.other'])
  assert.deepEqual(await names('--type', 'cds', '-n', 'other'), [0, 'pod/bad.other'])
  assert.deepEqual(await names('--type', 'rds', '-n', 'other'), [0, 'pod/bad.other'])
  assert.deepEqual(await names('-r', 'canary'), [1, 'pod/bad.other'])
  assert.deepEqual(await names('-n', 'typo'), [1, ''])
  assert.deepEqual(await names('-l', 'app=web', '--status', 'error'), [0, ''])
  const wrong = await mesh.run('status', '-r', 'old')
  await mesh.close()
  assert.match(wrong.err, /no running istiod of revision "old" .*\nRevisions that run there: canary, default/)
  assert.equal(wrong.code, 1)
})

test('each format is one valid document', async () => {
  const mesh = await startMesh({ pods, answer })
  const [json, yaml, jsonl, csv, wide, unified] = await Promise.all(
    ['json', 'yaml', 'jsonl', 'csv', 'wide', 'unified'].map((format) => mesh.run('status', '-o', format)),
  )
  await mesh.close()
  const proxies = JSON.parse(json?.out ?? '')
  assert.equal(proxies.length, 4)
  assert.deepEqual(proxies[0].types.LDS, {
    status: 'ERROR',
    sentTime: '2025-12-31T23:59:48.000Z',
    age: '12s',
    error: rejected.lastError,
    acceptedBefore: true,
  })
  assert.deepEqual(await readDocument(Buffer.from(yaml?.out ?? ''), 'yaml'), proxies)
  const lines = (jsonl?.out ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ name, status, rds, sds }) => [name, status, rds, sds]),
    [
      ['bad.other', 'ERROR', 'IGNORED', 'IGNORED'],
      ['cart.shop', 'STALE', 'IGNORED', 'IGNORED'],
      ['lost.shop', 'NOT CONNECTED', 'NOT CONNECTED', 'NOT CONNECTED'],
      ['web.shop', 'SYNCED', 'IGNORED', 'SYNCED (12s)'],
    ],
  )
  assert.equal(
    (csv?.out ?? '').split('\r\n')[0],
    'name,cluster,type,status,cds,lds,eds,rds,ecds,sds,controlPlane,istiod,version',
  )
  assert.match(
    wide?.out ?? '',
    /^NAME +CLUSTER +TYPE +STATUS +CDS +LDS +EDS +RDS +ECDS +SDS +CONTROL PLANE +ISTIOD +VERSION$/m,
  )
  assert.match(unified?.err ?? '', /-o unified goes with a POD/)
})

test('one replica down: the rest is shown, and what that leaves unknown is said', async () => {
  const mesh = await startMesh({
    pods,
    answer: (pod, port, path) => (pod === 'istiod-b' ? 'refused' : answer(pod, port, path)),
  })
  const partly = await mesh.run('status')
  const strict = await mesh.run('status', '--exit-code', '-l', 'app=web')
  await mesh.close()
  // They may be connected to the replica that hangs or is cut off.
  assert.match(partly.out, /^bad\.other +- +UNKNOWN/m)
  assert.match(partly.out, /^lost\.shop +- +UNKNOWN/m)
  assert.doesNotMatch(partly.out, /NOT CONNECTED/)
  assert.match(partly.out, /^web\.shop +Kubernetes +SYNCED/m)
  assert.match(
    partly.err,
    /^istiod-b did not answer: pod "istiod-b" in namespace "istio-system" refused the connection/m,
  )
  assert.match(partly.err, /^bad\.other and lost\.shop: may be connected to istiod-b, which did not answer$/m)
  assert.deepEqual([partly.code, strict.code], [1, 1])
})

test('no replica answers', async () => {
  const mesh = await startMesh({ pods, answer: () => 'refused' })
  const { code, out, err } = await mesh.run('status')
  await mesh.close()
  assert.deepEqual([code, out], [1, ''])
  assert.match(
    err,
    /^error: none of the 2 istiods answered\nistiod-a: .*refused.*\nistiod-b: .*refused.*\nProxies go on/,
  )
})

test('the old HTTP port, where the one for metrics has no debug endpoints', async () => {
  const mesh = await startMesh({
    pods,
    answer: (pod, port, path) => (port === 8080 ? answer(pod, 15014, path) : undefined),
  })
  const { out } = await mesh.run('status', '-n', 'other')
  await mesh.close()
  assert.match(out, /^bad\.other +Kubernetes +SYNCED \(12s\) +ERROR \(12s\)/m)
})

test('pods are listed where they may be, and the rest is said to be unknown', async () => {
  const mesh = await startMesh({ pods, answer, hidden: ['', 'other', 'default'] })
  const { code, out, err } = await mesh.run('status')
  const selected = await mesh.run('status', '-n', 'other', '-l', 'app=web')
  await mesh.close()
  assert.equal(code, 1, 'the table is incomplete')
  assert.match(out, /^lost\.shop +- +NOT CONNECTED/m)
  assert.match(
    err,
    /^Pods may not be listed in default, other: proxies there that are not connected cannot be listed\.$/m,
  )
  assert.equal(selected.code, 1)
  assert.match(selected.err, /Forbidden.*\nMissing in a Role in namespace "other"/)
})

test('without istiod each proxy speaks for itself', async () => {
  const dump = {
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
        dynamic_active_clusters: [{ version_info: '1', last_updated: '2025-12-31T23:00:00Z', cluster: { name: 'a' } }],
      },
    ],
  }
  const stats = { stats: [{ name: 'control_plane.connected_state', value: 1 }] }
  const envoy = { container: { name: 'envoy', image: 'envoyproxy/envoy:v1.36.0' } }
  const mesh = await startMesh({
    pods: [
      meshPod('edge', 'gateways', envoy),
      meshPod('dead', 'gateways', envoy),
      meshPod('app', 'shop', { container: { name: 'app', image: 'app:1' } }),
    ],
    answer(pod, _port, path) {
      if (pod === 'dead') return 'refused'
      if (path.startsWith('config_dump')) return JSON.stringify(dump)
      return path.startsWith('stats?') ? JSON.stringify(stats) : undefined
    },
  })
  const { code, out, err } = await mesh.run('status')
  const one = await mesh.run('status', 'edge.gateways')
  await mesh.close()
  assert.equal(
    out,
    [
      'NAME            CDS            VERSION',
      'dead.gateways   UNKNOWN        -',
      'edge.gateways   SYNCED (60m)   -',
      '',
    ].join('\n'),
  )
  assert.match(err, /^namespace "istio-system" has no istiod: showing the self-reported status of each proxy$/m)
  assert.match(err, /^dead\.gateways: .*refused the connection/m)
  assert.match(err, /^1 proxy could not be read$/m)
  assert.equal(code, 1, 'as with every command of many proxies')
  assert.equal(one.code, 0, 'no control plane is an answer')
  assert.match(one.out, /^edge\.gateways +SYNCED \(60m\)/m)
  assert.match(one.err, /^no control plane to compare with/)
})
