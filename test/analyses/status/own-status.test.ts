import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type OwnInput, ownStatus } from '../../../src/analyses/status/own-status.ts'
import { overallStatus, statusCell } from '../../../src/analyses/status/proxy-status.ts'
import { rejectionNotes } from '../../../src/analyses/status/refusal.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { toCamelCase } from '../../../src/envoy/proto-json/proto-json.ts'

async function ownOf(name: string, rest: Partial<OwnInput> = {}) {
  const file = (path: string) => readFileSync(new URL(`../../fixtures/${name}/${path}`, import.meta.url))
  const dump = await readDump(file('config_dump.json'), name)
  return ownStatus({
    name: `${name}.default`,
    dump,
    initDump: JSON.parse(file('init_dump.json').toString()),
    clusters: JSON.parse(file('clusters.json').toString()),
    now: new Date('2025-11-01T09:10:00Z'),
    ...rest,
  })
}

const stats = (values: Record<string, number>) => ({
  stats: Object.entries(values).map(([name, value]) => ({ name, value })),
})

test('a healthy sidecar is in sync by its own account', async () => {
  const own = await ownOf('sidecar')
  assert.equal(overallStatus(own), 'SYNCED')
  assert.equal(own.connected, true)
  assert.deepEqual([...own.types.keys()].slice(0, 4), ['CDS', 'LDS', 'RDS', 'EDS'])
  assert.match(statusCell(own, 'CDS'), /^SYNCED \(\d+m/)
})

test('a refused listener has the reason that Envoy keeps, once', async () => {
  const own = await ownOf('rejected')
  const error = own.types.get('LDS')?.error ?? ''
  assert.equal(overallStatus(own), 'ERROR')
  assert.equal(error.match(/^twin_9000: error adding listener: 'twin_9000' has duplicate address/gm)?.length, 1)
})

test('an update refused, and none ever accepted, is an error of which the reason is not told', async () => {
  const own = await ownOf('sidecar', {
    stats: stats({ 'cluster_manager.cds.update_rejected': 2, 'cluster_manager.cds.update_success': 0 }),
  })
  assert.equal(own.types.get('CDS')?.status, 'ERROR')
  assert.equal(own.types.get('CDS')?.error, "2 updates rejected and none accepted; the reason is in Envoy's log")
})

test('updates refused and accepted: which of them came last is not told, and that is said', async () => {
  const own = await ownOf('sidecar', {
    stats: stats({
      'cluster_manager.cds.update_rejected': 1,
      'cluster_manager.cds.update_success': 3,
      'cluster_manager.cds.update_time': Date.parse('2025-11-01T09:09:00Z'),
      'listener_manager.lds.update_rejected': 2,
      'listener_manager.lds.update_success': 1,
      'control_plane.connected_state': 1,
    }),
  })
  assert.deepEqual([own.types.get('CDS')?.status, own.types.get('LDS')?.status], ['SYNCED', 'SYNCED'])
  assert.equal(overallStatus(own), 'SYNCED')
  const doubt = "rejected at some time since Envoy started; whether a later one was accepted, only Envoy's log tells"
  assert.deepEqual(rejectionNotes(own), [`CDS: 1 update ${doubt}`, `LDS: 2 updates ${doubt}`])
})

test('clusters that came into use after the last update that was accepted are of one that was refused', async () => {
  const own = await ownOf('sidecar', {
    stats: stats({
      'cluster_manager.cds.update_rejected': 1,
      'cluster_manager.cds.update_success': 3,
      'cluster_manager.cds.update_time': Date.parse('2020-01-01T00:00:00Z'),
    }),
  })
  assert.equal(own.types.get('CDS')?.status, 'ERROR')
  assert.match(own.types.get('CDS')?.error ?? '', /^an update was rejected of which a part is in use/)
})

test('of many subscriptions, one that was only ever refused is an error; both counters of an extension are one event', async () => {
  const own = await ownOf('sidecar', {
    stats: stats({
      'http.a.rds.web.update_success': 5,
      'http.a.rds.api.update_rejected': 1,
      'http.a.rds.api.update_success': 0,
      'extension_config_discovery.http_filter.f.update_rejected': 1,
      'extension_config_discovery.http_filter.f.config_fail': 1,
    }),
  })
  assert.equal(own.types.get('RDS')?.status, 'ERROR')
  assert.match(own.types.get('ECDS')?.error ?? '', /^1 update of f rejected/)
})

test('what was asked for and has not come is not sent', async () => {
  const own = await ownOf('updating', {
    stats: stats({ 'http.a.rds.web.update_attempt': 1, 'http.a.rds.web.update_success': 0 }),
  })
  assert.equal(own.types.get('RDS')?.status, 'NOT SENT')
})

test('without a stream to the control plane all is stale and the proxy not connected', async () => {
  const own = await ownOf('sidecar', { stats: stats({ 'control_plane.connected_state': 0 }) })
  assert.equal(overallStatus(own), 'NOT CONNECTED')
  assert.match(statusCell(own, 'LDS'), /^STALE/)
})

test('an Envoy with a stream for each subscription: one that is closed makes its type stale, all of them the proxy', async () => {
  const values = {
    'cluster_manager.cds.control_plane.connected_state': 1,
    'listener_manager.lds.control_plane.connected_state': 1,
    'http.a.rds.web.control_plane.connected_state': 0,
    'cluster.shop.control_plane.connected_state': 1,
  }
  const partly = await ownOf('sidecar', { stats: stats(values) })
  assert.deepEqual(
    ['CDS', 'LDS', 'RDS', 'EDS'].map((type) => partly.types.get(type)?.status),
    ['SYNCED', 'SYNCED', 'STALE', 'SYNCED'],
  )
  assert.equal(partly.connected, true)
  const none = await ownOf('sidecar', { stats: stats(Object.fromEntries(Object.keys(values).map((key) => [key, 0]))) })
  assert.equal(overallStatus(none), 'NOT CONNECTED')
  assert.match(statusCell(none, 'CDS'), /^STALE/)
})

test('without statistics of streams the connections of the control plane’s cluster tell', async () => {
  const bootstrap = {
    '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump',
    bootstrap: {
      dynamic_resources: {
        cds_config: { ads: {} },
        lds_config: { ads: {} },
        ads_config: { api_type: 'GRPC', grpc_services: [{ envoy_grpc: { cluster_name: 'xds' } }] },
      },
      static_resources: {},
    },
  }
  const loaded = {
    '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
    static_clusters: [
      {
        cluster: {
          name: 'xds',
          type: 'STRICT_DNS',
          load_assignment: {
            endpoints: [
              { lb_endpoints: [{ endpoint: { address: { socket_address: { address: 'cp.test', port_value: 1 } } } }] },
            ],
          },
        },
      },
    ],
    dynamic_active_clusters: [{ version_info: '1', cluster: { name: 'a' } }],
  }
  const dump = await readDump(Buffer.from(JSON.stringify({ configs: [bootstrap, loaded] })), 'dump')
  const own = (host_statuses?: object[], connected?: number) =>
    ownStatus({
      name: 'a',
      dump,
      now: new Date(0),
      ...(connected === undefined
        ? {}
        : { stats: { stats: [{ name: 'control_plane.connected_state', value: connected }] } }),
      ...(host_statuses === undefined ? {} : { clusters: { cluster_statuses: [{ name: 'xds', host_statuses }] } }),
    })
  const host = (values: Record<string, number>) => ({
    address: { socket_address: { address: '10.0.0.1', port_value: 1 } },
    stats: Object.entries(values).map(([name, value]) => ({ name, value: String(value) })),
  })
  const open = own([host({ cx_active: 1, cx_total: 1 })])
  assert.deepEqual([overallStatus(open), open.types.get('LDS')?.status], ['NOT SENT', 'NOT SENT'])
  assert.equal(open.types.get('CDS')?.status, 'SYNCED')
  const refused = own([host({ cx_active: 0, cx_total: 3, cx_connect_fail: 3 })])
  assert.equal(overallStatus(refused), 'NOT CONNECTED')
  assert.deepEqual(refused.notes, ['not connected to its control plane: connections of xds fail: 10.0.0.1:1 (3 of 3)'])
  // A stream counts as connected while the connection for it is tried in vain: then no request is under way.
  const tried = { cx_active: 1, cx_total: 3, cx_connect_fail: 2 }
  assert.equal(overallStatus(own([host({ ...tried, rq_active: 0 })], 1)), 'NOT CONNECTED')
  assert.deepEqual(own([host({ cx_active: 1, cx_total: 1, rq_active: 0 })], 1).notes, [
    'not connected to its control plane: a connection of xds is tried and not made yet: 10.0.0.1:1',
  ])
  // The connection stands, and each stream is ended: measured with Envoy Gateway, which does not take the proxy's token.
  const ended = { cx_active: 1, cx_total: 8, cx_connect_fail: 5, rq_active: 0, rq_total: 18 }
  assert.deepEqual(own([host(ended)], 0).notes, [
    'not connected to its control plane: 18 streams were opened on 3 connections to 10.0.0.1:1, and none is open: the control plane ends them; its log may say why',
  ])
  assert.deepEqual(own([host({ cx_active: 1, cx_total: 1, rq_active: 0, rq_total: 1 })], 0).notes, [])
  assert.equal(overallStatus(own([host({ ...tried, rq_active: 1 })], 1)), 'NOT SENT')
  assert.equal(overallStatus(own([host(tried)], 1)), 'NOT SENT')
  assert.deepEqual(own([]).notes, [
    'not connected to its control plane: xds has no endpoint: its name cp.test does not resolve',
  ])
  const camel = toCamelCase(
    { cluster_statuses: [{ name: 'xds', host_statuses: [host({ cx_active: 0, cx_connect_fail: 3, cx_total: 3 })] }] },
    'envoy.admin.v3.Clusters',
  )
  assert.deepEqual(ownStatus({ name: 'a', dump, now: new Date(0), clusters: camel }).notes, refused.notes)
  const saved = own()
  assert.deepEqual([saved.connected, saved.types.get('CDS')?.status], [undefined, 'UNKNOWN'])
})

test('what warms is not in sync, and what it waits for is said', async () => {
  const own = await ownOf('warming')
  assert.match(statusCell(own, 'LDS'), /^WARMING/)
  assert.equal(overallStatus(own), 'WARMING')
  assert.ok(
    own.notes.some((note) => /^LDS: \d+ warming: .*0\.0\.0\.0_8443/.test(note)),
    own.notes.join('\n'),
  )
  assert.ok(
    own.notes.some((note) => note.endsWith('waits for shared target SdsApi kubernetes://shop-cert')),
    own.notes.join('\n'),
  )
})

test('a look-up in DNS is no EDS', async () => {
  const own = await ownOf('updating', {
    stats: stats({ 'cluster.dns.update_attempt': 4, 'cluster.dns.update_success': 4 }),
    clusters: {},
  })
  const without = await ownOf('updating', { clusters: {} })
  assert.deepEqual(own.types.get('EDS'), without.types.get('EDS'))
})
