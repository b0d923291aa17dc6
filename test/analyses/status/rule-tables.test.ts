import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxyOfClientConfig } from '../../../src/analyses/status/client-config.ts'
import { connectionOf } from '../../../src/analyses/status/connection.ts'
import { withLateNotes } from '../../../src/analyses/status/late-pushes.ts'
import { summary } from '../../../src/analyses/status/mesh-status.ts'
import { type ProxyStatus, type Status, statusTone, worst } from '../../../src/analyses/status/proxy-status.ts'
import { refusal } from '../../../src/analyses/status/refusal.ts'
import { wantedStatuses, wantedTypes } from '../../../src/analyses/status/status-filter.ts'
import { proxyTypes, statusWords } from '../../../src/analyses/status/status-words.ts'
import { proxiesInSyncz } from '../../../src/analyses/status/syncz.ts'
import { shortType, typeColumns, xdsTypes } from '../../../src/analyses/status/xds-types.ts'
import type { Entry } from '../../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { Json } from '../../../src/envoy/json.ts'
import type { Subscription } from '../../../src/envoy/model/update-stats.ts'

const listenerType = 'type.googleapis.com/envoy.config.listener.v3.Listener'

/** The status of the one type of a ClientConfig. */
function statusOf(config: { readonly [key: string]: Json }): Status | undefined {
  return proxyOfClientConfig({ generic_xds_configs: [{ type_url: listenerType, ...config }] }, 'istiod').types[0]
    ?.status
}

for (const [word, number, status] of [
  ['UNKNOWN', 0, undefined],
  ['SYNCED', 1, 'SYNCED'],
  ['NOT_SENT', 2, 'NOT SENT'],
  ['STALE', 3, 'STALE'],
  ['ERROR', 4, 'ERROR'],
] as const)
  test(`config_status ${word}, by name and by number`, () => {
    assert.deepEqual([statusOf({ config_status: word }), statusOf({ configStatus: number })], [status, status])
  })

for (const [word, number, status] of [
  ['UNKNOWN', 0, undefined],
  ['REQUESTED', 1, 'NOT SENT'],
  ['DOES_NOT_EXIST', 2, 'NOT SENT'],
  ['ACKED', 3, 'SYNCED'],
  ['NACKED', 4, 'ERROR'],
  ['RECEIVED_ERROR', 5, 'ERROR'],
  ['TIMEOUT', 6, 'NOT SENT'],
] as const)
  test(`client_status ${word}, by name and by number, where there is no config_status`, () => {
    assert.deepEqual([statusOf({ client_status: word }), statusOf({ clientStatus: number })], [status, status])
  })

test('a ClientConfig in either case: node, types, the worst of a section, and its first reason', () => {
  const section = {
    dynamic_listeners: [{ client_status: 'ACKED' }, { client_status: 'NACKED', error_state: { details: 'why' } }],
  }
  const found = proxyOfClientConfig(
    {
      node: { id: 'a', metadata: { NAMESPACE: 'shop', CLUSTER_ID: 'c', ISTIO_VERSION: '1.30' } },
      xdsConfig: [{ status: 'SYNCED', listenerConfig: section }],
      genericXdsConfigs: [{ typeUrl: 'x/y.Z', configStatus: 'STALE', errorState: { details: ' no ' } }],
    },
    'istiod',
  )
  assert.deepEqual(
    [found.id, found.namespace, found.cluster, found.version, found.istiod],
    ['a', 'shop', 'c', '1.30', 'istiod'],
  )
  assert.deepEqual(
    found.types.map(({ type, status, error }) => [type, status, error]),
    [
      ['x/y.Z', 'STALE', 'no'],
      [listenerType, 'ERROR', 'why'],
    ],
  )
  const bare = proxyOfClientConfig({}, 'istiod')
  assert.deepEqual(
    [bare.id, bare.namespace, bare.cluster, bare.version, bare.types],
    ['', undefined, undefined, undefined, []],
  )
})

for (const [field, type] of [
  ['cluster', 'CDS'],
  ['listener', 'LDS'],
  ['endpoint', 'EDS'],
  ['route', 'RDS'],
  ['extensionconfig', 'ECDS'],
] as const)
  test(`/debug/syncz before 1.23: ${field} is ${type}, synced where both nonces are one`, () => {
    const types = (sent: string | undefined, acked: string | undefined) =>
      proxiesInSyncz(
        [
          {
            proxy: 'a',
            ...(sent === undefined ? {} : { [`${field}_sent`]: sent }),
            ...(acked === undefined ? {} : { [`${field}_acked`]: acked }),
          },
        ],
        'istiod',
      )[0]?.types.map((each) => [each.type, each.status])
    assert.deepEqual(types('n', 'n'), [[type, 'SYNCED']])
    assert.deepEqual(types('n', 'm'), [[type, 'STALE']])
    assert.deepEqual(types('', undefined), [[type, 'NOT SENT']])
  })

test('types have their short names, in v2 as well; others keep their URL', () => {
  for (const [name, short] of [
    ['envoy.config.cluster.v3.Cluster', 'CDS'],
    ['envoy.api.v2.Cluster', 'CDS'],
    ['envoy.config.listener.v3.Listener', 'LDS'],
    ['envoy.config.route.v3.RouteConfiguration', 'RDS'],
    ['envoy.config.route.v3.VirtualHost', 'VHDS'],
    ['envoy.config.endpoint.v3.ClusterLoadAssignment', 'EDS'],
    ['envoy.extensions.transport_sockets.tls.v3.Secret', 'SDS'],
    ['envoy.config.core.v3.TypedExtensionConfig', 'ECDS'],
    ['envoy.service.runtime.v3.Runtime', 'RTDS'],
    ['istio.networking.nds.v1.NameTable', 'NDS'],
    ['istio.mesh.v1alpha1.ProxyConfig', 'PCDS'],
    ['istio.workload.Address', 'WDS'],
    ['istio.workload.Workload', 'WDS'],
    ['istio.security.Authorization', 'WADS'],
  ] as const)
    assert.equal(shortType(`type.googleapis.com/${name}`), short, name)
  assert.equal(shortType('type.googleapis.com/acme.Cluster'), 'type.googleapis.com/acme.Cluster')
  assert.deepEqual(xdsTypes.slice(0, 5), ['CDS', 'LDS', 'EDS', 'RDS', 'ECDS'])
  assert.deepEqual(typeColumns(['WDS', 'NDS', 'CDS'], false), ['CDS', 'NDS', 'WDS'])
  assert.deepEqual(typeColumns(['WDS'], true), ['CDS', 'LDS', 'EDS', 'RDS', 'ECDS', 'WDS'])
})

test('statuses from best to worst, each with its word and its tone', () => {
  const order: Status[] = ['IGNORED', 'SYNCED', 'UNKNOWN', 'NOT SENT', 'WARMING', 'STALE', 'ERROR', 'NOT CONNECTED']
  order.forEach((status, at) => {
    assert.equal(worst(order.slice(0, at + 1).toReversed()), status)
    assert.deepEqual([...(wantedStatuses(status.toLowerCase().replace(' ', '_')) ?? [])], [status])
  })
  assert.equal(worst([]), 'IGNORED')
  assert.deepEqual(statusWords.toSorted(), order.map((status) => status.toLowerCase().replace(' ', '-')).toSorted())
  assert.deepEqual(order.map(statusTone), [undefined, undefined, undefined, undefined, 'warning', 'bad', 'bad', 'bad'])
  assert.deepEqual(proxyTypes, ['sidecar', 'router', 'waypoint', 'ztunnel'])
  assert.deepEqual([...(wantedTypes('Waypoint, cds').proxyTypes ?? [])], ['waypoint'])
  assert.deepEqual([...(wantedTypes('Waypoint, cds').xdsTypes ?? [])], ['CDS'])
})

const entry = (more: Partial<Entry> = {}): Entry => ({
  kind: 'listeners',
  name: 'l',
  state: 'active',
  version: undefined,
  lastUpdated: undefined,
  error: undefined,
  isDuplicate: false,
  resource: {},
  received: {},
  wrapper: {},
  member: {},
  position: 0,
  ...more,
})
const updates = (more: Partial<Subscription>): Subscription => ({
  resource: undefined,
  connected: undefined,
  ofAll: true,
  attempts: 0,
  accepted: 0,
  rejected: 0,
  acceptedAt: undefined,
  ...more,
})

test('what was refused, and how certain that is of the last update', () => {
  const failed = (name: string, details: string) =>
    entry({ name, error: { details, lastAttempt: undefined, version: undefined } })
  assert.deepEqual(refusal([], []), { error: undefined, past: undefined })
  assert.equal(refusal([failed('l', ' why \n'), failed('l', 'why')], []).error, 'l: why')
  assert.match(refusal([], [updates({ rejected: 1 })]).error ?? '', /^1 update rejected and none accepted/)
  // One of several that never had an update accepted is enough; one that rejected nothing says nothing.
  const never = [
    updates({ resource: 'b', rejected: 2 }),
    updates({ resource: 'a', rejected: 1, accepted: 3 }),
    updates({ resource: 'c' }),
  ]
  assert.match(refusal([], never).error ?? '', /^3 updates of a, b rejected and none accepted/)
  const mixed = updates({ rejected: 1, accepted: 1, acceptedAt: Date.parse('2026-01-01T00:00:00Z') })
  assert.deepEqual(refusal([entry({ lastUpdated: '2026-01-01T00:00:00Z' })], [mixed]).past, {
    updates: 1,
    resources: [],
    areSettled: false,
  })
  assert.match(
    refusal([entry({ lastUpdated: '2026-01-01T00:00:00.001Z' })], [mixed]).error ?? '',
    /of which a part is in use/,
  )
})

const proxy = (name: string, more: Partial<ProxyStatus> = {}): ProxyStatus => ({
  name,
  namespace: undefined,
  cluster: undefined,
  proxyType: undefined,
  istiod: 'i',
  version: undefined,
  connected: true,
  types: new Map(),
  notes: [],
  ...more,
})

test('proxies are listed by name, then by cluster, and counted by status', () => {
  const { proxies, counts } = summary([
    proxy('b'),
    proxy('a', { cluster: 'y' }),
    proxy('a', { cluster: 'x' }),
    proxy('a'),
  ])
  assert.deepEqual(
    proxies.map(({ name, cluster }) => [name, cluster]),
    [
      ['a', undefined],
      ['a', 'x'],
      ['a', 'y'],
      ['b', undefined],
    ],
  )
  assert.deepEqual(counts, { 'NOT SENT': 4 })
})

test('what few were sent long before the others stands out: a replica that is cut off, or a proxy', () => {
  const sent = (name: string, seconds: number, istiod: string) =>
    proxy(name, {
      istiod,
      types: new Map([
        [
          'CDS',
          {
            status: 'SYNCED',
            sentTime: new Date(seconds * 1000),
            age: undefined,
            error: undefined,
            percent: undefined,
          },
        ],
      ]),
    })
  const notes = (...proxies: ProxyStatus[]) =>
    withLateNotes(proxies, new Date(200_000)).map((each) => each.notes.length)
  assert.deepEqual(notes(sent('a', 100, 'i'), sent('b', 100, 'i'), sent('c', 40, 'i'), proxy('d')), [0, 0, 1, 0])
  assert.deepEqual(notes(sent('a', 100, 'i'), sent('b', 100, 'i'), sent('c', 40.001, 'i')), [0, 0, 0])
  // Half of them are late: then nobody is.
  assert.deepEqual(notes(sent('a', 100, 'i'), sent('b', 20, 'i')), [0, 0])
  const cut = withLateNotes([sent('a', 100, 'i'), sent('b', 100, 'i'), sent('c', 20, 'j')], new Date(200_000))
  assert.match(cut[2]?.notes[0] ?? '', /^j last sent CDS or LDS 3m ago, another replica 100s ago: it may be cut off/)
})

test('of several clusters of control planes the first that tells why gives the reason', async () => {
  const bootstrap = {
    dynamic_resources: {
      ads_config: {
        api_type: 'GRPC',
        grpc_services: ['a', 'b'].map((cluster_name) => ({ envoy_grpc: { cluster_name } })),
      },
    },
  }
  const dump = await readDump(
    Buffer.from(
      JSON.stringify({ configs: [{ '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump', bootstrap }] }),
    ),
    'dump',
  )
  const host = (port: number) => ({
    address: { socket_address: { address: '10.0.0.1', port_value: port } },
    stats: [
      { name: 'cx_connect_fail', value: '1' },
      { name: 'cx_total', value: '2' },
    ],
  })
  const clusters = {
    cluster_statuses: [
      { name: 'a', host_statuses: [host(1)] },
      { name: 'b', host_statuses: [host(2)] },
    ],
  }
  assert.deepEqual(connectionOf(dump, undefined, clusters), {
    open: false,
    reason: 'connections of a fail: 10.0.0.1:1 (1 of 2)',
  })
  assert.deepEqual(connectionOf(dump, undefined, undefined), { open: undefined, reason: undefined })
})
