import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rejectingNow, rejectingText } from '../../../src/analyses/status/rejecting.ts'
import { xdsStats } from '../../../src/envoy/model/update-stats.ts'

const stats = (counts: Readonly<Record<string, number>>) =>
  xdsStats({ stats: Object.entries(counts).map(([name, value]) => ({ name, value })) })

test('what is rejected now is what grew between two questions', () => {
  const routes = 'http.ingress_http.rds.ingress_http.update_rejected'
  const before = stats({ [routes]: 10, 'listener_manager.lds.update_rejected': 3 })
  const after = stats({ [routes]: 22, 'listener_manager.lds.update_rejected': 3 })
  assert.deepEqual(rejectingNow(before, after), [{ type: 'RDS', resource: 'ingress_http', updates: 12 }])
  assert.deepEqual(rejectingNow(before, before), [])
  assert.deepEqual(rejectingNow(stats({}), after), [], 'a counter that was not there before says nothing of now')
})

test('the sentence names the resource where there is one', () => {
  assert.equal(
    rejectingText({ type: 'RDS', resource: 'a', updates: 2 }),
    "2 updates of a while it was asked; only Envoy's log says why",
  )
  assert.equal(
    rejectingText({ type: 'LDS', resource: undefined, updates: 1 }),
    "1 update while it was asked; only Envoy's log says why",
  )
})
