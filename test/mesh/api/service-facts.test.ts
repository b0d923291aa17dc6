import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Api } from '../../../src/fetch/kube/api/api.ts'
import { ApiError } from '../../../src/mesh/api/api-error.ts'
import { serviceFacts } from '../../../src/mesh/api/service-facts.ts'

function api(answer: (path: string) => JsonObject): Pick<Api, 'get'> {
  return { get: async (path) => answer(path) }
}

test('a Service has the cluster IP of its spec, or none', async () => {
  const asked: string[] = []
  const service = (clusterIP: string | undefined) =>
    api((path) => {
      asked.push(path)
      return { spec: clusterIP === undefined ? { type: 'ExternalName' } : { clusterIP } }
    })
  const name = { name: 'reviews', namespace: 'shop' }
  assert.deepEqual(await serviceFacts(service('10.96.0.7'), name), { address: '10.96.0.7', exportTo: undefined })
  assert.equal((await serviceFacts(service('None'), name))?.address, undefined)
  assert.equal((await serviceFacts(service(undefined), name))?.address, undefined)
  const annotated = api(() => ({ metadata: { annotations: { 'networking.istio.io/exportTo': '., shop' } }, spec: {} }))
  assert.deepEqual((await serviceFacts(annotated, name))?.exportTo, ['.', 'shop'])
  assert.equal(asked[0], '/api/v1/namespaces/shop/services/reviews')
})

test('no such Service is no error; a forbidden one names the rule', async () => {
  const refuse = (code: number) =>
    api(() => {
      throw new ApiError(code, 'no')
    })
  assert.equal(await serviceFacts(refuse(404), { name: 'x', namespace: 'y' }), undefined)
  await assert.rejects(serviceFacts(refuse(403), { name: 'x', namespace: 'y' }), (error) => {
    assert.ok(error instanceof ApiError)
    assert.match(error.hint ?? '', /resources: \["services"\]\n {2}verbs: \["get"\]/)
    return true
  })
})
