import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { writeCapture } from '../../../scripts/bench/made-capture.ts'
import { inMemory, type StoredBytes } from '../../../src/envoy/input/stored-bytes.ts'
import { openCapture } from '../../../src/fetch/capture/open-capture.ts'
import { regularCapture } from '../../../src/fetch/capture/saved/regular-capture.ts'
import { directoryBytes } from '../../../src/fetch/capture/zip/directory-bytes.ts'
import { searchStep } from '../../../src/fetch/saved/search-stored.ts'
import { runProgram } from '../../run-program.ts'
import { rawZip } from './raw-zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'one-of-many-'))
after(() => rmSync(folder, { recursive: true }))

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}/config_dump.json`, import.meta.url))
const [sidecar, gateway] = [fixture('sidecar'), fixture('gateway')]

/** Proxies of the capture but the two that are asked. */
const others = 600

const archive = join(folder, 'mesh.zip')
const unpacked = join(folder, 'mesh')
const options = { maxSize: 2 ** 28, note: (line: string) => assert.fail(line) }

before(async () => {
  const small = Buffer.from('{"configs": []}\n')
  const proxy = (name: string, namespace: string, dump: Uint8Array) => ({
    name,
    namespace,
    pod: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }] },
      status: { phase: 'Running' },
    },
    version: '1.36.2',
    pages: new Map([
      ['config_dump.json', dump],
      ['certs.json', small],
      ['server_info.json', small],
    ]),
  })
  const many = Array.from({ length: others }, (_, at) => proxy(`other-${at}`, `team-${at % 7}`, small))
  await writeCapture(
    archive,
    many.toSpliced(others / 2, 0, proxy('web-1', 'shop', sidecar), proxy('web-1', 'edge', gateway)),
  )
  const whole = await openCapture(archive, { ...options, everyFile: true })
  for (const name of whole.names) {
    const path = join(unpacked, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, (await whole.bytes(name)) ?? '')
  }
})

for (const [namespace, dump] of [
  ['shop', sidecar],
  ['edge', gateway],
] as const)
  test(`a proxy of many, whose pod has its name in two namespaces, answers as its own file does: ${namespace}`, async () => {
    const file = join(folder, `${namespace}.json`)
    writeFileSync(file, dump)
    for (const words of [
      ['clusters'],
      ['clusters', '-o', 'json'],
      ['endpoints'],
      ['routes'],
      ['routes', '-o', 'yaml'],
    ]) {
      const own = await runProgram([...words, '--file', file])
      assert.equal(own.code, 0)
      for (const capture of [archive, unpacked])
        for (const target of [[`web-1.${namespace}`], ['web-1', '-n', namespace]]) {
          const { out, err, code } = await runProgram([...words, ...target, '--capture', capture])
          assert.equal(out, own.out, [...words, ...target, capture].join(' '))
          assert.deepEqual([err, code], [own.err, 0])
        }
    }
  })

test('for one proxy of many little is read of the archive, and never much of it at once', async () => {
  const stored = inMemory(readFileSync(archive))
  const sizes: number[] = []
  const counted: StoredBytes = {
    size: stored.size,
    read(start, end) {
      sizes.push(end - start)
      return stored.read(start, end)
    },
  }
  const capture = (await regularCapture(counted, archive, options)) ?? assert.fail('it is not regular')
  const manifest = JSON.stringify(capture.manifest, null, 1).length
  const directory = directorySize(readFileSync(archive))
  assert.ok(manifest > searchStep * 5 && directory > searchStep * 3, `${manifest} and ${directory} bytes`)

  sizes.length = 0
  const other = (await regularCapture(counted, archive, options)) ?? assert.fail('it is not regular')
  assert.deepEqual(other.sources, [])
  assert.ok(other.has('api/v1/pods.json'))
  for (const name of ['api/v1/namespaces/shop/pods/web-1.json', 'proxies/shop/web-1/config_dump.json'])
    for (const read of [other.has, other.bytes]) assert.ok(await read(name))
  const all = sizes.reduce((sum, size) => sum + size, 0)
  const page = directoryBytes(stored)?.find('proxies/shop/web-1/config_dump.json')?.packedSize ?? assert.fail('no page')
  assert.ok(Math.max(...sizes) <= Math.max(searchStep, page), `${Math.max(...sizes)} bytes at once`)
  // Of the manifest the proxies twice, and of its files and of the directory what is before each of the two that are read.
  assert.ok(all < manifest * 2 + directory * 1.5 + page, `${all} bytes of ${manifest}, ${directory} and ${page}`)
})

/** Bytes of the directory, by the record at the end of an archive. */
function directorySize(bytes: Buffer): number {
  return bytes.readUInt32LE(bytes.length - 22 + 12)
}

test('the first of two files of one name is the one that is read, and a manifest is only what is the last', async () => {
  const twice = rawZip([
    { name: 'a', bytes: 'first' },
    { name: 'b/a', bytes: 'within another name' },
    { name: 'a', bytes: 'second' },
  ])
  const directory = directoryBytes(inMemory(twice)) ?? assert.fail('no directory')
  assert.equal(directory.find('a')?.at, 0)
  assert.equal(directory.last()?.name, 'a')
  assert.notEqual(directory.last()?.at, 0)
  for (let search = 0; search < 60; search += 1) assert.equal(directory.find(`none ${search}`), undefined)
  assert.equal(directory.find('a')?.at, 0, 'by a map')
  assert.equal(directory.find('b/a')?.size, 'within another name'.length)

  const whole = await openCapture(archive, { ...options, everyFile: true })
  const files = await Promise.all(
    whole.names.slice(-3).map(async (name) => ({ name, bytes: (await whole.bytes(name)) ?? '', method: 0 })),
  )
  const manifestFirst = rawZip(files.toReversed())
  assert.equal(await regularCapture(inMemory(manifestFirst), 'FILE', options), undefined)
})
