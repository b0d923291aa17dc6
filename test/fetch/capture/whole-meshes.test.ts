import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import { AppError } from '../../../src/errors.ts'
import type { CaptureFile } from '../../../src/fetch/capture/saved/capture-file.ts'
import { capturedIstiods } from '../../../src/fetch/capture/saved/captured-istiods.ts'
import { type CaptureRequest, captureMesh } from '../../../src/fetch/capture/write/capture-mesh.ts'
import type { ZipWriter } from '../../../src/fetch/capture/zip/zip-writer.ts'
import type { Cluster } from '../../../src/mesh/cluster.ts'
import { type Istiod, type IstiodQuery, NotServedError } from '../../../src/mesh/istiod.ts'
import type { MeshProxy } from '../../../src/mesh/proxy.ts'

interface Saved {
  readonly files?: Readonly<Record<string, string>>
  readonly failures?: Readonly<Record<string, string>>
  readonly manifest?: object
  readonly written?: Date
}

function captureOf({ files = {}, failures = {}, manifest, written }: Saved): CaptureFile {
  return {
    label: 'F',
    names: Object.keys(files),
    manifest,
    has: (name: string) => Object.hasOwn(files, name),
    written: () => written,
    failure: (name: string) => (failures[name] === undefined ? undefined : { message: failures[name] }),
    bytes: async (name: string) => (files[name] === undefined ? undefined : Buffer.from(files[name])),
  } as unknown as CaptureFile
}

const pod = {
  name: 'i',
  namespace: 'sys',
  phase: 'Running',
  ready: true,
  labels: { app: 'istiod', 'istio.io/rev': 'default' },
  annotations: {},
  containers: [],
}
const lookups = { list: async () => [pod] } as unknown as Cluster
const query = {
  namespace: 'sys',
  revision: undefined,
  selector: undefined,
  address: undefined,
} as unknown as IstiodQuery

/** What a replica of a capture answers to a debug path. */
async function debug(saved: Saved, path: string): Promise<string> {
  const [istiod] = await capturedIstiods(captureOf(saved), lookups, query)
  assert.ok(istiod)
  return istiod.debug(path).then(
    (bytes) => (bytes === undefined ? 'unknown' : Buffer.from(bytes).toString()),
    (error: unknown) => {
      assert.ok(error instanceof AppError)
      return `${error instanceof NotServedError ? 'not served: ' : ''}${error.message}`
    },
  )
}

test('a control plane that was captured: its pages, what it would send, what it was not asked', async () => {
  const at = (file: string) => `istiods/sys/i/${file}`
  const files = {
    [at('syncz.json')]: '[1]',
    [at('connections.json')]: '{"c":1}',
    [at('proxies/p.ns/config_dump.json')]: '{"d":1}',
    [at('proxies/p-7.ns/edsz.json')]: '{"e":1}',
  }
  assert.equal(await debug({ files }, 'connections'), '{"c":1}')
  assert.equal(await debug({ files }, 'push_status'), 'not served: F has no /debug/push_status of i')
  assert.equal(await debug({ failures: { [at('push_status.json')]: 'timed out' } }, 'push_status'), 'timed out')
  for (const id of ['p.ns', 'p.ns-12']) assert.equal(await debug({ files }, `config_dump?proxyID=${id}`), '{"d":1}')
  assert.equal(await debug({ files }, 'edsz?proxyID=p-7.ns-1'), '{"e":1}')
  assert.match(await debug({ files }, 'edsz?proxyID=p.ns-1'), /^not served: /)
  const notCaptured = 'F does not hold what istiod would send to q.ns: it was not captured'
  const proxies = (connected: boolean | null) => ({
    proxies: [
      { name: 'x', namespace: 'ns', connected: false },
      { name: 'q', namespace: 'ns', connected },
    ],
  })
  assert.equal(await debug({ files }, 'config_dump?proxyID=q.ns-1'), notCaptured)
  assert.equal(await debug({ files, manifest: proxies(null) }, 'config_dump?proxyID=q.ns-1'), notCaptured)
  assert.equal(await debug({ files, manifest: proxies(true) }, 'config_dump?proxyID=q.ns-1'), notCaptured)
  assert.equal(await debug({ files, manifest: proxies(false) }, 'config_dump?proxyID=q.ns-1'), 'unknown')
  const failures = { [at('proxies/q.ns/config_dump.json')]: 'too large' }
  assert.equal(await debug({ files, failures }, 'config_dump?proxyID=q.ns-1'), 'too large')
  const [istiod] = await capturedIstiods(captureOf({ files }), lookups, query)
  assert.deepEqual([await istiod?.syncz(), await istiod?.packedDump('p.ns')], [[1], undefined])
  await assert.rejects(
    capturedIstiods(captureOf({}), lookups, { ...query, address: 'a:1' }),
    /only a live control plane answers/,
  )
})

interface Given {
  readonly proxies?: readonly string[]
  readonly before?: CaptureFile
  readonly redact?: readonly RegExp[]
  readonly logSeconds?: number
  readonly version?: string | Error
  readonly istiods?: readonly Istiod[]
  readonly stop?: AbortController
  readonly onAdd?: (path: string) => void
  /** Without a cluster. */
  readonly urls?: true
}

/** A capture with these proxies, which have a version and nothing else. */
async function captured(given: Given) {
  const files = new Map<string, { text: string; written: Date; form: string | undefined }>()
  let ended = 0
  const zip: ZipWriter = {
    add: async (path, bytes, written, form) => {
      files.set(path, { text: Buffer.from(bytes).toString(), written, form })
      given.onAdd?.(path)
    },
    end: async () => void ended++,
  }
  const { signal } = given.stop ?? new AbortController()
  const asked: string[] = []
  const cluster = {
    label: 'server',
    namespace: 'default',
    get: async (path: string) => {
      asked.push(path.split('?')[0] ?? '')
      if (path !== '/version') return { items: [] }
      if (given.version instanceof Error) throw given.version
      return { gitVersion: given.version }
    },
    list: async () => [],
    istiods: async () => given.istiods ?? [],
    log: async () => Buffer.from('line'),
  } as unknown as Cluster
  const proxyOf = (name: string): MeshProxy =>
    ({
      id: {
        name,
        ...(given.urls
          ? {}
          : {
              pod: {
                name,
                namespace: 'ns',
                labels: {},
                annotations: {},
                containers: [
                  { name: 'istio-proxy', image: 'istio/proxyv2:1', ports: [], env: new Map(), args: [], command: [] },
                ],
              },
            }),
      },
      label: `the ${name}`,
      live: true,
      page: async (path: string) =>
        path === 'server_info' ? inMemory(Buffer.from('{"version":"c/1.2.3/x"}')) : 'absent',
    }) as unknown as MeshProxy
  const done: string[] = []
  const request: CaptureRequest = {
    zip,
    before: given.before,
    program: { name: 'P', version: '1' },
    mesh: given.urls ? undefined : { cluster, istioNamespace: 'sys', namespaces: null },
    proxies: (given.proxies ?? []).map((name) => ({ proxy: proxyOf(name), place: { name, namespace: 'ns' } })),
    limits: { concurrency: 1, deadline: 60_000, bytes: 2 ** 28 },
    redact: given.redact,
    logSeconds: given.logSeconds,
    now: () => new Date(1000),
    signal,
    progress: {
      doing: () => undefined,
      received: () => undefined,
      requested: () => undefined,
      done: (count, total, what) => done.push(`${count}/${total} ${what}`),
    },
  }
  const manifest = await captureMesh(request)
  return { manifest, files, ended, done, asked }
}

test('the manifest of a capture says what was asked, and what there is', async () => {
  const { manifest, files, ended, done, asked } = await captured({
    proxies: ['q', 'p'],
    version: 'v1.36.1',
    logSeconds: 60,
  })
  assert.deepEqual(
    manifest.proxies.map(({ name, source, version, istiod, connected }) =>
      [name, source, version, istiod, connected].join(' '),
    ),
    ['p  1.2.3  ', 'q  1.2.3  '],
  )
  assert.deepEqual(manifest.cluster, {
    server: 'server',
    kubernetes: 'v1.36.1',
    namespace: 'default',
    istioNamespace: 'sys',
    namespaces: null,
  })
  assert.deepEqual(
    [manifest.started, manifest.ended, manifest.interrupted, manifest.redaction],
    ['1970-01-01T00:00:01.000Z', '1970-01-01T00:00:01.000Z', false, { secrets: false, patterns: 0 }],
  )
  assert.deepEqual([ended, done.at(-1), asked[0]], [1, '2/2 proxies', '/version'])
  assert.equal(manifest.fileCount, manifest.files.length)
  assert.deepEqual(JSON.parse(files.get('manifest.json')?.text ?? ''), JSON.parse(JSON.stringify(manifest)))
  assert.equal(files.get('manifest.json')?.form, 'stored')
  assert.equal(files.get('proxies/ns/p/log.txt')?.text, 'line')
  const { manifest: plain } = await captured({ proxies: ['p'], redact: [/a/, /b/], version: new AppError('no') })
  assert.deepEqual([plain.redaction, plain.cluster?.kubernetes], [{ secrets: true, patterns: 2 }, null])
  assert.ok(!plain.files.some(({ path }) => path.endsWith('log.txt')), 'nobody asked for logs')
  await assert.rejects(captured({ version: new TypeError('a fault') }), /a fault/)
  const urls = await captured({ proxies: ['p'], urls: true, logSeconds: 60 })
  assert.deepEqual([urls.manifest.cluster, urls.manifest.istiods, urls.asked], [null, [], []])
  assert.deepEqual(
    urls.manifest.proxies.map(({ source, connected }) => [source, connected]),
    [['the p', null]],
  )
  const knowsNone = {
    name: 'i',
    syncz: async () => [],
    debug: async () => Buffer.from('{}'),
    packedDump: async () => undefined,
  }
  const known = await captured({ proxies: ['p'], istiods: [knowsNone] })
  assert.deepEqual(
    known.manifest.proxies.map(({ istiod, connected }) => [istiod, connected]),
    [[null, false]],
  )
})

test('a capture that goes on with one before: what is whole is taken over, what was read now counts', async () => {
  const proxy = (name: string, version: string | null) => ({
    name,
    namespace: 'ns',
    source: null,
    version,
    absent: [],
    istiod: null,
    connected: null,
  })
  const before = captureOf({
    files: { 'manifest.json': '{}', 'proxies/ns/p/server_info.json': 'old', 'x.json': '{}' },
    manifest: { started: 'then', proxies: [proxy('p', '0.9'), proxy('a', '0.8'), proxy('z', null)] },
    written: new Date(7),
  })
  const { manifest, files } = await captured({ proxies: ['p', 'q'], before })
  assert.equal(manifest.started, 'then')
  assert.deepEqual(
    manifest.proxies.map(({ name, version }) => `${name} ${version}`),
    ['a 0.8', 'p 0.9', 'q 1.2.3', 'z null'],
  )
  assert.deepEqual(
    [files.get('x.json')?.written.getTime(), files.get('proxies/ns/p/server_info.json')?.text],
    [7, 'old'],
  )
  const { files: undated } = await captured({ before: captureOf({ files: { 'x.json': '{}' } }) })
  assert.equal(undated.get('x.json')?.written.getTime(), 1000)
  const broken = { ...before, bytes: async () => Promise.reject(new AppError('broken')) }
  assert.deepEqual((await captured({ before: broken })).manifest.failures, [], 'it is read again')
})

test('told to stop, a capture ends with what has come', async () => {
  const stop = new AbortController()
  const { manifest, ended } = await captured({
    proxies: ['p', 'q'],
    stop,
    onAdd: (path) => {
      if (path === 'proxies/ns/p/server_info.json') stop.abort()
    },
  })
  assert.deepEqual([manifest.interrupted, ended, manifest.proxies.map(({ name }) => name)], [true, 1, ['p']])
})
