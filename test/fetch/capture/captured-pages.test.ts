import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import { AppError, type ErrorCode } from '../../../src/errors.ts'
import { captureIstiods } from '../../../src/fetch/capture/write/capture-istiods.ts'
import { captureLog, capturePages } from '../../../src/fetch/capture/write/capture-proxy.ts'
import { noRedaction } from '../../../src/fetch/capture/write/page-redaction.ts'
import { Recorder } from '../../../src/fetch/capture/write/recorder.ts'
import type { ZipWriter } from '../../../src/fetch/capture/zip/zip-writer.ts'
import { ApiError } from '../../../src/mesh/api/api-error.ts'
import type { Cluster } from '../../../src/mesh/cluster.ts'
import { type Istiod, NotServedError } from '../../../src/mesh/istiod.ts'
import type { MeshProxy } from '../../../src/mesh/proxy.ts'

const { signal } = new AbortController()

function recording(): { recorder: Recorder; files: Map<string, string> } {
  const files = new Map<string, string>()
  const zip = {
    add: async (path: string, bytes: Uint8Array) => void files.set(path, Buffer.from(bytes).toString().trim()),
  } as unknown as ZipWriter
  return { files, recorder: new Recorder({ zip, redaction: noRedaction, signal, now: () => new Date(0) }) }
}

const place = { name: 'p', namespace: 'ns' }

interface Answers {
  readonly [page: string]: string | Error
}

/** A proxy whose pages answer so; a page without an answer is absent. */
function proxyOf(answers: Answers, asked: string[] = [], pod?: object): MeshProxy {
  const answer = (path: string) => {
    asked.push(path)
    const found = answers[path.split('?')[0] ?? '']
    if (found instanceof Error) throw found
    return found === undefined ? undefined : Buffer.from(found)
  }
  return {
    id: { name: 'p', pod },
    label: 'the proxy',
    live: true,
    page: async (path: string) => {
      const bytes = answer(path)
      return bytes === undefined ? 'absent' : inMemory(bytes)
    },
    post: async (path: string) => answer(path) ?? 'absent',
  } as unknown as MeshProxy
}

test('the pages of a proxy: those that it has, those that it has not, its version', async () => {
  const { recorder, files } = recording()
  await recorder.bytes('proxies/ns/p/certs.json', Buffer.from('before'))
  const asked: string[] = []
  const answers = {
    config_dump: '{"a":1}',
    server_info: '{"version":"c/1.36.2/Clean/R/B"}',
    certs: 'new',
    logging: 'L',
    memory: 'no JSON',
  }
  const of = await capturePages({ proxy: proxyOf(answers, asked), place }, recorder, signal)
  assert.deepEqual(of, {
    ...place,
    source: 'the proxy',
    version: '1.36.2',
    absent: ['clusters', 'listeners', 'init_dump', 'stats', 'runtime'],
  })
  assert.ok(!asked.includes('certs'), 'what is there is not asked for')
  assert.deepEqual(
    [...files].map(([path, text]) => `${path.replace('proxies/ns/p/', '')} ${text.replace(/\s/g, '')}`),
    [
      'certs.json before',
      'config_dump.json {"a":1}',
      'server_info.json {"version":"c/1.36.2/Clean/R/B"}',
      'logging.txt L',
    ],
  )
  assert.deepEqual(
    recorder.failures.map(({ path, message }) => `${path}: ${message.replace(/ at line .*/, '')}`),
    ['proxies/ns/p/memory.json: the answer from the proxy is neither JSON nor YAML'],
  )
  for (const [version, expected] of [
    ['{"version":"1.2.3"}', '1.2.3'],
    ['{}', null],
  ] as const) {
    const { version: found, source } = await capturePages(
      { proxy: proxyOf({ server_info: version }, [], {}), place },
      recording().recorder,
      signal,
    )
    assert.deepEqual([found, source], [expected, null])
  }
})

test('what has no /config_dump is not Envoy: a failure, and no page that the proxy does not have', async () => {
  const { recorder } = recording()
  const { absent } = await capturePages({ proxy: proxyOf({ server_info: '{}' }), place }, recorder, signal)
  assert.ok(!absent.includes('config_dump'))
  assert.deepEqual(
    recorder.failures.map(({ path, reason, message }) => [path, reason, message]),
    [
      [
        'proxies/ns/p/config_dump.json',
        'admin-status',
        "the proxy has no /config_dump (HTTP status 404): it is not Envoy's admin interface",
      ],
    ],
  )
})

test('of a proxy that does not answer at all no other page is asked for', async () => {
  const codes: readonly (readonly [ErrorCode | number | undefined, boolean])[] = [
    ['connection-refused', true],
    ['unreachable', true],
    ['timeout', true],
    ['no-answer', true],
    [403, true],
    [401, true],
    [404, true],
    ['cut-short', false],
    ['too-large', false],
    ['admin-status', false],
    [500, false],
    [undefined, false],
  ]
  for (const [code, isSilent] of codes) {
    const asked: string[] = []
    const error = typeof code === 'number' ? new ApiError(code, 'm') : new AppError('m', { code })
    await capturePages({ proxy: proxyOf({ config_dump: error }, asked), place }, recording().recorder, signal)
    assert.equal(asked.length, isSilent ? 1 : 10, String(code))
  }
})

test('the log of the container that runs the proxy', async () => {
  const asked: unknown[] = []
  const cluster = {
    log: async (_pod: unknown, query: unknown) => {
      asked.push(query)
      return Buffer.from('line')
    },
  } as unknown as Cluster
  const pod = {
    ...place,
    labels: {},
    annotations: {},
    containers: [
      { name: 'istio-proxy', image: 'istio/proxyv2:1.31.0', ports: [], env: new Map(), args: [], command: [] },
    ],
  }
  const captured = async (owner: object | undefined, before: readonly string[] = []) => {
    const { recorder, files } = recording()
    for (const name of before) await recorder.bytes(name, Buffer.from('before'))
    await captureLog(cluster, { proxy: proxyOf({}, [], owner), place }, 7, recorder, signal)
    return files.get('proxies/ns/p/log.txt')
  }
  assert.equal(await captured(pod), 'line')
  assert.deepEqual(asked, [{ container: 'istio-proxy', sinceSeconds: 7 }])
  assert.equal(await captured(undefined), undefined)
  assert.equal(await captured(pod, ['proxies/ns/p/log.txt']), 'before')
  assert.equal(await captured({ ...pod, containers: [] }), undefined)
  assert.equal(asked.length, 1)
})

interface Replica {
  readonly name?: string
  readonly syncz?: Error
  readonly pages?: Readonly<Record<string, string | Error>>
}

function istiodOf({ name = 'i', syncz, pages = {} }: Replica, asked: string[] = []): Istiod {
  return {
    name,
    syncz: async () => {
      if (syncz !== undefined) throw syncz
      return []
    },
    debug: async (path) => {
      asked.push(path)
      const found = pages[path]
      if (found instanceof Error) throw found
      return found === undefined ? undefined : Buffer.from(found)
    },
    packedDump: async () => undefined,
  }
}

const clusterOf = (istiods: readonly Istiod[] | Error, pods: readonly object[] | Error = []): Cluster =>
  ({
    istiods: async () => {
      if (istiods instanceof Error) throw istiods
      return istiods
    },
    list: async () => {
      if (pods instanceof Error) throw pods
      return pods
    },
  }) as unknown as Cluster

test('what each replica of a control plane says of the mesh', async () => {
  const { recorder, files } = recording()
  const replicas = [
    istiodOf({ name: 'i', pages: { connections: '{}', push_status: '{"p":1}' } }),
    istiodOf({
      name: 'j',
      syncz: new AppError('no'),
      pages: { connections: new NotServedError('no'), push_status: new AppError('no') },
    }),
  ]
  const pods = [
    { name: 'i', containers: [{ image: 'first' }, { image: 'second' }] },
    { name: 'j', containers: [] },
  ]
  const plane = await captureIstiods(
    clusterOf(replicas, pods),
    { namespace: 'sys', isExpected: true },
    recorder,
    signal,
  )
  assert.deepEqual(plane.istiods, [
    { name: 'i', namespace: 'sys', image: 'first' },
    { name: 'j', namespace: 'sys', image: null },
  ])
  assert.deepEqual(
    [...files.keys()],
    ['syncz', 'connections', 'push_status'].map((page) => `istiods/sys/i/${page}.json`),
  )
  assert.deepEqual(
    recorder.failures.map(({ path }) => path),
    ['istiods/sys/j/syncz.json', 'istiods/sys/j/push_status.json'],
    'a page that is not served is no failure',
  )
  const none = recording()
  const nothing = await captureIstiods(
    clusterOf(new ApiError(403, 'no')),
    { namespace: 'sys', isExpected: true },
    none.recorder,
    signal,
  )
  assert.deepEqual([nothing.istiods, await nothing.capture('p.ns')], [[], undefined])
  assert.deepEqual(
    none.recorder.failures.map(({ path, reason }) => `${path} ${reason}`),
    ['istiods/sys forbidden'],
  )
  const foreign = recording()
  await captureIstiods(
    clusterOf(new ApiError(403, 'no')),
    { namespace: 'sys', isExpected: false },
    foreign.recorder,
    signal,
  )
  assert.deepEqual(foreign.recorder.failures, [], 'without a proxy of Istio')
  const unknown = await captureIstiods(
    clusterOf([istiodOf({})], new AppError('no')),
    { namespace: 'sys', isExpected: true },
    recording().recorder,
    signal,
  )
  assert.deepEqual(unknown.istiods, [{ name: 'i', namespace: 'sys', image: null }])
  await assert.rejects(
    captureIstiods(
      clusterOf([], new TypeError('a fault')),
      { namespace: 'sys', isExpected: true },
      recording().recorder,
      signal,
    ),
    /a fault/,
  )
})

test('what a proxy would be sent: of the replica that has it, once; what nobody knows', async () => {
  const asked: string[] = []
  const connections = JSON.stringify({ clients: [{ connectionId: 'p.ns-7', connectedAt: '2026-01-01T00:00:00Z' }] })
  const dump = JSON.stringify({ configs: [] })
  const knows = istiodOf(
    { name: 'j', pages: { connections, 'config_dump?proxyID=p.ns-7': dump, 'edsz?proxyID=p.ns-7': '{"e":1}' } },
    asked,
  )
  const { recorder, files } = recording()
  const plane = await captureIstiods(
    clusterOf([istiodOf({ pages: { connections: '{}' } }), knows]),
    { namespace: 'sys', isExpected: true },
    recorder,
    signal,
  )
  assert.equal(await plane.capture('p.ns'), 'j')
  const entry = 'istiods/sys/j/proxies/p.ns'
  assert.ok(files.has(`${entry}/config_dump.json`) && files.has(`${entry}/edsz.json`), [...files.keys()].join())
  assert.equal(await plane.capture('p.ns'), 'j')
  assert.deepEqual(asked.filter((path) => path.startsWith('config_dump')).length, 1)
  assert.equal(asked.filter((path) => path === 'connections').length, 1, 'it is asked once for all proxies')
  assert.equal(await plane.capture('other.ns'), null)
})
