import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { exportHides, sidecarHides } from '../../../../src/walk/request/hidden-service.ts'

const billing = { name: 'billing', namespace: 'shop', exportTo: undefined }

test('exportTo: *, its own namespace, none, and names', () => {
  const hides = (exportTo: string[] | undefined, from: string) => exportHides({ ...billing, exportTo }, from)
  assert.deepEqual(
    [undefined, ['*'], ['.'], ['~'], ['web'], ['shop', 'web'], ['.', 'ops']].map((list) => hides(list, 'web')),
    [false, false, true, true, false, false, true],
  )
  assert.equal(hides(['.'], 'shop'), false)
  assert.equal(hides(['~'], 'shop'), true)
})

const sidecar = (name: string, hosts: string[] | undefined, labels?: JsonObject): JsonObject => ({
  metadata: { name, namespace: 'web' },
  spec: {
    ...(labels === undefined ? {} : { workloadSelector: { labels } }),
    ...(hosts === undefined ? {} : { egress: [{ hosts }] }),
  },
})
const web = { namespace: 'web', labels: { app: 'web', tier: 'front' } }
const by = (own: JsonObject[], ofRoot: JsonObject[] = [], workload = web) => {
  const found = sidecarHides(billing, workload, own, ofRoot)
  return found?.by === 'Sidecar' ? found.name : undefined
}

test('the egress of a Sidecar names namespaces and hosts', () => {
  for (const host of [
    '*/*',
    'shop/*',
    '*/billing.shop.svc.cluster.local',
    'shop/*.shop.svc.cluster.local',
    '*/*.svc.cluster.local',
  ])
    assert.equal(by([sidecar('s', [host])]), undefined, host)
  for (const host of [
    './*',
    '~/*',
    'istio-system/*',
    'shop/other.shop.svc.cluster.local',
    '*/*.example.com',
    'shop/billing',
  ])
    assert.equal(by([sidecar('s', [host])]), 's', host)
  assert.equal(by([sidecar('s', ['./*'])], [], { namespace: 'shop', labels: { app: 'web', tier: 'front' } }), undefined)
  assert.equal(by([sidecar('s', undefined)]), undefined, 'without egress it lets everything through')
})

test('the Sidecar that selects the workload goes before that of the namespace, and this before that of the root namespace', () => {
  const none = ['~/*']
  assert.equal(by([sidecar('ns', none), sidecar('own', ['*/*'], { app: 'web' })]), undefined)
  assert.equal(by([sidecar('ns', ['*/*']), sidecar('own', none, { app: 'web' })]), 'own')
  assert.equal(by([sidecar('ns', ['*/*']), sidecar('other', none, { app: 'api' })]), undefined)
  assert.equal(by([], [sidecar('root', none)]), 'root')
  assert.equal(by([sidecar('ns', ['*/*'])], [sidecar('root', none)]), undefined)
  assert.equal(
    by([], [sidecar('selecting', none, { app: 'web' })]),
    undefined,
    'a selector selects in its own namespace',
  )
})
