import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { type OwnInput, ownStatus } from '../../src/status/own-status.ts'
import { overallStatus, statusCell } from '../../src/status/proxy-status.ts'

async function ownOf(name: string, rest: Partial<OwnInput> = {}) {
  const file = (path: string) => readFileSync(new URL(`../fixtures/${name}/${path}`, import.meta.url))
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
  assert.deepEqual([...own.types.keys()].slice(0, 4), ['CDS', 'LDS', 'EDS', 'RDS'])
  assert.match(statusCell(own, 'CDS'), /^SYNCED \(\d+m/)
})

test('a refused listener has the reason that Envoy keeps, once', async () => {
  const own = await ownOf('rejected')
  const error = own.types.get('LDS')?.error ?? ''
  assert.equal(overallStatus(own), 'ERROR')
  assert.equal(error.match(/^twin_9000: error adding listener: 'twin_9000' has duplicate address/gm)?.length, 1)
})

test('a refused cluster is known by its counter only; a listener that was put right is no error', async () => {
  const own = await ownOf('sidecar', {
    stats: stats({
      'cluster_manager.cds.update_rejected': 2,
      'listener_manager.lds.update_rejected': 1,
      'control_plane.connected_state': 1,
    }),
  })
  assert.equal(own.types.get('CDS')?.status, 'ERROR')
  assert.equal(
    own.types.get('CDS')?.error,
    "2 updates rejected since Envoy started, perhaps put right meanwhile; the reason is in Envoy's log",
  )
  assert.equal(own.types.get('LDS')?.status, 'SYNCED')
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

test('what warms and what it waits for is said', async () => {
  const own = await ownOf('warming')
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
