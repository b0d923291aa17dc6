import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reasonInLog, rejectedBefore, rejectingNow, rejectingText } from '../../../src/analyses/status/rejecting.ts'
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

test('what was rejected some time: of those that accepted something as well, for the others the status has it', () => {
  const scope = 'cluster.api'
  const counted = stats({
    [`${scope}.update_rejected`]: 1,
    [`${scope}.update_success`]: 2,
    [`${scope}.update_time`]: 1000,
    'http.a.rds.never.update_rejected': 1,
    'http.a.rds.fine.update_time': 1000,
  })
  assert.deepEqual(rejectedBefore(counted), [{ type: 'EDS', resource: 'api', acceptedAt: 1000 }])
})

test('the reason in the log is the last one of the type', () => {
  const line = (type: string, why: string) =>
    `[2026-11-29 21:50:21.352][1][warning][config] [x.cc:160] gRPC config for type.googleapis.com/${type} rejected: ${why}\n`
  const [routes, listeners] = ['envoy.config.route.v3.RouteConfiguration', 'envoy.config.listener.v3.Listener']
  const log = line(routes, 'first') + line(routes, 'last') + line(listeners, 'other')
  assert.equal(reasonInLog(log, routes), 'last')
  assert.equal(reasonInLog(log, listeners), 'other')
  assert.equal(reasonInLog(log, 'envoy.config.cluster.v3.Cluster'), undefined)
  assert.equal(
    rejectingText({ type: 'RDS', resource: 'a', updates: 0, reason: 'last' }),
    "the last update of a: last (Envoy's log)",
  )
  assert.equal(
    rejectingText({ type: 'RDS', resource: 'a', updates: 3, reason: 'last' }),
    "3 updates of a while it was asked: last (Envoy's log)",
  )
})
