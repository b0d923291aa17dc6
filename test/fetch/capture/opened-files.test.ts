import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import { AppError } from '../../../src/errors.ts'
import type { StoredFiles } from '../../../src/fetch/capture/format/stored-files.ts'
import { captureFile } from '../../../src/fetch/capture/saved/capture-file.ts'
import { capturedProxy } from '../../../src/fetch/capture/saved/captured-proxy.ts'
import { describedCapture } from '../../../src/fetch/capture/saved/described-capture.ts'
import type { RawEntry } from '../../../src/fetch/capture/zip/raw-entry.ts'
import { zipFile } from '../../../src/fetch/capture/zip/zip-file.ts'
import type { Pod } from '../../../src/mesh/pods/pod.ts'
import { allOf } from '../../../src/mesh/proxies/pages.ts'

type Files = Readonly<Record<string, string | Error>>

function storedFiles(files: Files, problems: readonly string[] = []): StoredFiles {
  return {
    label: 'F',
    names: Object.keys(files),
    problems,
    has: (name) => Object.hasOwn(files, name),
    written: () => undefined,
    read: async (name) => {
      const found = files[name]
      if (found instanceof Error) throw found
      return found === undefined ? undefined : Buffer.from(found)
    },
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const page = 'proxies/ns/p/config_dump.json'
const manifest = (more: object = {}) => JSON.stringify({ format: 'proxy-config/capture', version: 1, ...more })
const named = (...names: readonly string[]) => ({
  files: names.map((path) => ({ path, bytes: 1, sha256: sha256(`of ${path}`) })),
})

/** What is said of a capture that is opened; how it fails. */
async function notesOf(files: Files, problems?: readonly string[], isIstio?: () => boolean): Promise<string> {
  const notes: string[] = []
  const opened = captureFile(
    storedFiles(files, problems),
    (line) => notes.push(line),
    isIstio === undefined ? undefined : { isIstio, archives: [] },
  )
  return opened.then(
    () => notes.join('\n'),
    (error: unknown) => {
      assert.ok(error instanceof AppError, String(error))
      return [...notes, `error: ${error.message}`].join('\n')
    },
  )
}

test('what is wrong with a capture as a whole', async () => {
  const none = 'error: F is no capture: it has no manifest.json, and no proxies'
  const cut = 'F has no manifest.json: the capture was not completed. What was written until then is read.'
  assert.equal(await notesOf({}), none)
  assert.equal(await notesOf({ 'a.json': '{}' }), none)
  assert.equal(await notesOf({ [page]: '{}' }), cut)
  assert.equal(await notesOf({ 'a.json': '{}', [page]: '{}' }), cut, 'one page is enough')
  assert.equal(await notesOf({ [page]: '{}', 'a.json': '{}' }, ['broken']), `broken\n${cut}`)
  assert.equal(await notesOf({ [page]: '{}' }, [], () => true), '', 'another program writes none')
  assert.equal(await notesOf({ 'manifest.json': manifest() }), '')
  assert.equal(
    await notesOf({ 'manifest.json': '{}' }),
    `manifest.json of F is none of a capture: it is passed over.\n${none}`,
  )
  assert.match(await notesOf({ 'manifest.json': '{', [page]: '{}' }), /: hashes and failures are not known\.$/)
  await assert.rejects(notesOf({ 'manifest.json': new TypeError('a fault') }), /a fault/)
  assert.equal(
    await notesOf({ 'manifest.json': manifest({ version: 2 }) }),
    'F is of version 2, newer than this program knows (1): what it knows of it is read.',
  )
  assert.equal(
    await notesOf({ 'manifest.json': manifest({ interrupted: true }) }),
    'F was interrupted: what was not read until then is not in it.',
  )
  for (const [names, missing] of [
    [['a', page], 'a'],
    [['a', page, 'b'], 'a and 1 more'],
    [['a', page, 'b', 'c'], 'a and 2 more'],
  ] as const)
    assert.equal(
      await notesOf({ 'manifest.json': manifest(named(...names)), [page]: '{}' }),
      `F lacks files that its manifest.json names: ${missing}.`,
    )
  assert.equal(
    await notesOf({ 'manifest.json': manifest(named()), [page]: '{}', 'read-me': '' }),
    `F has files that its manifest.json does not name: ${page}; no hash tells whether they are as they were captured.`,
  )
})

test('a file is held against the manifest', async () => {
  const files = { 'manifest.json': manifest(named('a', 'b', 'c')), a: 'of a', b: 'changed', d: '{}' }
  const capture = await captureFile(storedFiles(files), () => undefined)
  const said = async (name: string) =>
    capture.bytes(name).then(
      (bytes) => (bytes === undefined ? 'none' : Buffer.from(bytes).toString()),
      (error: Error) => error.message,
    )
  assert.equal(await said('a'), 'of a')
  assert.equal(await said('b'), 'b of F is not what was captured: its SHA-256 is not the one in manifest.json')
  assert.equal(await said('c'), 'F lacks c, which its manifest.json names')
  assert.equal(await said('d'), '{}')
  assert.equal(await said('e'), 'none')
  assert.deepEqual(await Promise.all(['a', 'a'].map(said)), ['of a', 'of a'])
  assert.deepEqual([await capture.document('d'), await capture.document('e')], [{}, undefined])
  const large = 'x'.repeat(2 ** 18)
  const all = { 'manifest.json': manifest({ files: [{ path: 'l', bytes: 1, sha256: sha256(large) }] }), l: large }
  const two = await captureFile(storedFiles(all), () => undefined)
  const read = await Promise.all([two.bytes('l'), two.bytes('l')])
  assert.deepEqual(
    read.map((bytes) => bytes?.length),
    [2 ** 18, 2 ** 18],
  )
})

test('what there is to say of a capture without a manifest', async () => {
  const files: Files = {
    [page]: '{}',
    'proxies/ns/p/certs.json': new AppError('too large', { code: 'too-large' }),
    'istiods/sys/i/syncz.json': new AppError('broken'),
    'api/v1/pods.json': '[]',
  }
  const capture = await captureFile(storedFiles(files), () => undefined)
  const { proxies, istiods, files: found, failures, fileCount } = await describedCapture(capture)
  assert.deepEqual(
    [proxies, istiods, fileCount],
    [
      [{ name: 'p', namespace: 'ns', source: null, version: null, absent: [], istiod: null, connected: null }],
      [{ name: 'i', namespace: 'sys', image: null }],
      2,
    ],
  )
  assert.deepEqual(found[0], { path: page, bytes: 2, sha256: sha256('{}') })
  assert.deepEqual(
    failures.map(({ path, reason, status, message }) => `${path} ${reason} ${status} ${message}`),
    ['proxies/ns/p/certs.json too-large null too large', 'istiods/sys/i/syncz.json unreadable null broken'],
  )
  const faulty = await captureFile(storedFiles({ [page]: new TypeError('a fault') }), () => undefined)
  await assert.rejects(describedCapture(faulty), /a fault/)
})

const pod = { name: 'p', namespace: 'ns' } as unknown as Pod

/** A page of the proxy of a capture, how it fails, or why there is none; and what is said beside it. */
async function pageOf(files: Files, path: string, more: { failures?: object[]; about?: string } = {}): Promise<string> {
  const notes: string[] = []
  const all = { 'manifest.json': manifest({ failures: more.failures ?? [] }), ...files }
  const capture = await captureFile(storedFiles(all), () => undefined)
  const proxy = capturedProxy(capture, pod, { about: more.about, note: (line) => notes.push(line) })
  const text = await proxy.page(path).then(
    async (found) =>
      found === 'absent' ? `absent: ${(await proxy.absence(path)).message}` : Buffer.from(allOf(found)).toString(),
    (error: unknown) => {
      assert.ok(error instanceof AppError, String(error))
      return `error: ${error.message} (${error.hint})`
    },
  )
  return [text, ...notes].join(' | ')
}

test('the pages of a captured proxy, and why one is not there', async () => {
  const at = (file: string) => `proxies/ns/p/${file}`
  const dump = { [page]: 'D' }
  const failure = (file: string) => ({ path: at(file), reason: 'x', status: null, message: `${file} failed` })
  const when = '(So it was when F was made.)'
  assert.equal(await pageOf(dump, 'config_dump?mask=a'), 'D')
  assert.equal(await pageOf(dump, 'certs'), 'absent: pod ns/p had no /certs when F was made')
  assert.equal(await pageOf(dump, 'heap'), 'absent: pod ns/p is read from F: only a live proxy has /heap')
  assert.equal(await pageOf({}, 'certs'), 'absent: F has no pages of pod ns/p: it was not captured')
  const failures = [failure('config_dump.json'), failure('certs.json')]
  assert.equal(await pageOf(dump, 'certs', { failures }), `error: certs.json failed ${when}`)
  assert.equal(await pageOf({}, 'memory', { failures }), `error: config_dump.json failed ${when}`, 'it did not answer')
  assert.match(await pageOf({ [at('memory.json')]: 'M' }, 'runtime', { failures }), /^absent: /)
  const stats = { [at('stats.json')]: 'S' }
  const used = 'S | F has the statistics that something was counted in, as with --used-only.'
  for (const [path, said] of [
    ['stats', used],
    ['stats?format=json', used],
    ['stats?usedonlyx', used],
    ['stats?usedonly', 'S'],
    ['stats?format=json&usedonly', 'S'],
  ] as const)
    assert.equal(await pageOf(stats, path), said, path)
  assert.equal(await pageOf(dump, 'clusters', { about: 'clusters' }), 'D', 'the dump tells the hosts')
  assert.match(await pageOf(dump, 'clusters', { about: 'endpoints' }), /^absent: /)
  assert.match(await pageOf(dump, 'certs', { about: 'clusters' }), /^absent: /)
  assert.equal(await pageOf({ ...dump, [at('clusters.json')]: 'C' }, 'clusters', { about: 'clusters' }), 'C')
})

const entry = (name: string, more: Partial<RawEntry> = {}): RawEntry => ({
  name,
  at: 0,
  packedSize: 0,
  size: 0,
  crc: undefined,
  isDeflated: false,
  written: () => new Date(0),
  fault: undefined,
  ...more,
})

test('files of an archive that cannot be taken, a line for each kind; names that differ in case', () => {
  const opened = (...entries: readonly RawEntry[]) =>
    zipFile({ stored: inMemory(Buffer.alloc(0)), label: 'F', entries, problems: ['first'], maxSize: 1 })
  const good = opened(entry('a'), entry('b/'), entry('b/c'))
  assert.deepEqual([good.names, good.problems], [['a', 'b/c'], ['first']])
  assert.deepEqual(
    [good.has('a'), good.has('b/'), good.written('a')?.getTime(), good.written('x')],
    [true, false, 0, undefined],
  )
  const lines = (...entries: readonly RawEntry[]) =>
    opened(...entries)
      .problems.slice(1)
      .map((line) => line.replace(/passed over: .*/, '…'))
  assert.deepEqual(lines(entry('a'), entry('a'), entry('../b'), entry('c', { fault: 'link' }), entry('//')), [
    'F: "a" is …',
    'F: "../b" is …',
    'F: "c" is …',
    'F: "//" is …',
  ])
  const links = (count: number) => Array.from({ length: count }, (_, at) => entry(`l${at}`, { fault: 'link' }))
  assert.deepEqual(lines(...links(3)), ['F: "l0", "l1", "l2" is …'])
  assert.deepEqual(lines(...links(5)), ['F: "l0", "l1", "l2" and 2 more is …'])
  const similar = (count: number) => Array.from({ length: count }, (_, at) => [entry(`a${at}`), entry(`A${at}`)]).flat()
  const told = (text: string) => [`F: ${text} differ only in case: each is read by its own name.`]
  assert.deepEqual(lines(entry('A'), entry('b')), [])
  assert.deepEqual(lines(...similar(1)), told('"a0" and "A0"'))
  assert.deepEqual(lines(...similar(3)), told('"a0" and "A0", "a1" and "A1", "a2" and "A2"'))
  assert.deepEqual(lines(...similar(4)), told('"a0" and "A0", "a1" and "A1", "a2" and "A2" and 1 more'))
})
