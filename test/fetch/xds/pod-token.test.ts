import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Api } from '../../../src/fetch/kube/api/api.ts'
import { serviceAccountToken } from '../../../src/fetch/kube/api/service-account-token.ts'
import type { KubeCluster } from '../../../src/fetch/kube/kube-cluster.ts'
import { xdsToken } from '../../../src/fetch/xds/pod-token.ts'
import type { AdsQuery } from '../../../src/mesh/ads.ts'

const query = (tokenVolume: string | undefined) =>
  ({ pod: { name: 'edge-1', namespace: 'shop' }, access: { tokenVolume }, options: {} }) as unknown as AdsQuery

/** What is asked of the API server for a pod, if anything. */
async function asked(pod: JsonObject, tokenVolume: string | undefined = 'sa-token') {
  const requests: object[] = []
  const cluster = {
    token: async (request: object) => {
      requests.push(request)
      return 'T'
    },
  } as unknown as KubeCluster
  const { token, ofPod } = await xdsToken(cluster, query(tokenVolume), async () => pod)
  return { requests, token, ofPod }
}

const volume = (serviceAccountToken: JsonObject): JsonObject => ({
  name: 'sa-token',
  projected: { sources: [{ configMap: {} }, { serviceAccountToken }] },
})
const pod = (volumes: JsonObject[], more: JsonObject = {}): JsonObject => ({
  metadata: { uid: 'u-1' },
  spec: { volumes, ...more },
})

test('a token like that of the pod: its account, its audience, bound to it', async () => {
  const own = await asked(pod([volume({ audience: 'eg.system' })], { serviceAccountName: 'edge' }))
  const request = { name: 'edge', namespace: 'shop', audience: 'eg.system', pod: { name: 'edge-1', uid: 'u-1' } }
  assert.deepEqual(own, { requests: [request], token: 'T', ofPod: true })
  const unnamed = await asked(pod([volume({ audience: 'eg.system' })]))
  assert.deepEqual(unnamed.requests, [{ ...request, name: 'default' }])
})

test('without such a volume, or one for the API server, there is none', async () => {
  const none = { requests: [], token: undefined, ofPod: false }
  assert.deepEqual(await asked(pod([])), none)
  assert.deepEqual(await asked(pod([volume({})])), none)
  assert.deepEqual(await asked(pod([volume({ audience: 'a' })]), 'other'), none)
  assert.deepEqual(await asked({ spec: { volumes: [volume({ audience: 'a' })] } }), none, 'nothing to bind it to')
})

test('the API server is asked for a token that ends with the pod', async () => {
  const sent: [string, object][] = []
  const api = {
    post: async (path: string, body: object) => {
      sent.push([path, body])
      return { status: { token: 'T' } }
    },
  } as unknown as Api
  const account = { name: 'edge', namespace: 'shop', audience: 'eg.system' }
  await serviceAccountToken(api, { ...account, pod: { name: 'edge-1', uid: 'u-1' } })
  await serviceAccountToken(api, account)
  const spec = { audiences: ['eg.system'], expirationSeconds: 3600 }
  const bound = { kind: 'Pod', apiVersion: 'v1', name: 'edge-1', uid: 'u-1' }
  const request = { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1' }
  const path = '/api/v1/namespaces/shop/serviceaccounts/edge/token'
  assert.deepEqual(sent, [
    [path, { ...request, spec: { ...spec, boundObjectRef: bound } }],
    [path, { ...request, spec }],
  ])
})
