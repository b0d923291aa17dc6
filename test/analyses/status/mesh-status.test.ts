import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { meshNotes } from '../../../src/analyses/status/mesh-notes.ts'
import { type MeshInput, meshStatus } from '../../../src/analyses/status/mesh-status.ts'
import { overallStatus, statusCell } from '../../../src/analyses/status/proxy-status.ts'
import { typeColumns } from '../../../src/analyses/status/xds-types.ts'
import type { Json, JsonObject } from '../../../src/envoy/json.ts'
import { corpus, hasCorpus } from '../../conformance/corpus.ts'

const now = new Date('2026-11-21T09:13:05Z')
const cluster = 'type.googleapis.com/envoy.config.cluster.v3.Cluster'
const listener = 'type.googleapis.com/envoy.config.listener.v3.Listener'

function proxy(name: string, rest: JsonObject): JsonObject {
  return { cluster_id: 'Kubernetes', proxy: name, proxy_type: 'sidecar', istio_version: '1.31.0', ...rest }
}

function statusOf(entries: Json, more: Partial<MeshInput> = {}) {
  return meshStatus({ replies: [{ istiod: 'istiod-a', body: entries }], now, ...more })
}

/** Name and cells of each proxy, in the columns in use. */
function rows(status: ReturnType<typeof meshStatus>): string[] {
  const columns = typeColumns(
    status.proxies.flatMap(({ types }) => [...types.keys()]),
    false,
  )
  return status.proxies.map((each) =>
    [each.name, ...columns.map((type) => `${type} ${statusCell(each, type)}`)].join(', '),
  )
}

test('each status of the resources map, with its age and its reason', () => {
  const status = statusOf([
    proxy('a.default', {
      cluster_sent: 'n1',
      resources: {
        [cluster]: { sent: 'n1', acked: 'n1', sentTime: '2026-11-21T09:12:53Z' },
        [listener]: { sent: 'n2', acked: 'n1', sentTime: '2026-11-21T09:08:05Z' },
        'type.googleapis.com/envoy.config.route.v3.RouteConfiguration': { sentTime: '0001-01-01T00:00:00Z' },
        'type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig': {
          sent: 'n',
          acked: 'n',
          lastError: 'no such filter\n',
        },
        'type.googleapis.com/istio.networking.nds.v1.NameTable': { sent: 'n', acked: 'n' },
        'example.com/new.Thing': { sent: 'n', acked: 'n' },
      },
    }),
  ])
  assert.deepEqual(rows(status), [
    'a.default, CDS SYNCED (12s), LDS STALE (5m), RDS NOT SENT, ECDS ERROR, NDS SYNCED, example.com/new.Thing SYNCED',
  ])
  assert.deepEqual(status.rejections, [
    { proxy: 'a.default', type: 'ECDS', reason: 'no such filter', acceptedBefore: true },
  ])
  assert.deepEqual(status.counts, { ERROR: 1 })
})

test('the formats before the resources map, and percents of endpoints', () => {
  const status = statusOf([
    {
      proxy: 'b.x',
      proxy_version: '1.0.2',
      cluster_sent: 'n',
      listener_sent: 'n',
      listener_acked: 'n',
      endpoint_sent: 'n',
      endpoint_acked: 'n',
      endpoint_percent: 100,
    },
    { proxy: 'a.x', cluster_sent: '2018-06-01T10:00:00Z', cluster_acked: '2018-06-01T10:00:00Z' },
    { proxy: 'c.x' },
  ])
  assert.deepEqual(rows(status), [
    'a.x, CDS SYNCED (8y), LDS IGNORED, EDS IGNORED, RDS IGNORED',
    'b.x, CDS STALE, LDS SYNCED, EDS SYNCED (100%), RDS IGNORED',
    'c.x, CDS NOT SENT, LDS NOT SENT, EDS NOT SENT, RDS NOT SENT',
  ])
  assert.equal(status.proxies[1]?.version, '1.0.2*')
})

test('a debug client is no proxy, whatever the rest of the reply looks like', () => {
  const client: JsonObject = { proxy: 'test-1.default', proxy_type: 'sidecar', istio_version: '65536.65536.65536' }
  const nameless: JsonObject = { proxy: 'test-2.default', istio_version: '1.31.0' }
  assert.deepEqual(statusOf([client]).proxies, [])
  const known = proxy('a.default', { resources: { [cluster]: { sent: 'n', acked: 'n' } } })
  assert.deepEqual(rows(statusOf([client, nameless, known])), ['a.default, CDS SYNCED'])
})

test('ClientConfigs, as istiod sends them over xDS', () => {
  const body = {
    typeUrl: 'istio.io/debug/syncz',
    controlPlane: { identifier: '{"Component":"istiod","ID":"istiod-z"}' },
    resources: [
      {
        node: { id: 'a.default', metadata: { CLUSTER_ID: 'c1', NAMESPACE: 'default', ISTIO_VERSION: '1.30' } },
        genericXdsConfigs: [
          { typeUrl: cluster, configStatus: 'SYNCED', lastUpdated: '2026-11-21T09:13:04Z' },
          { typeUrl: listener, configStatus: 'ERROR', errorState: { details: 'duplicate address' } },
          { typeUrl: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment', configStatus: 'UNKNOWN' },
        ],
      },
      {
        node: { id: 'sidecar~10.0.0.1~b.c.default~x' },
        xdsConfig: [
          { status: 'STALE', routeConfig: {} },
          { status: 'NOT_SENT', endpointConfig: {} },
        ],
      },
    ],
  }
  const status = statusOf(body)
  assert.deepEqual(rows(status), [
    'a.default, CDS SYNCED (1s), LDS ERROR, EDS IGNORED, RDS IGNORED',
    'b.c.default, CDS IGNORED, LDS IGNORED, EDS NOT SENT, RDS STALE',
  ])
  assert.deepEqual(
    status.proxies.map(({ istiod, namespace, proxyType }) => [istiod, namespace, proxyType]),
    [
      ['istiod-z', 'default', undefined],
      ['istiod-z', 'default', 'sidecar'],
    ],
  )
  assert.deepEqual(statusOf({ typeUrl: 'istio.io/debug/syncz', controlPlane: body.controlPlane }).proxies, [])
})

test('a proxy that two replicas know counts once, by its newest report', () => {
  const on = (sentTime: string, acked: string) => [
    proxy('a.default', { resources: { [cluster]: { sent: 'n', acked, sentTime } } }),
  ]
  const replies = [
    { istiod: 'istiod-a', body: on('2026-11-21T09:00:00Z', '') },
    { istiod: 'istiod-b', body: on('2026-11-21T09:13:00Z', 'n') },
  ]
  for (const order of [replies, replies.toReversed()]) {
    const { proxies, counts } = meshStatus({ replies: order, now })
    assert.deepEqual([proxies[0]?.istiod, counts], ['istiod-b', { SYNCED: 1 }])
    assert.deepEqual(proxies[0]?.notes, ['reconnected to istiod-b; istiod-a still lists the old connection'])
  }
})

test('the same name in two clusters is two proxies', () => {
  const entry = (cluster_id: string) =>
    proxy('a.default', { cluster_id, resources: { [cluster]: { sent: 'n', acked: 'n' } } })
  assert.deepEqual(
    statusOf([entry('c2'), entry('c1')]).proxies.map((each) => each.cluster),
    ['c1', 'c2'],
  )
})

test('a pod with a proxy that no replica knows is not connected', () => {
  const pods = [
    { name: 'a', namespace: 'default' },
    { name: 'off', namespace: 'default', proxyType: 'sidecar' },
  ]
  const status = statusOf([proxy('a.default', { resources: { [cluster]: { sent: 'n', acked: 'n' } } })], { pods })
  assert.deepEqual(rows(status), ['a.default, CDS SYNCED', 'off.default, CDS NOT CONNECTED'])
  assert.deepEqual(status.counts, { SYNCED: 1, 'NOT CONNECTED': 1 })
  assert.deepEqual(status.proxies.map(overallStatus), ['SYNCED', 'NOT CONNECTED'])
})

test('a pod that no replica knows may be connected to one that did not answer', () => {
  const pods = [{ name: 'off', namespace: 'default' }]
  const { proxies } = statusOf([], { pods, silent: ['istiod-b'] })
  assert.deepEqual(proxies.map(overallStatus), ['UNKNOWN'])
  assert.deepEqual(proxies[0]?.notes, ['may be connected to istiod-b, which did not answer'])
})

test('one cause is told once, with who goes on with an older version and who has none', () => {
  const entry = (name: string, acked: string) =>
    proxy(`${name}.default`, { resources: { [listener]: { sent: 'n', acked, lastError: 'a: bad\nb: bad' } } })
  const names = ['a', 'b', 'c', 'd']
  assert.deepEqual(meshNotes(statusOf([...names.map((name) => entry(name, 'm')), entry('new', '')])), [
    '5 proxies (a.default, b.default, c.default, …): LDS rejected: a: bad',
    '5 proxies (a.default, b.default, c.default, …): LDS rejected: b: bad',
    '4 proxies (a.default, b.default, c.default, …): LDS as accepted before stays in use',
    'new.default: no LDS was ever accepted',
    '5 proxies: 5 ERROR',
  ])
})

test('ages that stand out: a proxy that a push did not reach, and a replica that sends nothing new', () => {
  const entry = (name: string, sentTime: string) =>
    proxy(`${name}.default`, { resources: { [cluster]: { sent: 'n', acked: 'n', sentTime } } })
  const [old, recent] = ['2026-11-21T09:01:05Z', '2026-11-21T09:13:00Z']
  const notesOf = (replies: MeshInput['replies']) =>
    meshStatus({ replies, now }).proxies.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`))
  const one = (body: Json) => [{ istiod: 'istiod-a', body }]
  assert.deepEqual(notesOf(one([entry('a', old), entry('b', recent), entry('c', recent)])), [
    'a.default: CDS and LDS were last sent 12m ago, to others of its namespace 5s ago',
  ])
  // What concerns other namespaces tells nothing of this one.
  const elsewhere = proxy('d.other', { resources: { [cluster]: { sent: 'n', acked: 'n', sentTime: recent } } })
  const alone = proxy('e.narrow', { resources: { [cluster]: { sent: 'n', acked: 'n', sentTime: old } } })
  assert.deepEqual(notesOf(one([entry('b', recent), elsewhere, alone])), [])
  // A change that concerns few proxies is sent to few.
  assert.deepEqual(notesOf(one([entry('a', old), entry('b', old), entry('c', recent)])), [])
  assert.deepEqual(notesOf(one([entry('a', old), entry('b', recent)])), [])
  // Less than a minute is a push on its way.
  assert.deepEqual(notesOf(one(['2026-11-21T09:12:00.001Z', recent, recent].map((at, i) => entry(`p${i}`, at)))), [])
  assert.deepEqual(
    notesOf([
      { istiod: 'istiod-a', body: [entry('a', recent), entry('c', recent)] },
      { istiod: 'istiod-b', body: [entry('b', old)] },
    ]),
    ['b.default: istiod-b last sent CDS or LDS 12m ago, another replica 5s ago: it may be cut off from the API server'],
  )
  // Also where it has as many proxies as the other, or more: what concerns a namespace concerns its proxies on each replica.
  const cutOff = [
    { istiod: 'istiod-a', body: [entry('a', recent)] },
    { istiod: 'istiod-b', body: [entry('b', old), entry('c', old)] },
  ]
  const said = 'istiod-b last sent CDS or LDS 12m ago, another replica 5s ago: it may be cut off from the API server'
  assert.deepEqual(notesOf(cutOff), [`b.default: ${said}`, `c.default: ${said}`])
  // What the others were sent when they connected is no change that it missed.
  const connectedSince = new Map([['a.default', Date.parse(recent) - 5_000]])
  assert.equal(meshStatus({ replies: cutOff, now }).hasLate, true)
  assert.equal(meshStatus({ replies: cutOff, connectedSince, now }).hasLate, false)
  const long = new Map([['a.default', Date.parse(recent) - 60_000]])
  assert.equal(meshStatus({ replies: cutOff, connectedSince: long, now }).hasLate, true)
  // One that has sent something to any of its proxies is not.
  const both = [cutOff[0], { istiod: 'istiod-b', body: [entry('b', old), entry('c', old), elsewhere] }]
  assert.deepEqual(notesOf(both.flatMap((reply) => reply ?? [])), [])
  // Nor one whose proxies are in other namespaces.
  assert.deepEqual(notesOf([{ istiod: 'istiod-a', body: [elsewhere] }, ...cutOff.slice(1)]), [])
})

test('what is no status is an error that names the replica', () => {
  const bodies: Json[] = ['404 page not found', { error: 'x' }, [{ a: 1 }], null]
  for (const body of bodies) {
    assert.throws(() => statusOf(body), /istiod-a did not answer with the status of its proxies/)
  }
  assert.throws(() => statusOf({ configs: [] }), /proxies: this is an Envoy config dump$/)
  assert.throws(() => statusOf({ certificates: [] }), /proxies: this is the output of \/certs$/)
  assert.deepEqual(statusOf([]).proxies, [])
})

test('columns: the usual types first, unused ones only when wide', () => {
  assert.deepEqual(typeColumns(['SDS', 'RDS', 'CDS'], false), ['CDS', 'RDS', 'SDS'])
  assert.deepEqual(typeColumns(['SDS'], true), ['CDS', 'LDS', 'EDS', 'RDS', 'ECDS', 'SDS'])
})

test('ten thousand proxies take less than a second', () => {
  const resources = Object.fromEntries(
    [
      cluster,
      listener,
      'envoy.config.endpoint.v3.ClusterLoadAssignment',
      'envoy.config.route.v3.RouteConfiguration',
    ].map((type) => [
      type,
      {
        sent: `2026-11-21T09:12:59Z/1${'c'.repeat(36)}`,
        acked: `2026-11-21T09:12:59Z/1${'c'.repeat(36)}`,
        sentTime: '2026-11-21T09:13:02.434611151Z',
      },
    ]),
  )
  const entries = Array.from({ length: 10_000 }, (_, index) =>
    proxy(`productpage-v1-6b7f5c-${index}.namespace-${index % 50}`, { resources }),
  )
  const text = JSON.stringify(entries)
  assert.equal(meshStatus({ replies: [{ istiod: 'a', body: JSON.parse(text) }], now }).proxies.length, 10_000)
})

test("the lab's two replicas, set beside istioctl ps -v 1", (t) => {
  if (!hasCorpus(t, 'lab')) return
  const read = (path: string) => readFileSync(join(corpus, 'lab', path), 'utf8')
  const replies = ['aaaaa', 'bbbbb'].map((id): MeshInput['replies'][number] => ({
    istiod: `istiod-7d9c6b5c4-${id}`,
    body: JSON.parse(read(`raw/istiod-${id}/syncz.txt`).split('\n# http')[0] ?? ''),
  }))
  const { proxies } = meshStatus({ replies, now })
  const table = read('istioctl/ps-v1.txt')
    .split('\n')
    .slice(1, -2)
    .map((line) => line.split(/ {2,}/))
  const [header = [], ...expected] = table
  const word = (cell: string) => cell.replace(/ \(.*/, '')
  const shown = proxies.map((each) => [
    each.name,
    each.cluster,
    ...header.slice(2, -2).map((type) => word(statusCell(each, type))),
    each.istiod,
    each.version,
  ])
  assert.equal(shown.length, 9)
  assert.deepEqual(
    shown,
    expected.map((row) => row.map(word)),
  )
})
