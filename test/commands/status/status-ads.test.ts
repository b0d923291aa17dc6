import assert from 'node:assert/strict'
import { test } from 'node:test'
import { status } from '../../fetch/fake-api-server.ts'
import { shop, snapshotOf } from '../../fetch/xds/snapshots.ts'
import type { Outcome } from '../../run-program.ts'
import { startGateway } from './fake-gateway.ts'

type Gateway = Parameters<typeof startGateway>[0]

/** `status` of a cluster with one gateway. */
async function table(gateway: Partial<Gateway>, ...args: string[]): Promise<Outcome> {
  const running = await startGateway({ used: shop, sent: snapshotOf(shop), ...gateway })
  try {
    return await running.mesh.run('status', ...args)
  } finally {
    await running.close()
  }
}

const [, fixed] = shop.clusters
const changed = snapshotOf({
  ...shop,
  clusters: [{ ...shop.clusters[0], connect_timeout: '5s' }, fixed ?? {}, { name: 'new' }],
})
const cells = ({ out }: Outcome) => out.split('\n').map((line) => line.split(/ {2,}/))

test('a gateway that has what its control plane would send', async () => {
  const found = await table({})
  assert.deepEqual(cells(found).slice(0, 2), [
    ['NAME', 'CLUSTER', 'CDS', 'LDS', 'EDS', 'RDS', 'CONTROL PLANE', 'VERSION'],
    ['edge-1.gateways', 'shop/edge', 'SYNCED', 'SYNCED', 'SYNCED', 'SYNCED', 'Envoy Gateway', '-'],
  ])
  assert.equal((await table({}, '--exit-code')).code, 0)
})

test('a change that has not reached it is STALE, with the versions of both sides', async () => {
  const found = await table({ sent: changed }, '--exit-code')
  assert.deepEqual(cells(found)[1]?.slice(2, 6), ['STALE', 'SYNCED', 'SYNCED', 'SYNCED'])
  assert.equal(found.code, 1)
  assert.match(
    found.err,
    /^edge-1\.gateways: CDS: 2 differ from what controller-1\.gateways would send: api \(version v0 loaded, v-api there\), new \(no version loaded, v-new there\)$/m,
  )
  const json = JSON.parse((await table({ sent: changed }, '-o', 'json')).out)
  const [proxy] = json.items ?? json
  assert.deepEqual(proxy.types.CDS.differs, [
    { name: 'api', loaded: 'v0', sent: 'v-api' },
    { name: 'new', sent: 'v-new' },
  ])
  assert.deepEqual([proxy.controlPlane, proxy.controlPlanePod], ['Envoy Gateway', 'controller-1.gateways'])
})

test('a rejected update, and a stream that is closed, are what the proxy says', async () => {
  const stats = { 'control_plane.connected_state': 1, 'cluster_manager.cds.update_rejected': 1 }
  const rejected = await table({ sent: changed, stats })
  assert.equal(cells(rejected)[1]?.[2], 'ERROR')
  const closed = await table({ stats: { 'control_plane.connected_state': 0 } })
  assert.deepEqual(cells(closed)[1]?.slice(2, 6), ['STALE', 'STALE', 'STALE', 'STALE'])
})

test('what differs while its updates are rejected is an ERROR, in the table and beside the difference', async () => {
  const counter = { value: 0 }
  const grows = {
    'control_plane.connected_state': 1,
    'http.web.rds.web.update_success': 1,
    get 'http.web.rds.web.update_rejected'() {
      counter.value += 7
      return counter.value
    },
  }
  const sent = snapshotOf({ ...shop, routes: [{ ...shop.routes[0], internal_only_headers: ['x-new'] }] })
  const found = await table({ sent, stats: grows })
  assert.deepEqual(cells(found)[1]?.slice(2, 6), ['SYNCED', 'SYNCED', 'SYNCED', 'ERROR'])
  assert.match(found.err, /RDS rejected: 7 updates of web while it was asked; only Envoy's log says why/)
  const once = { ...grows }
  const still = await table({ sent, stats: once })
  assert.equal(cells(still)[1]?.[5], 'STALE', 'rejected once, and nobody knows when')
  const difference = await table({ sent, stats: grows }, 'edge-1', '-n', 'gateways')
  assert.match(difference.err, /edge-1\.gateways: RDS rejected: 7 updates of web/)
})

test('what was rejected some time is a note until a comparison shows that nothing of it is missing', async () => {
  const stats = {
    'control_plane.connected_state': 1,
    'http.web.rds.web.update_success': 2,
    'http.web.rds.web.update_rejected': 3,
    'cluster_manager.cds.update_success': 2,
    'cluster_manager.cds.update_rejected': 1,
  }
  const past = /rejected at some time since Envoy started/
  const pastOf = async (gateway: Partial<Gateway>, ...args: string[]) => {
    const { out } = await table({ stats, ...gateway }, '-o', 'json', ...args)
    const [proxy] = JSON.parse(out).items ?? JSON.parse(out)
    return [proxy.types.CDS.pastRejections, proxy.types.RDS.pastRejections, proxy.notes ?? []]
  }
  const same = await table({ stats })
  assert.deepEqual(cells(same)[1]?.slice(2, 6), ['SYNCED', 'SYNCED', 'SYNCED', 'SYNCED'])
  assert.doesNotMatch(same.err, past)
  assert.deepEqual(await pastOf({}), [
    { updates: 1, resources: [], areSettled: true },
    { updates: 3, resources: ['web'], areSettled: true },
    [],
  ])
  // Clusters differ: what was rejected of them may be what is missing, and routes are the same.
  const differs = await table({ stats, sent: changed })
  assert.match(differs.err, /^edge-1\.gateways: CDS: 1 update rejected at some time since Envoy started;/m)
  assert.doesNotMatch(differs.err, /RDS: 3 updates/)
  const [clusters, routes] = await pastOf({ sent: changed })
  assert.deepEqual([clusters.areSettled, routes.areSettled], [false, true])
  // Of two route configurations one differs: names decide.
  const twoRoutes = { ...stats, 'http.web.rds.gone.update_rejected': 1, 'http.web.rds.gone.update_success': 1 }
  const oneDiffers = snapshotOf({ ...shop, routes: [{ ...shop.routes[0], internal_only_headers: ['x-new'] }] })
  assert.match(
    (await table({ stats: twoRoutes, sent: oneDiffers })).err,
    /RDS: 4 updates of gone, web rejected at some/,
  )
  // Nothing to compare with.
  assert.match((await table({ stats, runs: false })).err, past)
  assert.match((await table({ stats, labels: {}, isMutual: false })).err, past)
})

test('a control plane that cannot be asked: what the proxy tells is shown, with the reason', async () => {
  const gone = await table({ runs: false }, '--exit-code')
  assert.equal(gone.code, 1)
  assert.match(
    gone.err,
    /^edge-1\.gateways: what its control plane would send could not be asked: no pod of the control plane runs: Service "controller" in namespace "gateways" has none$/m,
  )
  const forbidden = await table({ secret: status(403, 'Forbidden', 'secrets "envoy" is forbidden') })
  assert.deepEqual(cells(forbidden)[1]?.slice(2, 6), ['SYNCED', 'SYNCED', 'SYNCED', 'SYNCED'])
  assert.match(
    forbidden.err,
    /^what its control plane would send to 1 proxy could not be asked: the self-reported status is shown$/m,
  )
  assert.equal(forbidden.code, 1, 'an incomplete answer, without --exit-code as well')
  assert.match(forbidden.err, /resources: \["secrets"\]/)
})

test('Contour sends the listener of the admin interface: a proxy without one has never reached it', async () => {
  const contour = { labels: { 'app.kubernetes.io/name': 'contour' } }
  for (const args of [[], ['edge-1.gateways']]) {
    const found = await table(contour, ...args)
    assert.match(found.out, /^edge-1\.gateways +NOT CONNECTED +Contour/m)
    assert.match(
      found.err,
      /^edge-1\.gateways: not connected to its control plane: .*refused the connection to port 9001, which its control plane opens: the proxy has never reached it, or Envoy does not run$/m,
    )
  }
})

test('proxies of Istio and of others are in one table', async () => {
  const syncz = [{ proxy: 'web.shop', cluster_sent: 'a', cluster_acked: 'a', listener_sent: 'b', listener_acked: 'b' }]
  const { out, err, code } = await table({ syncz, sent: changed }, '--exit-code')
  assert.equal(code, 1)
  assert.match(out, /^edge-1\.gateways .*STALE.* Envoy Gateway +- /m)
  assert.match(out, /^web\.shop .*SYNCED.* Istio +istiod-a /m)
  assert.match(err, /^edge-1\.gateways: CDS: 2 differ from what controller-1\.gateways would send/m)
})

test('a control plane that nobody knows: by its address, self-reported without leave, compared with it', async () => {
  const unknown = { labels: {}, sent: changed, isMutual: false } as const
  const unasked = await table(unknown)
  assert.deepEqual(cells(unasked)[1]?.slice(2), [
    'SYNCED',
    'SYNCED',
    'SYNCED',
    'SYNCED',
    'controller.gateways.svc.cluster.local:18000',
    '-',
  ])
  assert.equal(unasked.code, 0, 'nothing failed')
  assert.match(
    unasked.err,
    /^1 proxy: the control plane is not known to bear a second stream, so the self-reported status is shown\. --xds-second-stream asks what it would send\.$/m,
  )
  assert.doesNotMatch(unasked.err, /no istiod/)
  const asked = await table(unknown, '--xds-second-stream')
  assert.deepEqual(cells(asked)[1]?.slice(2, 7), [
    'STALE',
    'SYNCED',
    'SYNCED',
    'SYNCED',
    'controller.gateways.svc.cluster.local:18000',
  ])
  const beside = await table({ ...unknown, syncz: [] }, '--xds-second-stream')
  assert.match(beside.out, /^edge-1\.gateways +shop\/edge +STALE .*controller\.gateways\.svc\.cluster\.local:18000/m)
})
