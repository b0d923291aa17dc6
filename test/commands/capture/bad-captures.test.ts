import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runProgram } from '../../run-program.ts'
import { rawZip } from './raw-zip.ts'
import { guarded, startSmallMesh } from './small-mesh.ts'

const folder = mkdtempSync(join(tmpdir(), 'bad-captures-'))
after(() => rmSync(folder, { recursive: true }))

const page = JSON.stringify(guarded)
const good = { name: 'proxies/shop/cart-1/config_dump.json', bytes: page }
const shown = 'outbound|80||shop.shop.svc.cluster.local'

function manifest(fields: object = {}): { name: string; bytes: string } {
  const sha256 = createHash('sha256').update(page).digest('hex')
  const document = {
    format: 'proxy-config/capture',
    version: 1,
    program: { name: 'kubectl proxy-config', version: '0.1.0' },
    cluster: null,
    proxies: [{ name: 'cart-1', namespace: 'shop', source: 'x' }],
    files: [{ path: good.name, bytes: page.length, sha256 }],
    ...fields,
  }
  return { name: 'manifest.json', bytes: JSON.stringify(document) }
}

let count = 0
async function ask(bytes: Uint8Array, ...argv: string[]) {
  count += 1
  const file = join(folder, `c${count}.zip`)
  writeFileSync(file, bytes)
  const asked = argv.length > 0 ? argv : ['clusters', 'cart-1.shop', '-o', 'json']
  const { out, err, code } = await runProgram([...asked, '--capture', file])
  return { out, code, err: err.replaceAll(file, 'FILE') }
}

test('entries that lead elsewhere, are links, are encrypted or in an unknown form are passed over with a line for each kind', async () => {
  const hostile = [
    { name: '../../etc/cron.d/x', bytes: 'x' },
    { name: 'a/../../b', bytes: 'x' },
    { name: '/etc/passwd', bytes: 'x' },
    { name: 'C:\\x', bytes: 'x' },
    { name: 'a\\b', bytes: 'x' },
    { name: 'c/a\\b', bytes: 'x' },
    { name: 'a//b', bytes: 'x' },
    { name: 'a\u0000b', bytes: 'x' },
    { name: 'proxies/shop/link/config_dump.json', bytes: '/etc/passwd', mode: 0o120777 },
    { name: 'proxies/shop/locked/config_dump.json', bytes: 'x', flags: 1 },
    { name: 'proxies/shop/lzma/config_dump.json', bytes: 'x', method: 14 },
    { ...good, bytes: '{}' },
  ]
  const { out, err, code } = await ask(rawZip([manifest(), good, ...hostile]))
  assert.equal(code, 0, err)
  assert.ok(out.includes(shown))
  assert.deepEqual(err.split('\n').filter(Boolean).sort(), [
    'FILE: "../../etc/cron.d/x", "a/../../b" is passed over: its name leads out of the archive.',
    'FILE: "/etc/passwd", "C:\\\\x" is passed over: its name is an absolute path.',
    'FILE: "c/a\\\\b", "a//b", "a\\u0000b" is passed over: its name is no path of files.',
    'FILE: "proxies/shop/cart-1/config_dump.json" is passed over: there is another of the same name before it.',
    'FILE: "proxies/shop/link/config_dump.json" is passed over: it is a symbolic link.',
    'FILE: "proxies/shop/locked/config_dump.json" is passed over: it is encrypted.',
    'FILE: "proxies/shop/lzma/config_dump.json" is passed over: it is compressed in a way that is not known.',
  ])
})

test('names that differ only in case are two files', async () => {
  const other = { name: 'proxies/shop/CART-1/config_dump.json', bytes: '{"configs":[]}' }
  const { out, err, code } = await ask(rawZip([manifest(), good, other]))
  assert.equal(code, 0)
  assert.ok(out.includes(shown))
  assert.match(
    err,
    /"proxies\/shop\/cart-1\/config_dump\.json" and "proxies\/shop\/CART-1\/config_dump\.json" differ only in case/,
  )
})

test('a bomb is refused before it has taken memory, by what it says it has and by what it has', async () => {
  const zeros = Buffer.alloc(300 * 2 ** 20)
  const bomb = { name: 'proxies/shop/bomb/config_dump.json', bytes: zeros }
  const files = [manifest(), good, bomb, { ...bomb, name: 'proxies/shop/liar/config_dump.json', claimed: 1000 }]
  const archive = rawZip(files)
  const large = await ask(archive, 'clusters', 'bomb.shop')
  assert.match(
    large.err,
    /^FILE has files that its manifest\.json does not name: [^\n]+\nerror: the answer from proxies\/shop\/bomb\/config_dump\.json of FILE is larger than 256 MiB\n--max-size/,
  )
  const before = process.memoryUsage().rss
  const liar = await ask(archive, 'clusters', 'liar.shop')
  assert.match(
    liar.err,
    /liar\/config_dump\.json of FILE is broken: it unpacks to more than the 1000 bytes that it says it has\n/,
  )
  assert.ok(process.memoryUsage().rss - before < 100 * 2 ** 20)
  assert.equal((await ask(archive)).code, 0)
})

test('a file that is not what was captured is not shown, the others are', async () => {
  const changed = { name: 'proxies/shop/cart-2/config_dump.json', bytes: page.replace('5s', '6s') }
  const sha256 = createHash('sha256').update(page).digest('hex')
  const files = [good.name, changed.name].map((path) => ({ path, bytes: page.length, sha256 }))
  const archive = rawZip([manifest({ files }), good, changed])
  const { err, code } = await ask(archive, 'clusters', 'cart-2.shop')
  assert.equal(code, 1)
  assert.equal(
    err,
    'error: proxies/shop/cart-2/config_dump.json of FILE is not what was captured: its SHA-256 is not the one in manifest.json\n',
  )
  assert.equal((await ask(archive)).code, 0)
})

test('a newer version is read as far as it is known; a manifest that is none, or lacks files, is said', async () => {
  const newer = await ask(rawZip([manifest({ version: 7, more: {} }), good]))
  assert.equal(newer.err, 'FILE is of version 7, newer than this program knows (1): what it knows of it is read.\n')
  assert.ok(newer.out.includes(shown))
  for (const bytes of [
    '{}',
    '[]',
    'no',
    '{"format":"proxy-config/capture","files":5,"proxies":"x","failures":[null]}',
  ]) {
    const { out, code } = await ask(rawZip([{ name: 'manifest.json', bytes }, good]))
    assert.equal(code, 0, bytes)
    assert.ok(out.includes(shown))
  }
  const without = await ask(rawZip([manifest({ files: [{ path: 'a' }, { path: 'b' }] }), good]))
  assert.match(without.err, /^FILE lacks files that its manifest\.json names: a and 1 more\.\nFILE has files /)
  assert.match((await ask(rawZip([good]))).err, /^FILE has no manifest\.json: the capture was not completed\./)
})

test('what is no capture is refused in a line', async () => {
  assert.match(
    (await ask(Buffer.from('{}'))).err,
    /^error: FILE is no capture: it is neither an archive nor a folder\n/,
  )
  assert.match((await ask(Buffer.alloc(0))).err, /^error: FILE is no capture: it is neither an archive nor a folder\n/)
  assert.match(
    (await ask(rawZip([{ name: 'x', bytes: 'y' }]))).err,
    /^error: FILE is no capture: it has no manifest\.json, and no proxies\n/,
  )
  assert.match(
    (await ask(Buffer.from('PK\x03\x04broken'))).err,
    /^error: FILE is no ZIP archive, or nothing of it is left/,
  )
  const absent = await runProgram(['clusters', 'x', '--capture', join(folder, 'none.zip')])
  assert.match(absent.err, /^error: the path ".*none\.zip" does not exist\n/)
})

test('cut off at any place, what is whole before that is there', async () => {
  const mesh = await startSmallMesh()
  const file = join(folder, 'whole.zip')
  try {
    await mesh.run('capture', '-A', '--to', file)
  } finally {
    await mesh.close()
  }
  const whole = readFileSync(file)
  const name = Buffer.from('proxies/default/web-1/server_info.json')
  const behindFirstPage = whole.indexOf(name)
  assert.ok(behindFirstPage > 0)
  for (const end of [
    behindFirstPage + 60,
    behindFirstPage + 3000,
    Math.floor((behindFirstPage + whole.length) / 2),
    whole.length - 1,
    whole.length - 30,
  ]) {
    const { out, err, code } = await ask(whole.subarray(0, end), 'clusters', 'web-1.default')
    assert.equal(code, 0, `${end}: ${err}`)
    assert.ok(out.includes('reviews'), `${end}`)
    assert.match(err, /^FILE is cut short or broken/)
  }
  const { err } = await ask(whole.subarray(0, 20))
  assert.match(err, /^error: FILE is no ZIP archive/)
})

test('a capture with a byte changed anywhere gives a line, never a defect', async () => {
  const archive = rawZip([manifest(), good])
  for (let at = 0; at < archive.length; at += 7) {
    const changed = Buffer.from(archive)
    changed[at] = (changed[at] ?? 0) ^ 0xff
    const { err, code } = await ask(changed)
    assert.ok(code === 0 || /^error: |\nerror: /.test(err), `byte ${at}: ${err}`)
    assert.ok(!err.includes('defect'), `byte ${at}: ${err}`)
  }
})

test('a file that is no capture has its hints once', async () => {
  const file = join(folder, 'dump.json')
  writeFileSync(file, '{"configs":[]}')
  const { err } = await runProgram(['capture', 'show', file])
  assert.equal(
    err.replaceAll(file, 'FILE'),
    'error: FILE is no capture: it is neither an archive nor a folder\nkubectl proxy-config capture makes one; a saved dump is read with --file.\n',
  )
})
