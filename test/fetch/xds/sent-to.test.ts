import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { after, test } from 'node:test'
import { AppError } from '../../../src/errors.ts'
import type { KubeCluster } from '../../../src/fetch/kube/kube-cluster.ts'
import { sentTo } from '../../../src/fetch/xds/sent-to.ts'
import type { AdsQuery, SentConfig } from '../../../src/mesh/ads.ts'
import { certificate } from '../fake-api-server.ts'
import { any, type FakeAdsServer, send, startFakeAdsServer, urls } from './fake-ads-server.ts'
import { shop, snapshotOf } from './snapshots.ts'

const folder = mkdtempSync(join(tmpdir(), 'sent-to-'))
const tls = certificate()
tls.remove()
const [caFile, tokenFile] = [join(folder, 'ca.pem'), join(folder, 'token')]
writeFileSync(caFile, tls.cert)
writeFileSync(tokenFile, 'T0KEN\n')
after(() => rmSync(folder, { recursive: true }))

type Served = Parameters<typeof startFakeAdsServer>[0]

interface Asked {
  readonly served?: Partial<Served>
  readonly options?: Partial<AdsQuery['options']>
  readonly server?: Partial<AdsQuery['server']>
  readonly nodeId?: 'own'
  readonly requestTimeout?: number
  /** In place of the pod of the control plane. */
  readonly byAddress?: boolean
  readonly signal?: AbortSignal
  /** What opening a port of the pod fails with. */
  readonly broken?: Error
  /** The connection fails when something is sent on it. */
  readonly brokenLater?: Error
}

const istiod = { name: 'istiod-a', namespace: 'sys', phase: 'Running', ready: true, containers: [] }

/** A connection that opens, and fails when something is sent on it: so a port-forward says that nothing listens. */
function failing(error: Error): Duplex {
  return new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done(error) })
}

/** Asks a control plane on loopback; what came, or why nothing did, and the server that saw it. */
async function asked(given: Asked): Promise<{ sent: SentConfig | string; server: FakeAdsServer; ports: number[] }> {
  const server = await startFakeAdsServer({ snapshot: () => snapshotOf(shop), ...given.served })
  const ports: number[] = []
  const cluster = {
    limits: { requestTimeout: given.requestTimeout ?? 10_000, maxSize: 2 ** 20 },
    list: async () => [istiod],
    forward: async ({ port }: { port: number }) => {
      ports.push(port)
      if (given.broken !== undefined) throw given.broken
      if (given.brokenLater !== undefined) return failing(given.brokenLater)
      return connect(server.port, '127.0.0.1')
    },
  } as unknown as KubeCluster
  const query = {
    pod: { name: 'web', namespace: 'shop' },
    node: { id: 'sidecar~1', cluster: 'c' },
    server: {
      host: '10.0.0.1',
      port: 15010,
      tls: false,
      incremental: true,
      certificates: {},
      metadata: { sent: {}, hidden: [] },
      ...given.server,
    },
    access: { nodeId: given.nodeId },
    options: {
      plaintext: false,
      insecure: false,
      address: given.byAddress ? `127.0.0.1:${server.port}` : undefined,
      ...given.options,
    },
  } as unknown as AdsQuery
  try {
    const sent = await sentTo(cluster, query, given.signal).catch((error: unknown) => {
      assert.ok(error instanceof Error)
      return `${error.message}${error instanceof AppError && error.hint ? ` (${error.hint.split('\n').length})` : ''}`
    })
    return { sent, server, ports }
  } finally {
    await server.close()
  }
}

async function saidOf(given: Asked): Promise<string> {
  const { sent } = await asked(given)
  return typeof sent === 'string' ? sent : `from ${sent.from}`
}

test('the pod of a control plane, or an address; who asks, and how', async () => {
  const pod = await asked({})
  assert.ok(typeof pod.sent !== 'string')
  assert.deepEqual([pod.sent.from, pod.sent.notes, pod.ports], ['istiod-a.sys', [], [15010]])
  assert.equal((pod.sent.document.configs as unknown[]).length, 4)
  const [first] = pod.server.requests
  assert.deepEqual(
    [first?.id, first?.cluster, first?.method, first?.headers.authorization, first?.headers[':authority']],
    ['sidecar~1', 'c', 'DeltaAggregatedResources', undefined, '10.0.0.1:15010'],
  )
  const own = await asked({ nodeId: 'own', server: { incremental: false }, options: { tokenFile, port: 7 } })
  const [again] = own.server.requests
  assert.deepEqual(
    [again?.id, again?.method, again?.headers.authorization, own.ports],
    ['kubectl-proxy-status.sidecar~1', 'StreamAggregatedResources', 'Bearer T0KEN', [7]],
  )
  const address = await asked({ byAddress: true })
  assert.ok(typeof address.sent !== 'string')
  assert.match(address.sent.from, /^127\.0\.0\.1:\d+$/)
  for (const [more, authority] of [
    [{ server: { serverName: 'xds.example' } }, 'xds.example:15010'],
    [{ server: { serverName: 'xds.example' }, options: { authority: 'own.example' } }, 'own.example:15010'],
    [{ server: { host: 'fd00::1' } }, '[fd00::1]:15010'],
  ] as const)
    assert.equal((await asked(more)).server.requests[0]?.headers[':authority'], authority)
})

test('TLS: what is checked at the end of a port-forward, and at an address', async () => {
  const secure: Asked = { served: { tls }, server: { tls: true } }
  const ask = (options: Asked['options'], more: Asked = {}) =>
    saidOf({ ...secure, ...more, ...(options === undefined ? {} : { options }), server: { tls: true, ...more.server } })
  assert.equal(
    await ask({ caFile }),
    'from istiod-a.sys',
    'its name is not checked where the API server vouches for it',
  )
  assert.match(
    await ask({ caFile, authority: 'other.example' }),
    /^no TLS connection to istiod-a\.sys: .*other\.example.* \(2\)$/,
  )
  assert.equal(await ask({ caFile, authority: 'fake.example' }), 'from istiod-a.sys')
  assert.equal(await ask({ caFile, authority: 'other.example', insecure: true }), 'from istiod-a.sys')
  assert.match(await ask({}, { byAddress: true }), /^no TLS connection to 127/)
  const byAddress = { byAddress: true, server: { serverName: 'fake.example' } }
  assert.match(await ask({ caFile }, byAddress), /^from 127/)
  assert.match(
    await ask({ caFile }, { byAddress: true, server: { serverName: 'other.example' } }),
    /no TLS connection to 127/,
  )
  assert.match(await ask({ insecure: true, caFile }, { byAddress: true, server: { serverName: 'x' } }), /^from 127/)
  assert.equal(await saidOf({ server: { tls: true }, options: { plaintext: true } }), 'from istiod-a.sys')
})

test('a port that refuses, any other failure, a limit, an abort', async () => {
  const refused = new AppError('refused', { code: 'connection-refused' })
  assert.equal(await saidOf({ broken: refused }), 'istiod-a.sys refuses connections to its xDS port 15010 (1)')
  assert.equal(await saidOf({ brokenLater: refused }), 'istiod-a.sys refuses connections to its xDS port 15010 (1)')
  assert.equal(await saidOf({ broken: new AppError('lost', { code: 'cut-short' }) }), 'lost')
  assert.equal(await saidOf({ broken: new TypeError('a fault') }), 'a fault')
  const silent: Partial<Served> = { snapshot: () => undefined, hostile: () => undefined }
  assert.equal(await saidOf({ served: silent, requestTimeout: 200 }), 'istiod-a.sys did not answer within 0.2 s')
  const stop = new AbortController()
  const hostile: Partial<Served> = { hostile: () => stop.abort(new Error('Ctrl-C')) }
  assert.equal(await saidOf({ served: hostile, signal: stop.signal }), 'Ctrl-C')
})

test('what the answer does not show is said, a line each', async () => {
  const notes = async (served: Partial<Served>): Promise<readonly string[] | string> => {
    const { sent } = await asked({ served, server: { incremental: false } })
    return typeof sent === 'string' ? sent : sent.notes
  }
  assert.deepEqual(await notes({ snapshot: () => snapshotOf({ ...shop, endpoints: [], routes: [] }) }), [
    'it has no endpoints of these names, which it refers to itself: shop/api',
    'it has no routes of these names, which it refers to itself: web',
  ])
  const foreign = any('type.googleapis.com/b.Unknown', Buffer.alloc(0))
  const strange: Partial<Served> = {
    hostile: (stream) => {
      const answer = (url: string, ...more: readonly (readonly [number, Uint8Array])[]) =>
        send(stream, [[1, '1'], ...more, [4, url], [5, 'n']])
      answer(urls.secrets)
      answer(urls.clusters, [2, foreign])
      answer(urls.listeners)
    },
  }
  assert.deepEqual(await notes(strange), [
    `it sent what was not asked for, left out: type.googleapis.com/b.Unknown, ${urls.secrets}`,
  ])
})

test("headers of the proxy's calls go to the pod of its control plane, a given token before theirs, and to no other address", async () => {
  const metadata = { sent: { authorization: 'Bearer own', 'x-tenant': 'shop' }, hidden: [] }
  const headersOf = async (given: Asked) => {
    const { server } = await asked({ ...given, server: { metadata } })
    const { authorization, 'x-tenant': tenant } = server.requests[0]?.headers ?? {}
    return [authorization, tenant]
  }
  assert.deepEqual(await headersOf({}), ['Bearer own', 'shop'])
  assert.deepEqual(await headersOf({ options: { tokenFile } }), ['Bearer T0KEN', 'shop'])
  assert.deepEqual(await headersOf({ byAddress: true }), [undefined, undefined])
  const refused = { served: { token: 'own' }, server: { metadata } }
  assert.match(await saidOf({ ...refused, byAddress: true }), /closed the call without an answer \(1\)$/)
  assert.equal(await saidOf(refused), 'from istiod-a.sys')
})
