import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../../src/envoy/json.ts'
import { AppError } from '../../../src/errors.ts'
import { podIstiod } from '../../../src/fetch/istiod/pod-istiod.ts'
import type { KubeCluster } from '../../../src/fetch/kube/kube-cluster.ts'
import { ApiError } from '../../../src/mesh/api/api-error.ts'
import { type Istiod, NotServedError } from '../../../src/mesh/istiod.ts'
import type { Pod } from '../../../src/mesh/pods/pod.ts'

type Answer = Error | { readonly status: number; readonly text: string }

interface World {
  /** The answer of each port; a port without one refuses. */
  readonly ports?: Readonly<Record<number, Answer>>
  readonly annotation?: string
  readonly overXds?: Error | string
}

const refused = new AppError('refused', { code: 'connection-refused' })

/** A replica whose ports answer so, and the places that were asked. */
function replica({ ports = {}, annotation, overXds = new AppError('xds refused') }: World): {
  istiod: Istiod
  asked: string[]
} {
  const asked: string[] = []
  const cluster = {
    podHttp: async (_pod: unknown, { port, path }: { port: number; path: string }) => {
      asked.push(`${port}/${path}`)
      const answer = ports[port] ?? refused
      if (answer instanceof Error) throw answer
      return { status: answer.status, headers: {}, body: Buffer.from(answer.text) }
    },
  } as unknown as KubeCluster
  const xds = async (): Promise<string> => {
    asked.push('xds')
    if (overXds instanceof Error) throw overXds
    return overXds
  }
  const way: Istiod = {
    name: 'xds',
    syncz: async (): Promise<Json> => ({ over: await xds() }),
    debug: async () => Buffer.from(await xds()),
    packedDump: async () => [{ typeUrl: 'packed', value: new Uint8Array() }],
  }
  const annotations = annotation === undefined ? {} : { 'prometheus.io/port': annotation }
  const pod = { name: 'istiod-a', namespace: 'sys', annotations } as unknown as Pod
  return { istiod: podIstiod(cluster, pod, way), asked }
}

async function said(answer: Promise<Uint8Array | undefined>): Promise<string> {
  return answer.then(
    (body) => (body === undefined ? 'unknown' : Buffer.from(body).toString()),
    (error: unknown) => {
      assert.ok(error instanceof Error)
      return `${error instanceof NotServedError ? 'not served: ' : ''}${error.message}`
    },
  )
}

const ok = (text: string) => ({ status: 200, text })

test('the port that the pod names for its metrics, where it is one, else the usual ones', async () => {
  for (const [annotation, ports] of [
    [undefined, [15014, 8080]],
    ['15014', [15014, 8080]],
    ['9090', [9090, 15014, 8080]],
    ['8080', [8080, 15014]],
    ['1', [1, 15014, 8080]],
    ['65535', [65535, 15014, 8080]],
    ['0', [15014, 8080]],
    ['65536', [15014, 8080]],
    ['1.5', [15014, 8080]],
    ['-1', [15014, 8080]],
    ['http', [15014, 8080]],
  ] as const) {
    const { istiod, asked } = replica(annotation === undefined ? {} : { annotation })
    assert.equal(await said(istiod.debug('x')), 'refused')
    assert.deepEqual(asked, [...ports.map((port) => `${port}/debug/x`), 'xds'], annotation)
  }
})

test('the first way that gives an answer is kept, and others are asked no more', async () => {
  const second = replica({ ports: { 8080: ok('[1]') } })
  assert.deepEqual(await second.istiod.syncz(), [1])
  assert.equal(await said(second.istiod.debug('x?proxyID=a')), '[1]')
  assert.deepEqual(second.asked, ['15014/debug/syncz', '8080/debug/syncz', '8080/debug/x?proxyID=a'])
  const third = replica({ overXds: 'sent' })
  assert.equal(await said(third.istiod.debug('x')), 'sent')
  assert.deepEqual(await third.istiod.syncz(), { over: 'sent' })
  assert.deepEqual(third.asked, ['15014/debug/x', '8080/debug/x', 'xds', 'xds'])
  assert.equal(third.istiod.name, 'istiod-a')
  assert.equal((await third.istiod.packedDump('a.b'))?.length, 1)
})

test('what an answer says of a proxy, and how one that is none is told', async () => {
  const notConnected = 'Proxy not connected to this Pilot instance.'
  for (const [answer, expected] of [
    [{ status: 404, text: notConnected }, 'unknown'],
    [{ status: 500, text: notConnected }, 'unknown'],
    [ok(notConnected), notConnected],
    [{ status: 500, text: 'broken\nmore' }, 'port 15014 of istiod-a answered HTTP status 500 to /debug/x: broken'],
    [{ status: 201, text: 'made' }, 'port 15014 of istiod-a answered HTTP status 201 to /debug/x: made'],
    [{ status: 404, text: 'not found' }, 'not served: xds refused'],
  ] as const)
    assert.equal(await said(replica({ ports: { 15014: answer } }).istiod.debug('x?proxyID=a')), expected)
  const other = replica({ ports: { 15014: { status: 404, text: '' } }, overXds: new Error('broken') })
  assert.equal(
    await said(other.istiod.debug('x')),
    'not served: port 15014 of istiod-a answered HTTP status 404 to /debug/x',
  )
  await assert.rejects(replica({ ports: { 15014: ok('no JSON') } }).istiod.syncz(), /the answer of istiod-a/)
})

test('what another port will not mend ends the search', async () => {
  for (const [error, more] of [
    [new ApiError(403, 'forbidden'), false],
    [new AppError('late', { code: 'timeout' }), false],
    [new TypeError('a fault'), false],
    [new AppError('other'), true],
    [refused, true],
  ] as const) {
    const { istiod, asked } = replica({ ports: { 15014: error } })
    assert.equal(await said(istiod.debug('x')), error.message)
    assert.deepEqual(asked, more ? ['15014/debug/x', '8080/debug/x', 'xds'] : ['15014/debug/x'], error.message)
  }
})

test('where no way serves it, the hint is the one of the last way', async () => {
  const last = new AppError('xds says no', { hint: ['one', 'two'] })
  const { istiod } = replica({ ports: { 8080: { status: 404, text: '' } }, overXds: last })
  await assert.rejects(istiod.debug('x'), (error: unknown) => {
    assert.ok(error instanceof NotServedError)
    assert.deepEqual([error.message, error.hintLines, error.cause], ['xds says no', ['one', 'two'], last])
    return true
  })
})

test('an abort is what ends it, whatever failed', async () => {
  const stop = new AbortController()
  stop.abort(new Error('Ctrl-C'))
  const { istiod, asked } = replica({})
  assert.equal(await said(istiod.debug('x', stop.signal)), 'Ctrl-C')
  await assert.rejects(istiod.syncz(stop.signal), /Ctrl-C/)
  assert.deepEqual(asked, ['15014/debug/x', '15014/debug/syncz'])
})
