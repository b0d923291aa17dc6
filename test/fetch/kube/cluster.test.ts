import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '../../../src/fetch/kube/kube-cluster.ts'
import { failureOf } from '../../app-error.ts'
import type { FakeHandlers } from '../fake-api-server.ts'
import { startFakeApiServer, status } from '../fake-api-server.ts'
import { podObject } from './pod-objects.ts'
import { testHost } from './test-host.ts'
import { withServer } from './with-server.ts'

/** An API with these objects by path, and lists of pods by label selector. */
function objects(byPath: Record<string, object>, bySelector: Record<string, object[]> = {}): FakeHandlers {
  return {
    get: (path, query) =>
      path.endsWith('/pods') ? { items: bySelector[query.get('labelSelector') ?? ''] ?? [] } : byPath[path],
  }
}

const pods = '/api/v1/namespaces'

test('a pod by name, in the namespace after its last dot or the given one', async () => {
  const handlers = objects({
    [`${pods}/default/pods/web`]: podObject('web'),
    [`${pods}/other/pods/web`]: podObject('web', { labels: { of: 'other' } }),
  })
  await withServer(handlers, async (cluster) => {
    assert.deepEqual((await cluster.pod('web')).labels, {})
    assert.deepEqual((await cluster.pod('web.other')).labels, { of: 'other' })
    assert.deepEqual((await cluster.pod('pod/web.other')).labels, { of: 'other' })
    assert.deepEqual((await cluster.pod('po/web')).labels, {})
  })
})

test('a pod whose name has a dot is found when there is no such namespace', async () => {
  await withServer(objects({ [`${pods}/default/pods/web.v1`]: podObject('web.v1') }), async (cluster) => {
    assert.equal((await cluster.pod('web.v1')).name, 'web.v1')
  })
})

const selector = {
  spec: {
    selector: {
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'track', operator: 'NotIn', values: ['old', 'x'] }],
    },
  },
}

test('every type that kubectl resolves to pods', async () => {
  const apps = '/apis/apps/v1/namespaces/default'
  const handlers = objects(
    {
      [`${apps}/deployments/web`]: selector,
      [`${apps}/statefulsets/web`]: selector,
      [`${apps}/daemonsets/web`]: selector,
      [`${apps}/replicasets/web`]: selector,
      '/apis/batch/v1/namespaces/default/jobs/web': selector,
      [`${pods}/default/services/web`]: { spec: { selector: { app: 'svc' } } },
      [`${pods}/default/replicationcontrollers/web`]: { spec: { selector: { app: 'rc' } } },
      '/apis/gateway.networking.k8s.io/v1beta1/namespaces/default/gateways/web': { metadata: { name: 'web' } },
    },
    {
      'app=web,track notin (old,x)': [podObject('by-selector')],
      'app=svc': [podObject('by-service')],
      'app=rc': [podObject('by-rc')],
      'gateway.networking.k8s.io/gateway-name=web': [podObject('by-gateway')],
    },
  )
  const types: Record<string, string> = {
    'by-selector':
      'deploy deployment deployments deployments.apps deployments.v1.apps Deployment sts statefulset ds daemonset rs replicaset job jobs',
    'by-service': 'svc service services',
    'by-rc': 'rc replicationcontroller',
    'by-gateway': 'gateway gateways gtw gateways.gateway.networking.k8s.io',
  }
  await withServer(handlers, async (cluster) => {
    for (const [expected, words] of Object.entries(types)) {
      for (const type of words.split(' ')) assert.equal((await cluster.pod(`${type}/web.default`)).name, expected, type)
    }
  })
})

test('the proxies of an Envoy Gateway are found in its own namespace', async () => {
  const handlers = objects(
    { '/apis/gateway.networking.k8s.io/v1/namespaces/default/gateways/eg': { metadata: { name: 'eg' } } },
    {
      'gateway.envoyproxy.io/owning-gateway-name=eg,gateway.envoyproxy.io/owning-gateway-namespace=default': [
        podObject('envoy-default-eg'),
      ],
    },
  )
  await withServer(handlers, async (cluster) =>
    assert.equal((await cluster.pod('gateway/eg')).name, 'envoy-default-eg'),
  )
})

test('of several pods the one that kubectl logs reads', async () => {
  const older = { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2025-06-01T00:00:00Z' }] }
  const handlers = objects(
    { '/apis/apps/v1/namespaces/default/deployments/web': selector },
    {
      'app=web,track notin (old,x)': [
        podObject('pending', { phase: 'Pending' }),
        podObject('newer'),
        podObject('older', { status: older }),
        podObject('failed', { phase: 'Failed' }),
      ],
    },
  )
  await withServer(handlers, async (cluster) => {
    const found = await cluster.pods('deploy/web')
    assert.deepEqual(
      found.map(({ name }) => name),
      ['older', 'newer', 'failed', 'pending'],
    )
  })
})

test('lists are read page by page and sorted', async () => {
  const handlers: FakeHandlers = {
    get: (_path, query) =>
      query.has('continue')
        ? { items: [podObject('a')], metadata: {} }
        : { items: [podObject('c'), podObject('b')], metadata: { continue: 'next+page' } },
  }
  await withServer(handlers, async (cluster, server) => {
    const found = await cluster.list({ namespace: '', selector: 'app in (a,b)' })
    assert.deepEqual(
      found.map(({ name }) => name),
      ['a', 'b', 'c'],
    )
    assert.deepEqual(server.requests, [
      'GET /api/v1/pods?limit=500&labelSelector=app+in+%28a%2Cb%29',
      'GET /api/v1/pods?limit=500&labelSelector=app+in+%28a%2Cb%29&continue=next%2Bpage',
    ])
  })
})

test('a pod that is not there: near names', async () => {
  const handlers = objects(
    { [`${pods}/default`]: {} },
    { '': [podObject('productpage-v1-7d9c'), podObject('reviews-v1-1'), podObject('reviews-v2-2')] },
  )
  await withServer(handlers, async (cluster) => {
    const near = await failureOf(cluster.pod('productpage'))
    assert.equal(near.message, 'Error from server (NotFound): pods "productpage" not found')
    assert.equal(near.hint, 'Did you mean "productpage-v1-7d9c"?')
    assert.equal((await failureOf(cluster.pod('reviews-v3-2'))).hint, 'Did you mean "reviews-v2-2" or "reviews-v1-1"?')
    assert.equal(
      (await failureOf(cluster.pod('zzz'))).hint,
      'kubectl get pods -n default lists the pods of that namespace.',
    )
  })
})

test('what is not there: a near name of its type, or that there is no such namespace', async () => {
  const named = (...names: string[]) => ({ items: names.map((name) => ({ metadata: { name } })) })
  const handlers = objects({
    [pods]: named('shop', 'default'),
    [`${pods}/shop`]: {},
    '/apis/apps/v1/namespaces/shop/deployments': named('web', 'cart'),
  })
  await withServer(handlers, async (cluster) => {
    const hint = async (target: string) => (await failureOf(cluster.pod(target))).hint
    assert.equal(await hint('deploy/wbe.shop'), 'Did you mean "web"?')
    assert.equal(
      await hint('deploy/zzz.shop'),
      'kubectl get deployments -n shop lists the deployments of that namespace.',
    )
    for (const target of ['deploy/web.shpo', 'svc/web.shpo', 'gateway/web.shpo', 'web.shpo'])
      assert.equal(await hint(target), 'There is no namespace "shpo". Did you mean "shop"?', target)
    assert.equal(await hint('deploy/web.zzzzzz'), 'There is no namespace "zzzzzz".')
  })
})

test('of a namespace that may not be read, nothing is said', async () => {
  const forbidden = status(403, 'Forbidden', 'namespaces is forbidden')
  const handlers = objects({ [pods]: forbidden, [`${pods}/shop`]: forbidden })
  await withServer(handlers, async (cluster) => {
    const { hint } = await failureOf(cluster.pod('deploy/web.shop'))
    assert.equal(hint, 'kubectl get deployments -n shop lists the deployments of that namespace.')
  })
})

test('targets that stand for no pod', async () => {
  const handlers = objects({
    [`${pods}/default/services/external`]: { metadata: { name: 'external' }, spec: {} },
    [`${pods}/default/services/empty`]: { spec: { selector: { app: 'none' } } },
  })
  await withServer(handlers, async (cluster) => {
    const message = async (target: string) => (await failureOf(cluster.pod(target))).message
    assert.equal(await message('svc/external'), "invalid service 'external': Service is defined without a selector")
    assert.equal(await message('svc/empty'), 'no pods match "svc/empty" in namespace "default"')
    assert.equal(
      (await failureOf(cluster.pod('svc/empty'))).hint,
      'It selects app=none: compare with kubectl get pods -n default --show-labels.',
    )
    assert.equal(await message('node/x'), `the server doesn't have a resource type "node" that refers to pods`)
    assert.equal(await message('deploy/x'), 'Error from server (NotFound): deployments "x" not found')
    assert.match(await message('x.'), /is not a target/)
    assert.match(await message('/x'), /is not a target/)
  })
})

test('a pod that does not run is named with its phase; one that starts with a running native sidecar is taken', async () => {
  const evicted = podObject('evicted', { phase: 'Failed', status: { reason: 'Evicted' } })
  const starting = podObject('starting', {
    phase: 'Pending',
    status: { initContainerStatuses: [{ name: 'istio-proxy', state: { running: {} } }] },
  })
  const sidecar = { name: 'istio-proxy', image: 'istio/proxyv2:1', restartPolicy: 'Always' }
  const withSidecar = {
    ...starting,
    spec: { containers: [{ name: 'app' }], initContainers: [sidecar, { name: 'wait' }] },
  }
  const handlers = objects({
    [`${pods}/default/pods/pending`]: podObject('pending', { phase: 'Pending' }),
    [`${pods}/default/pods/evicted`]: evicted,
    [`${pods}/default/pods/starting`]: withSidecar,
  })
  await withServer(handlers, async (cluster) => {
    assert.equal(
      (await failureOf(cluster.pod('pending'))).message,
      'pod "pending" in namespace "default" is not running. Status=Pending',
    )
    assert.match((await failureOf(cluster.pod('evicted'))).message, /Status=Failed \(Evicted\)$/)
    assert.equal((await cluster.pod('starting')).name, 'starting')
  })
})

test('a list that is forbidden names the rule', async () => {
  const message = 'pods is forbidden: User "dev" cannot list resource "pods" in API group "" in the namespace "default"'
  await withServer({ get: () => status(403, 'Forbidden', message) }, async (cluster) => {
    const error = await failureOf(cluster.list({ namespace: 'default' }))
    assert.equal(error.message, `Error from server (Forbidden): ${message}`)
    assert.equal(
      error.hint,
      'Missing in a Role in namespace "default":\nrules:\n- apiGroups: [""]\n  resources: ["pods"]\n  verbs: ["list"]',
    )
  })
})

test('a 401 is said as kubectl says it', async () => {
  await withServer({ get: () => status(401, 'Unauthorized', 'Unauthorized') }, async (cluster) => {
    assert.equal((await failureOf(cluster.pod('x'))).message, 'You must be logged in to the server (Unauthorized)')
  })
})

test('impersonation headers, with one header for each group', async () => {
  const server = await startFakeApiServer({ get: () => ({ items: [] }) }, { plain: true })
  const cluster = connect(
    { server: server.url, as: 'jane', asGroup: ['a,b', 'c'], asUid: '7', asUserExtra: ['Scope=x'] },
    testHost(),
  )
  await cluster.list({ namespace: 'default' })
  const [sent] = server.headers
  assert.equal(sent?.['impersonate-user'], 'jane')
  assert.equal(sent?.['impersonate-group'], 'a,b, c')
  assert.equal(sent?.['impersonate-uid'], '7')
  assert.equal(sent?.['impersonate-extra-scope'], 'x')
  cluster.close()
  await server.close()
})
