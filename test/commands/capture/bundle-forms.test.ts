import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { runProgram } from '../../run-program.ts'
import { guarded } from './small-mesh.ts'

const folder = mkdtempSync(join(tmpdir(), 'bundle-forms-'))
after(() => rmSync(folder, { recursive: true }))

const sidecar = readFileSync(new URL('../../fixtures/sidecar/config_dump.json', import.meta.url), 'utf8')

async function ask(file: string, ...argv: string[]) {
  const { out, err, code } = await runProgram([...argv, '--capture', file])
  return { out, code, err: err.replaceAll(file, 'FILE') }
}

test('bundles by other programs: Windows separators, files gzipped one by one, two reports side by side, old tar, other compressions', async () => {
  const dump = JSON.stringify(guarded)
  const tarOf = async (files: Readonly<Record<string, string>>) => {
    const tar = pack()
    for (const [name, bytes] of Object.entries(files)) tar.entry({ name }, bytes)
    tar.finalize()
    return buffer(tar)
  }
  let made = 0
  const clusters = async (bytes: Uint8Array) => {
    made += 1
    const file = join(folder, `other${made}.tar`)
    writeFileSync(file, bytes)
    return ask(file, 'clusters', 'cart-1.shop')
  }
  const windows = await clusters(await tarOf({ 'report\\proxies\\shop\\cart-1\\config_dump': dump }))
  assert.deepEqual([windows.code, windows.err], [0, ''])

  const gzipped = pack()
  gzipped.entry({ name: 'proxies/shop/cart-1/config_dump.json.gz' }, gzipSync(dump))
  gzipped.entry({ name: 'proxies/shop/cart-2/config_dump.json.gz' }, gzipSync(dump).subarray(0, 40))
  gzipped.finalize()
  const bytes = await buffer(gzipped)
  assert.equal((await clusters(bytes)).code, 0)
  const file = join(folder, 'gzipped.tar')
  writeFileSync(file, bytes)
  assert.match(
    (await ask(file, 'clusters', 'cart-2.shop')).err,
    /^error: proxies\/shop\/cart-2\/config_dump\.json\.gz of FILE is broken: unexpected end of file\n/,
  )

  const twice = await clusters(
    await tarOf({ 'mon/proxies/shop/cart-1/config_dump': dump, 'tue/proxies/shop/cart-1/config_dump': dump }),
  )
  assert.equal(twice.code, 0)
  assert.equal(
    twice.err,
    'FILE has several dumps of one proxy, of which the first is read: mon/proxies/shop/cart-1/config_dump and tue/proxies/shop/cart-1/config_dump. Unpack it, and name the folder of one report.\n',
  )

  // As before POSIX: no mark, the sum of the header alone.
  const old = Buffer.from(await tarOf({ 'report/proxies/shop/cart-1/config_dump': dump }))
  old.fill(0, 257, 512)
  old.fill(' ', 148, 156)
  const sum = old.subarray(0, 512).reduce((all, byte) => all + byte, 0)
  old.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  assert.deepEqual((await clusters(old)).code, 0)

  for (const [magic, name] of [
    ['425a6839', 'bzip2'],
    ['fd377a585a00', 'xz'],
    ['28b52ffd', 'zstd'],
  ] as const)
    assert.match(
      (await clusters(Buffer.concat([Buffer.from(magic, 'hex'), Buffer.alloc(600)]))).err,
      new RegExp(`^error: FILE is compressed by ${name}, which is not read\nUnpack it first: `),
    )
})

test('links, devices and files with holes are named, with --file as with --capture', async () => {
  const tar = pack()
  tar.entry({ name: 'a/config_dump.json' }, sidecar)
  tar.entry({ name: 'b/config_dump.json' }, sidecar)
  tar.entry({ name: 'c/config_dump.json', type: 'symlink', linkname: '../a/config_dump.json' })
  tar.entry({ name: 'd/config_dump.json', type: 'link', linkname: 'a/config_dump.json' })
  tar.entry({ name: 'e/null', type: 'character-device' })
  tar.finalize()
  const file = join(folder, 'links.tar')
  writeFileSync(file, await buffer(tar))
  const root = join(folder, 'linked')
  for (const name of ['a', 'b']) {
    mkdirSync(join(root, name), { recursive: true })
    writeFileSync(join(root, name, 'config_dump.json'), sidecar)
  }
  symlinkSync('../a/config_dump.json', join(root, 'b/other.json'))
  for (const source of ['--file', '--capture']) {
    const words = source === '--file' ? [] : ['-A']
    const archive = await runProgram(['clusters', ...words, source, file])
    assert.equal(archive.code, 0, archive.err)
    for (const line of [
      `${file}: "c/config_dump.json" is passed over: it is a symbolic link.`,
      `${file}: "d/config_dump.json" is passed over: it is a hard link.`,
      `${file}: "e/null" is passed over: it is no plain file: a device, a pipe, or one with holes.`,
    ])
      assert.ok(archive.err.split('\n').includes(line), archive.err)
    const linked = await runProgram(['clusters', ...words, source, root])
    assert.ok(
      linked.err.split('\n').includes(`${root}: "b/other.json" is passed over: it is a symbolic link.`),
      linked.err,
    )
  }
})
