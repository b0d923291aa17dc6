import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ApiKind, allApiKindsOf } from '../../../src/envoy/control-plane/api-kinds.ts'
import { type Json, type JsonObject, objectOf, objectsOf } from '../../../src/envoy/json.ts'
import { AppError } from '../../../src/errors.ts'
import { NotCapturedError } from '../../../src/fetch/capture/saved/saved-api.ts'
import { captureObjects } from '../../../src/fetch/capture/write/capture-objects.ts'
import { noRedaction } from '../../../src/fetch/capture/write/page-redaction.ts'
import { Recorder } from '../../../src/fetch/capture/write/recorder.ts'
import type { ZipWriter } from '../../../src/fetch/capture/zip/zip-writer.ts'
import { ApiError } from '../../../src/mesh/api/api-error.ts'
import type { ObjectReader } from '../../../src/mesh/api/object-reader.ts'

type Answers = Readonly<Record<string, readonly JsonObject[] | Error>>

interface Asked {
  readonly namespaces?: readonly string[] | null
  readonly instead?: readonly string[]
  readonly pods?: readonly string[]
  readonly kinds?: readonly ApiKind[]
  readonly isIstio?: boolean
  readonly answers?: Answers
  /** What stands in the capture already. */
  readonly before?: readonly string[]
  readonly objects?: ObjectReader
}

interface Made {
  /** Paths that the API was asked for, without what pages add. */
  readonly asked: readonly string[]
  /** Contents by their entry. */
  readonly files: ReadonlyMap<string, Json>
  /** `PATH: REASON` */
  readonly failures: readonly string[]
}

async function captured({
  namespaces = null,
  instead = [],
  pods = [],
  kinds = [],
  isIstio = false,
  answers = {},
  before = [],
  ...more
}: Asked): Promise<Made> {
  const files = new Map<string, Json>()
  const zip = {
    add: async (path: string, bytes: Uint8Array) => void files.set(path, JSON.parse(Buffer.from(bytes).toString())),
  } as unknown as ZipWriter
  const { signal } = new AbortController()
  const recorder = new Recorder({ zip, redaction: noRedaction, signal, now: () => new Date(0) })
  for (const entry of before) await recorder.bytes(entry, Buffer.from('"before"'))
  const asked: string[] = []
  const api: ObjectReader = more.objects ?? {
    get: async (path) => {
      const [list = ''] = path.split('?')
      asked.push(list)
      const items = answers[list] ?? []
      if (items instanceof Error) throw items
      return { items: [...items] }
    },
  }
  await captureObjects(api, { namespaces, instead, pods: new Set(pods), kinds, isIstio }, recorder, signal)
  return { asked, files, failures: recorder.failures.map(({ path, reason }) => `${path}: ${reason}`) }
}

const core = ['pods', 'services']
const lists = (where: string): string[] => [
  ...core.map((resource) => `/api/v1/${where}${resource}`),
  `/apis/discovery.k8s.io/v1/${where}endpointslices`,
  ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map(
    (resource) => `/apis/apps/v1/${where}${resource}`,
  ),
  `/api/v1/${where}replicationcontrollers`,
  `/apis/batch/v1/${where}jobs`,
  `/apis/gateway.networking.k8s.io/v1/${where}gateways`,
  `/apis/networking.istio.io/v1/${where}sidecars`,
]

const entryOf = (list: string) => `${list.slice(1)}.json`

test('every kind that commands look up is captured, of all namespaces or of those that are named', async () => {
  const all = await captured({})
  assert.deepEqual(all.asked, ['/api/v1/namespaces', ...lists('')])
  assert.deepEqual([...all.files.keys()], all.asked.map(entryOf))
  assert.deepEqual(all.files.get('api/v1/pods.json'), { kind: 'List', items: [] })
  const two = await captured({ namespaces: ['a', 'b'] })
  assert.deepEqual(
    [...two.asked].sort(),
    ['/api/v1/namespaces', ...lists('namespaces/a/'), ...lists('namespaces/b/')].sort(),
  )
  const part = await captured({ before: ['api/v1/namespaces.json', 'api/v1/pods.json'] })
  assert.deepEqual(part.asked, lists('').slice(1), 'what is there is not read again')
})

test('a list that may not be read is read of the namespaces that are known; any other failure is not', async () => {
  const forbidden = await captured({
    instead: ['own', 'istio-system'],
    answers: { '/api/v1/services': new ApiError(403, 'no'), '/apis/batch/v1/jobs': new ApiError(500, 'broken') },
  })
  const services = ['own', 'istio-system'].map((place) => `/api/v1/namespaces/${place}/services`)
  assert.deepEqual(
    forbidden.asked,
    ['/api/v1/namespaces', ...lists('')].flatMap((list) =>
      list === '/api/v1/services' ? [list, ...services] : [list],
    ),
  )
  assert.deepEqual(forbidden.failures, ['api/v1/services.json: forbidden', 'apis/batch/v1/jobs.json: http-500'])
  const named = await captured({
    namespaces: ['a'],
    instead: ['own'],
    answers: { '/api/v1/namespaces/a/services': new ApiError(403, 'no') },
  })
  assert.deepEqual(named.asked, ['/api/v1/namespaces', ...lists('namespaces/a/')])
})

test('a kind that the API has not is no failure, and an older version of it is asked for', async () => {
  const older = '/apis/gateway.networking.k8s.io/v1beta1/gateways'
  for (const none of [new ApiError(404, 'no'), new NotCapturedError('no')]) {
    const made = await captured({
      answers: { '/apis/gateway.networking.k8s.io/v1/gateways': none, '/apis/networking.istio.io/v1/sidecars': none },
    })
    assert.deepEqual(made.failures, [])
    assert.ok(made.asked.includes(older))
    assert.ok(made.files.has(entryOf(older)))
    assert.ok(!made.files.has('apis/networking.istio.io/v1/sidecars.json'))
  }
  const refused = await captured({
    instead: ['own'],
    answers: { '/apis/gateway.networking.k8s.io/v1/gateways': new ApiError(403, 'no') },
  })
  assert.ok(!refused.asked.includes(older), 'one that may not be read is there')
  assert.ok(refused.asked.includes('/apis/gateway.networking.k8s.io/v1/namespaces/own/gateways'))
  await assert.rejects(captured({ answers: { '/api/v1/pods': new TypeError('a fault') } }), /a fault/)
})

test("Istio's objects are captured where it has proxies, without values that can hold anything, and with when they changed", async () => {
  const root = '/apis/networking.istio.io'
  const service = {
    metadata: {
      name: 'web',
      namespace: 'shop',
      generation: 3,
      managedFields: [
        { manager: 'anna', time: '2026-01-01T00:00:00Z', fieldsV1: {} },
        { subresource: 'status' },
        'odd',
      ],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'key' },
    },
    spec: {
      hosts: ['web'],
      http: [
        {
          match: [
            { headers: { 'x-token': { exact: 'key' }, cookie: { regex: 'key' } }, uri: { prefix: '/a' } },
            { headers: { request: { set: { a: 'key' } }, cookie: { exact: 'key' } } },
            { headers: { request: { exact: 'key' } }, withoutHeaders: { a: { prefix: 'key' } } },
            { queryParams: { t: { exact: 'key' } } },
          ],
          headers: { request: { set: { authorization: 'key' }, remove: ['x'] }, response: { add: { a: 'key' } } },
          directResponse: { status: 200, body: { string: 'key', bytes: 'key' } },
          route: [{ destination: { host: 'web' }, weight: 7, headers: { request: { add: { b: 'key' } } } }],
        },
      ],
    },
  }
  const old = new ApiError(404, 'no')
  const made = await captured({
    isIstio: true,
    answers: { [`${root}/v1/virtualservices`]: old, [`${root}/v1beta1/virtualservices`]: [service] },
  })
  assert.deepEqual(
    made.asked.filter((path) => path.startsWith(root)),
    [
      'v1/sidecars',
      'v1/virtualservices',
      'v1beta1/virtualservices',
      'v1/gateways',
      'v1/destinationrules',
      'v1/serviceentries',
    ].map((path) => `${root}/${path}`),
  )
  const text = JSON.stringify(made.files.get(entryOf(`${root}/v1beta1/virtualservices`)))
  assert.doesNotMatch(text, /"key"|anna|fieldsV1/)
  const [item] = objectsOf(objectOf(JSON.parse(text)).items)
  assert.deepEqual(objectOf(item?.metadata).managedFields, [
    { time: '2026-01-01T00:00:00Z' },
    { subresource: 'status' },
  ])
  const [http] = objectsOf(objectOf(item?.spec).http)
  const hidden = '[redacted]'
  assert.deepEqual(http, {
    match: [
      { headers: { 'x-token': { exact: hidden }, cookie: { regex: hidden } }, uri: { prefix: '/a' } },
      { headers: { request: { set: { a: hidden } }, cookie: { exact: hidden } } },
      { headers: { request: { exact: hidden } }, withoutHeaders: { a: { prefix: hidden } } },
      { queryParams: { t: { exact: hidden } } },
    ],
    headers: { request: { set: { authorization: hidden }, remove: ['x'] }, response: { add: { a: hidden } } },
    directResponse: { status: 200, body: { string: hidden, bytes: hidden } },
    route: [{ destination: { host: 'web' }, weight: 7, headers: { request: { add: { b: hidden } } } }],
  })
})

test('of routes and policies of a control plane only the status and what they are for is captured', async () => {
  const route = {
    metadata: { name: 'web', namespace: 'shop', managedFields: [{}] },
    spec: {
      virtualhost: { fqdn: 'shop.example.com', tls: { secretName: 'x' } },
      routes: [{ requestHeadersPolicy: 'key' }],
    },
    status: { currentStatus: 'invalid' },
  }
  const list = '/apis/projectcontour.io/v1/httpproxies'
  const made = await captured({ kinds: allApiKindsOf('Contour'), answers: { [list]: [route] } })
  const item = {
    metadata: { name: 'web', namespace: 'shop', managedFields: [{}] },
    spec: { virtualhost: { fqdn: 'shop.example.com' } },
    status: { currentStatus: 'invalid' },
  }
  assert.deepEqual(made.files.get(entryOf(list)), { kind: 'List', items: [item] })
  assert.ok(made.asked.includes('/apis/gateway.networking.k8s.io/v1/httproutes'))
  const gateways = made.asked.filter((path) => path.endsWith('/gateways'))
  assert.deepEqual(gateways, ['/apis/gateway.networking.k8s.io/v1/gateways'], 'one that all captures have is read once')
  const none = await captured({ kinds: allApiKindsOf('default') })
  assert.deepEqual(none.asked, ['/api/v1/namespaces', ...lists('')])
})

test('pods that have proxies get a file of their own, once', async () => {
  const pod = (name: string): JsonObject => ({ metadata: { name, namespace: 'shop' } })
  const path = (name: string) => `/api/v1/namespaces/shop/pods/${name}`
  const made = await captured({
    answers: { '/api/v1/pods': [pod('a'), pod('b'), pod('c')], '/api/v1/services': [pod('b')] },
    pods: [path('a'), path('c'), path('gone')],
    before: [entryOf(path('c'))],
  })
  const own = [...made.files].filter(([entry]) => entry.startsWith('api/v1/namespaces/'))
  assert.deepEqual(own, [
    [entryOf(path('c')), 'before'],
    [entryOf(path('a')), { apiVersion: 'v1', kind: 'Pod', ...pod('a') }],
  ])
})

/** Lists of pods on these pages; every other list is empty. */
function pagesOf(page: (query: URLSearchParams) => JsonObject): { objects: ObjectReader; queries: string[] } {
  const queries: string[] = []
  return {
    queries,
    objects: {
      get: async (path) => {
        const [list, query = ''] = path.split('?')
        if (list !== '/api/v1/pods') return { items: [] }
        queries.push(query)
        return page(new URLSearchParams(query))
      },
    },
  }
}

test('a list is read page by page, and one without end is given up', async () => {
  const item = (name: string): JsonObject => ({ metadata: { name } })
  const two = pagesOf((query) =>
    query.has('continue')
      ? { items: [item('b')], metadata: {} }
      : { items: [item('a')], metadata: { continue: 'x+y' } },
  )
  const made = await captured({ objects: two.objects })
  assert.deepEqual(two.queries, ['limit=500', 'limit=500&continue=x%2By'])
  assert.deepEqual(made.files.get('api/v1/pods.json'), { kind: 'List', items: [item('a'), item('b')] })
  const empty = pagesOf(() => ({ items: [], metadata: { continue: 'more' } }))
  assert.deepEqual((await captured({ objects: empty.objects })).failures, ['api/v1/pods.json: too-large'])
  assert.equal(empty.queries.length, 101, 'a hundred pages may be empty')
  const half: JsonObject[] = Array.from({ length: 250_001 }, () => ({}))
  const large = pagesOf(() => ({ items: half, metadata: { continue: 'more' } }))
  assert.deepEqual((await captured({ objects: large.objects })).failures, ['api/v1/pods.json: too-large'])
  assert.equal(large.queries.length, 2)
})

test('why a file is not there, in a word; what is no fault of who was asked is thrown', async () => {
  const zip = { add: async () => undefined } as unknown as ZipWriter
  const stop = new AbortController()
  const recorder = new Recorder({ zip, redaction: noRedaction, signal: stop.signal, now: () => new Date(0) })
  const failing = (error: Error) => recorder.attempt('x', () => Promise.reject(error))
  for (const [error, reason, status] of [
    [new ApiError(401, 'm'), 'unauthorized', 401],
    [new ApiError(403, 'm'), 'forbidden', 403],
    [new ApiError(404, 'm'), 'not-found', 404],
    [new ApiError(429, 'm'), 'too-many-requests', 429],
    [new ApiError(500, 'm'), 'http-500', 500],
    [new AppError('m', { code: 'timeout' }), 'timeout', null],
    [new AppError('m'), 'unreadable', null],
  ] as const) {
    assert.equal(await failing(error), undefined)
    assert.deepEqual(recorder.failures, [{ path: 'x', reason, status, message: 'm' }])
    assert.deepEqual([recorder.reason('x'), recorder.reason('y')], [reason, undefined])
  }
  await assert.rejects(failing(new AppError('full', { code: 'unwritable' })), /full/)
  await assert.rejects(failing(new TypeError('a fault')), /a fault/)
  recorder.forgetFailures()
  assert.deepEqual(recorder.failures, [])
  assert.equal(await recorder.attempt('x', async () => 7), 7)
  stop.abort()
  assert.equal(await failing(new TypeError('no longer wanted')), undefined)
  assert.equal(await recorder.attempt('x', async () => assert.fail('it is not begun')), undefined)
  assert.deepEqual([recorder.failures, recorder.stopped], [[], true])
})
