import assert from 'node:assert/strict'
import { test } from 'node:test'
import { istioNodeId, podOfProxy } from '../../../src/envoy/dump/node-id.ts'
import { envoyRelease } from '../../../src/envoy/dump/version.ts'
import { countText } from '../../../src/envoy/text/count-text.ts'
import { durationSum } from '../../../src/envoy/text/duration-sum.ts'
import { percentCell } from '../../../src/envoy/text/percent.ts'
import { clusterStatus } from '../../../src/semantics/clusters/cluster-status.ts'

test('a count takes the plural of its noun, and commas between thousands', () => {
  assert.deepEqual(
    [countText(0, 'update'), countText(1, 'update'), countText(1200, 'proxy', 'proxies')],
    ['0 updates', '1 update', '1,200 proxies'],
  )
})

test('amounts with units are summed up; anything else is no duration', () => {
  const units = { ms: 1, s: 1000, m: 60_000 }
  assert.deepEqual(
    ['1m30s', '5ms', '1.5s', '', '5', 's', '5h', '-1s', '1s '].map((text) => durationSum(text, units, 'decimal')),
    [90_000, 5, 1500, undefined, undefined, undefined, undefined, undefined, undefined],
  )
  assert.equal(durationSum('1.5s', units, 'whole'), undefined)
})

test('a share of nothing is 0%, others have two digits at most', () => {
  assert.deepEqual([0 / 0, 1 / 3, 1, 0.00004].map(percentCell), ['0%', '33.33%', '100%', '0%'])
})

test("an id of Istio's has four parts; a pod may have dots in its name, a namespace not", () => {
  assert.deepEqual(istioNodeId('router~10.0.0.5~edge.v1.shop~shop.svc.cluster.local'), {
    type: 'router',
    address: '10.0.0.5',
    proxy: 'edge.v1.shop',
  })
  assert.equal(istioNodeId('edge~10.0.0.5'), undefined)
  assert.deepEqual(podOfProxy('edge.v1.shop'), { name: 'edge.v1', namespace: 'shop' })
  assert.equal(podOfProxy('edge'), undefined)
  assert.equal(podOfProxy('.shop'), undefined)
})

test('a release is told from its numbers, of which absent ones are 0', () => {
  const version = { major_number: 1, minor_number: 40 }
  assert.equal(envoyRelease({ user_agent_build_version: { version } }), '1.40.0')
  assert.equal(envoyRelease({}), undefined)
})

test('of several reports of one name the first counts', () => {
  const statuses = [{ name: 'a', added_via_api: true }, { name: 'b' }, { name: 'a' }]
  assert.equal(clusterStatus(statuses, 'a'), statuses[0])
  assert.equal(clusterStatus(statuses, 'c'), undefined)
  assert.equal(clusterStatus(undefined, 'a'), undefined)
})
