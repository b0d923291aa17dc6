import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { reasonText } from '../../../src/semantics/reasons/reason-text.ts'
import { trace } from '../../../src/walk/trace.ts'
import { get } from './dump-of.ts'

const fixture = new URL('../../fixtures/gateway/config_dump.json', import.meta.url)
async function warningsWith(counters: Readonly<Record<string, number>>): Promise<string[]> {
  const dump = await readDump(readFileSync(fixture), 'gateway')
  const stats = { stats: Object.entries(counters).map(([name, value]) => ({ name, value })) }
  const request = {
    destination: { address: '10.0.0.1', port: 8080 },
    source: { address: '10.1.0.5', port: 40000 },
    ...get('shop.example.com:8080', '/'),
  }
  const { alternatives } = trace({ dump, stats, request })
  return alternatives.flatMap(({ hops }) => hops.flatMap(({ warnings = [] }) => warnings.map(reasonText)))
}

test('updates that Envoy rejected and keeps nothing of are named where what they are of is used', async () => {
  assert.deepEqual(await warningsWith({}), [])
  assert.deepEqual(
    await warningsWith({
      'http.outbound.rds.http.8080.update_rejected': 2,
      'http.outbound.rds.http.8080.update_success': 1,
      'http.outbound.rds.http.8091.update_rejected': 9,
    }),
    [
      'Envoy has rejected 2 updates of route configuration http.8080 since it started, and only its log tells whether a later one was accepted',
    ],
  )
  assert.deepEqual(await warningsWith({ 'http.outbound.rds.http.8080.update_rejected': 0 }), [])
  assert.deepEqual(await warningsWith({ 'http.outbound.rds.http.8080.update_rejected': 1 }), [
    'Envoy has rejected 1 update of route configuration http.8080 since it started and accepted none',
  ])
})
