import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.ts'
import { findIstiods } from '../../../src/fetch/istiod/find-istiods.ts'
import { xdsAccess } from '../../../src/fetch/istiod/xds-access.ts'
import { type XdsAccess, xdsIstiod } from '../../../src/fetch/istiod/xds-istiod.ts'
import type { KubeCluster } from '../../../src/fetch/kube/kube-cluster.ts'
import type { IstiodQuery } from '../../../src/mesh/istiod.ts'
import { NotServedError } from '../../../src/mesh/istiod.ts'
import { clientConfig, type FakeXdsServer, startFakeXdsServer } from './fake-xds-server.ts'

const options = { plaintext: false, insecure: false, certDir: undefined, authority: undefined }
const place = { host: 'istiod.sys.svc', port: 15012, trusted: true }

const accessOf = (more: {
  options?: Partial<IstiodQuery['xds']>
  place?: Partial<typeof place>
  requestTimeout?: number
}) =>
  xdsAccess({
    options: { ...options, ...more.options },
    place: { ...place, ...more.place },
    limits: { requestTimeout: more.requestTimeout, maxSize: 7 },
    namespace: 'sys',
    token: async () => 'TOKEN',
  })

test('the name that is sent, the name that is checked, and whether', async () => {
  for (const [more, authority, servername, rejects] of [
    [{}, 'istiod.sys.svc:15012', 'istiod.sys.svc', false],
    [{ place: { trusted: false } }, 'istiod.sys.svc:15012', 'istiod.sys.svc', true],
    [{ place: { trusted: false }, options: { insecure: true } }, 'istiod.sys.svc:15012', 'istiod.sys.svc', false],
    [{ options: { authority: 'a.b' } }, 'a.b:15012', 'a.b', false],
    [{ place: { host: '10.0.0.1', port: 1 } }, '10.0.0.1:1', '', false],
    [{ place: { host: '::1' } }, '[::1]:15012', '', false],
    [{ place: { host: '10.0.0.1.example' } }, '10.0.0.1.example:15012', '10.0.0.1.example', false],
  ] as const) {
    const access = await accessOf(more)
    assert.deepEqual(
      [access.authority, access.tls.servername, access.tls.rejectUnauthorized],
      [authority, servername, rejects],
      JSON.stringify(more),
    )
    assert.equal(await access.token(), 'TOKEN')
  }
  const [usual, own] = [await accessOf({}), await accessOf({ requestTimeout: 5 })]
  assert.deepEqual([usual.limit, own.limit, usual.maxSize, usual.plaintext], [30_000, 5, 7, false])
})

test('the certificates of a folder: a root, a pair, or both', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'xds-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [root, chain, key] = ['root-cert.pem', 'cert-chain.pem', 'key.pem'] as const
  let count = 0
  const of = async (files: readonly string[], more: Partial<IstiodQuery['xds']> = {}): Promise<string> => {
    const certDir = join(folder, String(count++))
    mkdirSync(certDir)
    for (const file of files) writeFileSync(join(certDir, file), file)
    return accessOf({ options: { certDir, ...more } }).then(
      async ({ tls, token }) => `${tls.ca} ${tls.cert} ${tls.key} ${tls.rejectUnauthorized} ${await token()}`,
      (error: unknown) => {
        assert.ok(error instanceof AppError)
        return error.message.replace(certDir, 'F')
      },
    )
  }
  assert.equal(await of([root]), `${root} undefined undefined true TOKEN`)
  assert.equal(await of([root], { insecure: true }), `${root} undefined undefined false TOKEN`)
  assert.equal(await of([chain, key]), `undefined ${chain} ${key} false undefined`)
  assert.equal(await of([root, chain, key]), `${root} ${chain} ${key} true undefined`)
  const neither = 'the folder "F" holds neither root-cert.pem nor cert-chain.pem and key.pem'
  assert.equal(await of([]), neither)
  assert.equal(await of([key]), neither)
  for (const files of [[chain], [root, chain], [root, key]])
    assert.equal(await of(files), 'the folder "F" must hold both cert-chain.pem and key.pem')
  assert.equal(await of([], { plaintext: true }), 'undefined undefined undefined false TOKEN', 'nobody reads them')
  mkdirSync(join(folder, 'odd', root), { recursive: true })
  await assert.rejects(accessOf({ options: { certDir: join(folder, 'odd') } }), AppError)
})

const plain: XdsAccess = {
  plaintext: true,
  tls: {},
  authority: 'a',
  namespace: 'sys',
  token: async () => assert.fail('without TLS no token is asked for'),
  limit: 10_000,
  maxSize: 2 ** 20,
}

async function asked<T>(
  answer: Parameters<typeof startFakeXdsServer>[0],
  use: (istiod: ReturnType<typeof xdsIstiod>, server: FakeXdsServer) => Promise<T>,
): Promise<T> {
  const server = await startFakeXdsServer(answer)
  try {
    return await use(
      xdsIstiod('istiod-a', async () => connect(server.port, '127.0.0.1'), plain),
      server,
    )
  } finally {
    await server.close()
  }
}

test('a dump over xDS: asked for by a part of a name that finds no other proxy', async () => {
  for (const [ids, part] of [
    [['web.shop'], 'web.shop'],
    [[], 'web.shop'],
    [['api.shop'], 'web.shop'],
    [['web.shop', 'web.shopping'], 'web.shop-'],
    [['web.shopping'], undefined],
    [['my-web.shop'], undefined],
  ] as const) {
    const parts: string[] = []
    const found = await asked(
      ({ typeUrl, names }) => {
        if (typeUrl === 'istio.io/debug/syncz') return ids.map((id) => clientConfig(id, ''))
        parts.push(...names)
        return ['a dump']
      },
      (istiod) => istiod.packedDump('web.shop'),
    )
    assert.deepEqual([parts, found?.length], part === undefined ? [[], undefined] : [[part], 1], String(ids))
  }
  await assert.rejects(
    asked(
      () => ['my-web.shop', 'web.shop', 'web.shopping'].map((id) => clientConfig(id, '')),
      (istiod) => istiod.packedDump('web.shop'),
    ),
    (error: unknown) => {
      assert.ok(error instanceof AppError)
      assert.match(error.message, /^istiod-a cannot tell "web\.shop" from "my-web\.shop" over xDS/)
      assert.match(error.hint ?? '', /ENABLE_DEBUG_ON_HTTP/)
      return true
    },
  )
  const none = await asked(
    ({ typeUrl }) => (typeUrl === 'istio.io/debug/syncz' ? [clientConfig('web.shop', '')] : []),
    (istiod) => istiod.packedDump('web.shop'),
  )
  assert.equal(none, undefined)
})

test('a debug path over xDS: JSON, a proxy that is not known, a path that is not', async () => {
  for (const [resources, expected] of [
    [['{"a":1}'], '{"a":1}'],
    [['\n [1]'], '\n [1]'],
    [[], 'unknown'],
    [['Proxy not connected to this Pilot instance.'], 'unknown'],
    [['404 page not found\nmore'], 'not served: istiod-a answered "404 page not found" to debug/x'],
    [['{"first":1}', 'second'], '{"first":1}'],
  ] as const) {
    const said = await asked(
      () => resources,
      (istiod) =>
        istiod.debug('x?proxyID=a').then(
          (body) => (body === undefined ? 'unknown' : Buffer.from(body).toString()),
          (error: unknown) => {
            assert.ok(error instanceof NotServedError)
            return `not served: ${error.message}`
          },
        ),
    )
    assert.equal(said, expected)
  }
})

test('syncz over xDS, as who asks; a refusal by its name; a limit and an abort', async () => {
  const { answer, questions } = await asked(
    () => [clientConfig('web.shop', 'no')],
    async (istiod, server) => ({ answer: await istiod.syncz(), questions: server.questions }),
  )
  const { typeUrl, controlPlane, resources } = answer as Record<string, unknown> & { resources: unknown[] }
  assert.deepEqual(
    [typeUrl, controlPlane, resources.length],
    ['istio.io/debug/syncz', { identifier: '{"Component":"istiod","ID":"istiod-x"}' }, 1],
  )
  const [question] = questions
  assert.equal(question?.id, 'sidecar~127.0.0.1~kubectl-proxy-config.sys~sys.svc.cluster.local')
  assert.equal(question?.headers.authorization, undefined)
  for (const [status, name] of [
    [7, 'PermissionDenied'],
    [12, 'Unimplemented'],
    [14, 'Unavailable'],
    [16, 'Unauthenticated'],
    [13, 'gRPC status 13'],
  ] as const) {
    const refused = asked(
      () => ({ status, message: 'no%20way' }),
      (istiod) => istiod.syncz(),
    )
    await assert.rejects(refused, { message: `istiod-a refused: ${name}: no way` })
  }
  for (const [message, words] of [
    ['', ''],
    ['100%', ': 100%'],
  ] as const)
    await assert.rejects(
      asked(
        () => ({ status: 7, message }),
        (istiod) => istiod.syncz(),
      ),
      { message: `istiod-a refused: PermissionDenied${words}` },
    )
  const waits = (signal?: AbortSignal) =>
    new Promise<never>((_, fail) => signal?.addEventListener('abort', () => fail(signal.reason)))
  await assert.rejects(xdsIstiod('x', waits, { ...plain, limit: 100 }).syncz(), {
    message: 'x did not answer within 0.1 s',
    code: 'timeout',
  })
  const stop = new AbortController()
  const aborted = xdsIstiod('x', waits, plain).syncz(stop.signal)
  stop.abort(new Error('Ctrl-C'))
  await assert.rejects(aborted, /^Error: Ctrl-C$/)
  await assert.rejects(xdsIstiod('x', () => Promise.reject(new Error('broken')), plain).syncz(), /^Error: broken$/)
})

test('which port of the pods is asked, and whether over xDS alone', async () => {
  const forwards: number[] = []
  let tokens = 0
  const cluster = {
    limits: { requestTimeout: undefined, maxSize: 7 },
    list: async () => [pod],
    podHttp: async () => ({ status: 200, headers: {}, body: Buffer.from('[]') }),
    forward: async ({ port }: { port: number }) => {
      forwards.push(port)
      throw new AppError('no')
    },
    token: async () => String(tokens++),
  } as unknown as KubeCluster
  const pod = {
    name: 'istiod-a',
    namespace: 'sys',
    phase: 'Running',
    ready: true,
    labels: { app: 'istiod', 'istio.io/rev': 'default' },
    annotations: {},
    containers: [],
  }
  const base: IstiodQuery = {
    namespace: 'sys',
    revision: undefined,
    selector: undefined,
    address: undefined,
    xdsPort: undefined,
    xds: options,
  }
  const way = async (more: Partial<IstiodQuery>): Promise<string> => {
    forwards.length = 0
    const [istiod] = await findIstiods(cluster, { ...base, ...more })
    await istiod?.syncz().catch(() => undefined)
    return forwards.join() || 'http'
  }
  assert.equal(await way({}), 'http')
  assert.equal(await way({ xdsPort: 9 }), '9')
  assert.equal(await way({ xds: { ...options, plaintext: true } }), '15010')
  assert.equal(await way({ xds: { ...options, plaintext: true }, xdsPort: 8 }), '8')
  assert.equal(await way({ xds: { ...options, insecure: true } }), '15012')
  assert.equal(await way({ xds: { ...options, authority: 'a' } }), '15012')
  const [outside] = await findIstiods(cluster, { ...base, address: 'istiod.example:1' })
  assert.equal(outside?.name, 'istiod.example:1')
  assert.equal(tokens, 0)
})
