import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { type Entry, fromBuffer } from 'yauzl'
import { ZipFile } from 'yazl'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import { manifestText } from '../../../src/fetch/capture/format/manifest-text.ts'
import { openCapture } from '../../../src/fetch/capture/open-capture.ts'
import { regularCapture } from '../../../src/fetch/capture/saved/regular-capture.ts'
import { readCentralDirectory } from '../../../src/fetch/capture/zip/central-directory.ts'
import { directoryBytes } from '../../../src/fetch/capture/zip/directory-bytes.ts'
import type { RawEntry } from '../../../src/fetch/capture/zip/raw-entry.ts'
import { runProgram } from '../../run-program.ts'
import { rawZip } from './raw-zip.ts'
import { startSmallMesh } from './small-mesh.ts'

const folder = mkdtempSync(join(tmpdir(), 'regular-capture-'))
after(() => rmSync(folder, { recursive: true }))

const file = join(folder, 'mesh.zip')
before(async () => {
  const mesh = await startSmallMesh((pod, path) => (pod === 'web-1' && path === 'certs' ? 'refused' : undefined))
  try {
    await mesh.run('capture', '-A', '--to', file, '--logs', '10m')
  } finally {
    await mesh.close()
  }
})

const options = { maxSize: 2 ** 28, note: (line: string) => assert.fail(line) }

test('what is looked up in a capture is what reading all of it gives', async () => {
  const regular = await regularCapture(inMemory(readFileSync(file)), file, options)
  const whole = await openCapture(file, { ...options, everyFile: true })
  assert.ok(regular !== undefined)
  assert.deepEqual(regular.names, whole.names)
  assert.ok(regular.names.length > 20)
  assert.deepEqual({ ...regular.manifest }, whole.manifest)
  assert.deepEqual(regular.sources, whole.sources)
  for (const name of [...whole.names, 'proxies/default/web-1/certs.json', 'config_dump.json', 'manifest', '']) {
    assert.equal(regular.has(name), whole.has(name), name)
    assert.deepEqual(await regular.bytes(name), await whole.bytes(name), name)
    assert.deepEqual(regular.written(name), whole.written(name), name)
    assert.deepEqual(regular.failure(name), whole.failure(name), name)
  }
})

test('each pod whose proxy was captured has a file of its own, as its list has it', async () => {
  const capture = await openCapture(file, options)
  const list = await capture.document('api/v1/pods.json')
  const alone = await capture.document('api/v1/namespaces/shop/pods/cart-1.json')
  assert.ok(typeof list === 'object' && list !== null && 'items' in list && Array.isArray(list.items))
  const { apiVersion, kind, ...fields } = alone as Record<string, unknown>
  assert.deepEqual([apiVersion, kind], ['v1', 'Pod'])
  assert.ok(list.items.some((item) => JSON.stringify(item) === JSON.stringify(fields)))
  const { out } = await runProgram(['capture', 'show', file])
  assert.match(out, /^objects +<none> +pods /m)
  assert.doesNotMatch(out, /^objects .*cart-1/m)
})

function entriesByYauzl(archive: Buffer): Promise<readonly Entry[]> {
  return new Promise((resolve, reject) =>
    fromBuffer(archive, (error, zip) => {
      const entries: Entry[] = []
      if (error !== null) return reject(error)
      zip
        .on('entry', (entry: Entry) => entries.push(entry))
        .on('error', reject)
        .on('end', () => resolve(entries))
    }),
  )
}

for (const isLong of [false, true]) {
  test(`records of a directory ${isLong ? 'in ZIP64' : 'of an archive up to 4 GB'} are read as yauzl reads them`, async () => {
    const zip = new ZipFile()
    const mtime = new Date('2026-01-02T03:04:06Z')
    for (const [name, forceDosTimestamp] of [
      ['a', false],
      ['a/b/ä', true],
      ['a/b', false],
    ] as const)
      zip.addBuffer(Buffer.from(name.repeat(1000)), name, { mtime, forceDosTimestamp, forceZip64Format: isLong })
    zip.end({ forceZip64Format: isLong, comment: '' })
    const stored = inMemory(await buffer(zip.outputStream))
    const { entries, broken, left } = readCentralDirectory(stored)
    const directory = directoryBytes(stored)
    assert.deepEqual([broken, left, entries.length], [undefined, 0, 3])
    assert.equal(directory?.count, 3)
    assert.deepEqual(directory.names(), ['a', 'a/b/ä', 'a/b'])
    const others = await entriesByYauzl(Buffer.from(stored.read(0, stored.size)))
    for (const [at, entry] of entries.entries()) {
      const { written, ...record }: RawEntry = directory.find(entry.name) ?? assert.fail(entry.name)
      const other = others[at] ?? assert.fail(entry.name)
      assert.deepEqual({ ...entry, written: undefined }, { ...record, written: undefined })
      assert.deepEqual(record, {
        name: other.fileName,
        at: other.relativeOffsetOfLocalHeader,
        packedSize: other.compressedSize,
        size: other.uncompressedSize,
        crc: other.crc32,
        isDeflated: other.compressionMethod === 8,
        fault: undefined,
      })
      assert.deepEqual(written(), other.getLastModDate({ timezone: 'UTC' }))
      assert.deepEqual(entry.written(), written())
    }
    assert.equal(directory.find('b'), undefined)
  })
}

/** The capture as a text in which each byte is a character. */
const changed = (change: (text: string) => string) => Buffer.from(change(readFileSync(file, 'latin1')), 'latin1')

async function clustersOf(archive: Uint8Array, pod = 'cart-1.shop') {
  const path = join(folder, 'changed.zip')
  writeFileSync(path, archive)
  const { out, err, code } = await runProgram(['clusters', pod, '--capture', path])
  return { out, code, err: err.replaceAll(path, 'FILE') }
}

test('a directory that leads to another file, and a manifest with another hash, are told', async () => {
  const archive = readFileSync(file)
  const recordOf = (name: string) => {
    const at = archive.lastIndexOf(name) - 46
    assert.equal(archive.readUInt32LE(at), 0x02014b50)
    return archive.subarray(at, at + 46)
  }
  const [own, other] = ['cart-1', 'web-1'].map((pod, at) =>
    recordOf(`proxies/${['shop', 'default'][at]}/${pod}/config_dump.json`),
  )
  const swapped = Buffer.from(archive)
  const place = archive.indexOf(own ?? '')
  // Sizes and place of the file.
  for (const [from, to] of [
    [16, 28],
    [42, 46],
  ] as const)
    other?.copy(swapped, place + from, from, to)
  const led = await clustersOf(swapped)
  assert.equal(led.code, 1)
  assert.match(led.err, /^error: proxies\/shop\/cart-1\/config_dump\.json of FILE is not what was captured: /)
  assert.equal((await clustersOf(swapped, 'web-1')).code, 0)

  const hashed = changed((text) =>
    text.replace(
      /("path": "proxies\/shop\/cart-1\/config_dump\.json",\n {3}"bytes": \d+,\n {3}"sha256": ")[0-9a-f]{8}/,
      '$100000000',
    ),
  )
  assert.match((await clustersOf(hashed)).err, /is not what was captured/)
  const elsewhere = changed((text) =>
    text.replace(
      /("sha256": ")(?=[0-9a-f]{64}"\n {2}\},?\n(?: {2}\{\n {3}"path": "[^"]*",\n)? \],\n "failures")/,
      '$1',
    ),
  )
  assert.equal((await clustersOf(elsewhere)).code, 0)
})

test('a manifest in another layout is read as JSON', () => {
  const text = readFileSync(file, 'latin1')
  const manifest = /\{\n "format": "proxy-config\/capture"[\s\S]*?\n\}\n/.exec(text)?.[0] ?? ''
  const known = manifestText(inMemory(Buffer.from(manifest)))
  const path = 'proxies/shop/cart-1/config_dump.json'
  const { sha256 } = known?.manifest.files.find((each) => each.path === path) ?? assert.fail('not in the manifest')
  assert.equal(known?.sha256(path), sha256)
  assert.equal(known?.sha256('proxies/shop/cart-1/none.json'), undefined)
  // Its entry in another order: it is not found by its lines.
  const turned = manifest.replace(
    /"path": "proxies\/shop\/cart-1\/config_dump\.json",\n {3}"bytes": (\d+),/,
    `"bytes": $1,\n   "path": "${path}",`,
  )
  assert.notEqual(turned, manifest)
  assert.equal(manifestText(inMemory(Buffer.from(turned)))?.sha256(path), sha256)
  for (const other of [JSON.stringify(JSON.parse(manifest)), manifest.slice(0, -200), '{}', manifest.replace('{', '[')])
    assert.equal(manifestText(inMemory(Buffer.from(other))), undefined)
})

test('with a file more or less than the manifest names, all of it is looked at', async () => {
  const archive = readFileSync(file)
  const whole = await openCapture(file, { ...options, everyFile: true })
  const files = await Promise.all(
    whole.names.map(async (name) => ({
      name,
      bytes: (await whole.bytes(name)) ?? '',
      method: name === 'manifest.json' ? 0 : 8,
    })),
  )
  assert.ok((await regularCapture(inMemory(rawZip(files)), 'FILE', options)) !== undefined)
  const more = await clustersOf(rawZip([...files, { name: '../x', bytes: '' }]))
  assert.equal(more.err, 'FILE: "../x" is passed over: its name leads out of the archive.\n')
  const less = await clustersOf(rawZip(files.filter(({ name }) => !name.endsWith('cart-1/runtime.json'))))
  assert.equal(less.err, 'FILE lacks files that its manifest.json names: proxies/shop/cart-1/runtime.json.\n')
  const link = rawZip(
    files.map((each) => (each.name.endsWith('cart-1/config_dump.json') ? { ...each, mode: 0o120777 } : each)),
  )
  const linked = await clustersOf(link)
  assert.equal(linked.code, 1)
  assert.equal(linked.err, 'error: proxies/shop/cart-1/config_dump.json of FILE is not read: it is a symbolic link\n')
  for (const at of [archive.length - 1, archive.length - 12, archive.length - 20])
    assert.equal(directoryBytes(inMemory(archive.subarray(0, at))), undefined)
})

test('a page that the manifest names and the archive lacks is not called absent', async () => {
  const whole = await openCapture(file, { ...options, everyFile: true })
  const files = await Promise.all(whole.names.map(async (name) => ({ name, bytes: (await whole.bytes(name)) ?? '' })))
  const { err, code } = await clustersOf(rawZip(files.filter(({ name }) => !name.endsWith('cart-1/config_dump.json'))))
  assert.equal(code, 1)
  assert.match(err, /\nerror: FILE lacks proxies\/shop\/cart-1\/config_dump\.json, which its manifest\.json names\n$/)
})
