import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import { readLocalEntries } from '../../../src/fetch/capture/zip/local-entries.ts'
import { PassedOver } from '../../../src/fetch/saved/passed-over.ts'
import { runProgram } from '../../run-program.ts'
import { rawZip } from './raw-zip.ts'
import { guarded } from './small-mesh.ts'

const folder = mkdtempSync(join(tmpdir(), 'odd-archives-'))
after(() => rmSync(folder, { recursive: true }))

const page = JSON.stringify(guarded)
const placeOf = (pod: string) => `proxies/shop/${pod}/config_dump.json`
const [cart, mall] = ['cart-1', 'mall-1'].map((pod) => ({ name: placeOf(pod), bytes: page }))
assert.ok(cart !== undefined && mall !== undefined)

function manifest(...pods: readonly string[]) {
  const sha256 = createHash('sha256').update(page).digest('hex')
  const document = {
    format: 'proxy-config/capture',
    version: 1,
    program: { name: 'kubectl proxy-config', version: '0.1.0' },
    cluster: null,
    proxies: pods.map((name) => ({ name, namespace: 'shop', source: 'x', absent: [] })),
    fileCount: pods.length,
    files: pods.map((name) => ({ path: placeOf(name), bytes: page.length, sha256 })),
    failures: [],
  }
  return { name: 'manifest.json', bytes: JSON.stringify(document, null, 1), method: 0 }
}
const whole = [cart, mall, manifest('cart-1', 'mall-1')]

let count = 0
/** Which of the pods a capture tells clusters of, and what is said on stderr. */
async function ask(bytes: Uint8Array, ...more: readonly string[]) {
  count += 1
  const file = join(folder, `c${count}.zip`)
  writeFileSync(file, bytes)
  const { out, err, code } = await runProgram(['clusters', '-A', '-o', 'jsonl', ...more, '--capture', file])
  const proxies = out.split('\n').flatMap((line) => (line === '' ? [] : [String(JSON.parse(line).proxy)]))
  return { pods: [...new Set(proxies)].sort(), code, err: err.replaceAll(file, 'FILE') }
}

test('an archive with something before it, behind it or in its comment is whole', async () => {
  const before = Buffer.from(`#!/bin/sh\nexec unzip "$0"\n${'#'.repeat(5000)}\n`)
  for (const archive of [
    rawZip(whole, { before }),
    rawZip(whole, { before, isShifted: true }),
    rawZip(whole, { comment: `PK\x05\x06${'x'.repeat(40)}PK\x05\x06` }),
    rawZip(whole, { comment: 'c'.repeat(65_535) }),
    Buffer.concat([rawZip(whole), Buffer.alloc(300)]),
    Buffer.concat([rawZip(whole), Buffer.from('PK\x05\x06', 'latin1')]),
    // What it says about their number is not believed.
    rawZip(whole, { count: 1 }),
    rawZip([...whole.slice(0, 2), { name: '', bytes: 'x' }, ...whole.slice(2)]),
  ]) {
    const { pods, err, code } = await ask(archive)
    assert.deepEqual([pods, code], [['cart-1.shop', 'mall-1.shop'], 0], err)
    assert.ok(err === '' || err === 'FILE: "" is passed over: its name is no path of files.\n', err)
  }
})

test('names with the separators of Windows are paths; those that lead out are not', async () => {
  const files = [cart, mall].map(({ name, bytes }) => ({ name: name.replaceAll('/', '\\'), bytes }))
  const { pods, err } = await ask(rawZip([...files, { name: '..\\x', bytes: '' }, { name: '\\\\host\\x', bytes: '' }]))
  assert.deepEqual(pods, ['cart-1.shop', 'mall-1.shop'])
  assert.deepEqual(err.split('\n').slice(0, 2), [
    'FILE: "..\\\\x" is passed over: its name leads out of the archive.',
    'FILE: "\\\\\\\\host\\\\x" is passed over: its name is an absolute path.',
  ])
})

test('a file whose CRC or size is another is told, where no hash proves it; the others are there', async () => {
  for (const [change, why] of [
    [{ crc: 1 }, 'its CRC-32 is not the one that the archive has'],
    [{ method: 0, claimed: 100 }, `it has ${page.length} bytes instead of 100`],
    [{ method: 0, claimed: page.length + 100 }, `it has ${page.length} bytes instead of ${page.length + 100}`],
  ] as const) {
    const { pods, err, code } = await ask(rawZip([{ ...cart, ...change }, mall]))
    assert.deepEqual([pods, code], [['mall-1.shop'], 1])
    assert.match(err, new RegExp(`cart-1/config_dump\\.json of FILE is broken: ${why}\n`))
  }
  assert.deepEqual((await ask(rawZip([{ ...cart, crc: 1 }, mall, manifest('cart-1', 'mall-1')]))).pods.length, 2)
})

test('the same bytes under many names are read once: they would unpack to more than anybody has', async () => {
  const names = Array.from({ length: 60 }, (_, at) => `p-${at}`)
  const files = names.map((pod, at) => ({ name: placeOf(pod), bytes: page, ...(at === 0 ? {} : { at: 0 }) }))
  for (const archive of [rawZip(files), rawZip([...files, manifest(...names)])]) {
    const { pods, err, code } = await ask(archive, '--show-failures')
    assert.equal(code, 1)
    assert.ok(pods.length >= 1 && pods.length < 30, `${pods.length}`)
    assert.match(
      err,
      /proxies\/shop\/p-59\/config_dump\.json of FILE is not read: its bytes are also those of other files/,
    )
  }
})

test('files that the manifest does not name are told', async () => {
  const { err, code } = await ask(rawZip([cart, mall, manifest('cart-1')]))
  assert.equal(code, 0)
  assert.equal(
    err,
    'FILE has files that its manifest.json does not name: proxies/shop/mall-1/config_dump.json; no hash tells whether they are as they were captured.\n',
  )
})

test('what holds only archives, or nothing, is refused with what to do', async () => {
  const inner = rawZip(whole)
  assert.match(
    (await ask(rawZip([{ name: 'monday/a.zip', bytes: inner }]))).err,
    /^error: FILE is no capture: it has other archives, and no proxies\nUnpack it, and name one of them with --capture, for example monday\/a\.zip\.\n/,
  )
  assert.match((await ask(rawZip([]))).err, /^error: FILE is no capture: it has no manifest\.json, and no proxies\n/)
})

test('without its directory, behind a broken file the next is found', async () => {
  const archive = rawZip(whole)
  const second = archive.indexOf('PK\x03\x04', 4, 'latin1')
  const directory = archive.indexOf('PK\x01\x02', 0, 'latin1')
  assert.ok(second > 0 && directory > second)
  const cut = archive.subarray(0, directory)
  const change = (at: number, ...bytes: readonly number[]) => {
    const changed = Buffer.from(cut)
    changed.set(bytes, at)
    return changed
  }
  // The signature, the packed size, the length of the name.
  for (const changed of [change(0, 0), change(18, 0xff, 0xff, 0xff), change(26, 0xff, 0xff)]) {
    const { pods, err } = await ask(changed)
    if (changed[0] === 0) assert.match(err, /^error: FILE is no capture/)
    else assert.deepEqual(pods, ['mall-1.shop'], err)
  }
  for (const changed of [change(second, 0), change(second + 18, 0xff, 0xff, 0xff), change(second + 26, 0xff, 0xff)])
    assert.deepEqual((await ask(changed)).pods, ['cart-1.shop'])
})

test('headers without an end, and names that are passed over, are read in time that their number decides', () => {
  const header = Buffer.concat([
    Buffer.from('PK\x03\x04\x14\x00\x08\x08\x08\x00', 'latin1'),
    Buffer.alloc(20),
    Buffer.from('a'),
  ])
  header.writeUInt16LE(1, 26)
  const bytes = Buffer.concat(Array.from({ length: 20_000 }, () => header))
  let looked = 0
  const stored = inMemory(bytes)
  const { entries } = readLocalEntries({
    ...stored,
    read(start, end) {
      looked += end - start
      return stored.read(start, end)
    },
  })
  assert.deepEqual(entries, [])
  assert.ok(looked < 20 * bytes.length, `${looked} of ${bytes.length}`)
  const passed = new PassedOver()
  const long = 'n'.repeat(60_000)
  for (let at = 0; at < 300_000; at += 1) passed.add('outside', long)
  const [line = ''] = passed.lines('FILE')
  assert.ok(line.length < 600, `${line.length}`)
  assert.match(line, /n…" and 299997 more is passed over: /)
})
