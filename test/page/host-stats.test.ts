import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../src/envoy/json.ts'
import { hostStatsOf, hostStatsText } from '../../src/page/host-stats.ts'
import { withOwnValues } from '../../src/page/own-values.ts'

const counted: Json = [
  { name: 'cx_total', value: '12' },
  { name: 'rq_error' },
  { type: 'GAUGE', name: 'cx_active', value: '3' },
  { type: 'GAUGE', name: 'rq_active' },
]

test('what is counted of a host is one text, and the same again', () => {
  assert.equal(hostStatsText(counted), 'cx_total=12 rq_error !cx_active=3 !rq_active')
  assert.deepEqual(hostStatsOf(hostStatsText(counted) ?? ''), counted)
  assert.deepEqual(hostStatsOf(hostStatsText([]) ?? 'x'), [])
})

const others: readonly Json[] = [
  null,
  'cx_total',
  [null],
  ['cx_total'],
  [{}],
  [{ value: '1' }],
  [{ name: 'a b' }],
  [{ name: 'a', value: 1 }],
  [{ name: 'a', value: '-1' }],
  [{ name: 'a', value: 'secret' }],
  [{ name: 'a', type: 'GAUGE' }],
  [{ type: 'COUNTER', name: 'a' }],
  [{ name: 'a', more: true }],
]

test('what another text would come of stays as it is', () => {
  for (const stats of others) assert.equal(hostStatsText(stats), undefined, JSON.stringify(stats))
})

test('a member without its own values gives them back where they stood', () => {
  for (const stats of [counted, ...others]) {
    const member = { name: 'c', host_statuses: [{ stats, weight: 1 }, 'x', { weight: 2 }], version_info: 'v' }
    const own: Json[] = []
    const shared = withOwnValues(member, (value) => {
      own.push(value)
      return null
    })
    assert.equal(JSON.stringify(shared).includes('cx_total=12'), false)
    assert.equal(JSON.stringify(withOwnValues(shared, () => own.shift() ?? null)), JSON.stringify(member))
    assert.deepEqual(own, [])
  }
})
