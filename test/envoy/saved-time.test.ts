import assert from 'node:assert/strict'
import { test } from 'node:test'
import { savedTime } from '../../src/envoy/dump/saved-time.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../src/envoy/json.ts'

const section = (message: string, fields: JsonObject): JsonObject => ({
  '@type': `type.googleapis.com/envoy.admin.v3.${message}`,
  ...fields,
})

function dump(started: string | undefined, ...updates: string[]) {
  const configs = [
    ...(started === undefined ? [] : [section('BootstrapConfigDump', { bootstrap: {}, last_updated: started })]),
    section('ClustersConfigDump', {
      dynamic_active_clusters: updates.map((last_updated, index) => ({ cluster: { name: `c${index}` }, last_updated })),
    }),
  ]
  return readDump(new TextEncoder().encode(JSON.stringify({ configs })), 'test')
}

const info = (uptime: string): JsonObject => ({ uptime_current_epoch: uptime })
const iso = (time: Date | undefined): string | undefined => time?.toISOString()
const start = '2025-01-01T00:00:00Z'

test('a dump was saved when Envoy had run as long as server_info says', async () => {
  const found = await dump(start, '2025-01-02T00:00:00.5Z')
  assert.equal(iso(savedTime(found, { serverInfo: info('172800s') })), '2025-01-03T00:00:00.000Z')
  const camel = { uptimeCurrentEpoch: '172800.5s' }
  assert.equal(iso(savedTime(found, { serverInfo: camel })), '2025-01-03T00:00:00.500Z')
  const other = 'an uptime that ends before the last change is of another time'
  assert.equal(iso(savedTime(found, { serverInfo: info('60s') })), '2025-01-02T00:00:00.500Z', other)
  for (const broken of [info(''), info('long'), {}, [], null])
    assert.equal(iso(savedTime(found, { serverInfo: broken })), '2025-01-02T00:00:00.500Z')
})

test('else at the time of its file, unless that is that of a copy', async () => {
  const found = await dump(start, '2025-01-02T00:00:00Z')
  const at = (written: string) => iso(savedTime(found, { written: new Date(written) }))
  assert.equal(at('2025-01-03T12:00:00Z'), '2025-01-03T12:00:00.000Z')
  assert.equal(at('2025-01-09T00:00:00Z'), '2025-01-09T00:00:00.000Z', 'seven days')
  assert.equal(at('2025-01-09T00:00:00.001Z'), '2025-01-02T00:00:00.000Z')
  assert.equal(at('2024-12-31T00:00:00Z'), '2025-01-02T00:00:00.000Z', 'a file is not older than what it holds')
})

test('else at its last change, be it an update or one that was rejected', async () => {
  assert.equal(
    iso(savedTime(await dump(start, '2025-01-02T00:00:00Z', '2025-01-01T12:00:00Z'), {})),
    '2025-01-02T00:00:00.000Z',
  )
  const rejected = section('ListenersConfigDump', {
    dynamic_listeners: [{ name: 'L', error_state: { details: 'x', last_update_attempt: '2025-02-01T00:00:00Z' } }],
  })
  const configs = [section('BootstrapConfigDump', { bootstrap: {}, last_updated: start }), rejected]
  const found = await readDump(new TextEncoder().encode(JSON.stringify({ configs })), 'test')
  assert.equal(iso(savedTime(found, {})), '2025-02-01T00:00:00.000Z')
})

test('a dump without any time is as old as its file, or of no known time', async () => {
  const found = await dump(undefined)
  assert.equal(savedTime(found, {}), undefined)
  assert.equal(iso(savedTime(found, { written: new Date(start) })), '2025-01-01T00:00:00.000Z')
  assert.equal(savedTime(await dump('yesterday', 'soon'), {}), undefined, 'times that cannot be read')
})
