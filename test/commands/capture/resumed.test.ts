import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { AppError } from '../../../src/errors.ts'
import { captureTarget } from '../../../src/fetch/capture/capture-target.ts'
import { openCapture } from '../../../src/fetch/capture/open-capture.ts'
import { pageRedaction } from '../../../src/fetch/capture/write/page-redaction.ts'
import { runProgram } from '../../run-program.ts'
import { rawZip } from './raw-zip.ts'
import { guarded } from './small-mesh.ts'

const folder = mkdtempSync(join(tmpdir(), 'resumed-'))
after(() => rmSync(folder, { recursive: true }))

const secrets = ['hunter2-in-the-environment', 's3cr3t-t0ken-of-the-cart']
const options = { maxSize: 2 ** 28, note: () => undefined }

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

const cart = written('cart.json', JSON.stringify(guarded))
const plain = written('plain.json', '{"configs":[]}')

async function pagesOf(file: string): Promise<string> {
  const capture = await openCapture(file, options)
  const pages = await Promise.all(capture.names.map((name) => capture.bytes(name)))
  return pages.map((bytes) => Buffer.from(bytes ?? []).toString('utf8')).join('\n')
}

test('--resume replaces nothing that capture did not write', async () => {
  const tar = pack()
  tar.entry({ name: 'bug-report/proxies/shop/cart-1/config_dump' }, JSON.stringify(guarded))
  tar.finalize()
  const bytes = await buffer(tar)
  const dump = { name: 'report/proxies/shop/cart-1/config_dump', bytes: JSON.stringify(guarded) }
  for (const file of [
    written('report.tar', bytes),
    written('report.tar.gz', gzipSync(bytes)),
    written('report.zip', rawZip([dump])),
    written('own.tar', await tarOfCapture()),
  ]) {
    const before = readFileSync(file)
    const { err, code } = await runProgram(['capture', '--file', plain, '--to', file, '--resume'])
    assert.equal(code, 1)
    const [line, hint] = err.split('\n').slice(-3)
    assert.equal(
      `${line}\n${hint}\n`,
      `error: ${file} was not written by capture: --resume would replace it\nA capture of it goes to a file of its own: kubectl proxy-config capture -A --capture ${file} --to NEW\n`,
    )
    assert.deepEqual(readFileSync(file), before)
  }
  const inside = dirname(written('report/proxies/shop/cart-1/config_dump', JSON.stringify(guarded)))
  const { err, code } = await runProgram(['capture', '--file', plain, '--to', join(folder, 'report'), '--resume'])
  assert.equal(code, 1)
  assert.match(err, /^error: .*report was not written by capture: --resume would replace it\n[^\n]+\n$/)
  assert.deepEqual(readdirSync(inside), ['config_dump'])
  assert.equal(existsSync(join(folder, 'report.resumed')), false)
})

/** The files of a capture in another form of archive, which a ZIP would replace. */
async function tarOfCapture(): Promise<Uint8Array> {
  const tar = pack()
  tar.entry({ name: 'proxies/shop/cart-1/config_dump.json' }, JSON.stringify(guarded))
  tar.finalize()
  return buffer(tar)
}

test('secrets of a capture that was made with --no-redact, or was cut off, are taken out when it is resumed', async () => {
  for (const isCut of [false, true]) {
    const file = join(folder, `open-${isCut}.zip`)
    assert.equal((await runProgram(['capture', '--file', cart, '--to', file, '--no-redact'])).code, 0)
    for (const secret of secrets) assert.ok((await pagesOf(file)).includes(secret))
    if (isCut) writeFileSync(file, readFileSync(file).subarray(0, -200))
    const { err, code } = await runProgram(['capture', '--file', plain, '--to', file, '--resume'])
    assert.equal(code, 0, err)
    assert.match(err, /secrets are taken out\.\n/)
    const pages = await pagesOf(file)
    for (const secret of secrets) assert.ok(!pages.includes(secret), secret)
    assert.ok(pages.includes('shop.shop.svc.cluster.local'))
  }
})

test('a pattern is taken out of what was captured before as well', async () => {
  const file = join(folder, 'pattern.zip')
  await runProgram(['capture', '--file', cart, '--to', file])
  const first = await pagesOf(file)
  assert.ok(first.includes('shop.internal'))
  const tokens = first.match(/\[redacted-[0-9a-f]{8}\]/g) ?? []
  const { code, err } = await runProgram([
    'capture',
    '--file',
    plain,
    '--to',
    file,
    '--resume',
    '--redact',
    'shop\\.internal',
  ])
  assert.equal(code, 0, err)
  const pages = await pagesOf(file)
  assert.ok(!pages.includes('shop.internal'))
  // What was equal to a secret elsewhere still is.
  assert.ok(tokens.length > 0)
  for (const token of tokens) assert.ok(pages.includes(token), token)
})

test('what was redacted is not redacted again', () => {
  const redaction = pageRedaction([])
  const once = redaction.json({
    a: { header: { key: 'authorization', value: 'Bearer abcdefgh' } },
    b: { private_key: { inline_bytes: 'c2VjcmV0' }, password: 'p' },
    c: 'x --token abcdefgh ?access_token=abcdefgh',
    send: { text: '736563726574' },
  })
  assert.match(JSON.stringify(once), /redacted-/)
  assert.deepEqual(redaction.json(once), once)
  const text = redaction.text(`authorization: Bearer abcdefgh\n{"password":"abcdefgh"}\n'x-api-key', 'abcdefgh'`)
  assert.equal(redaction.text(text), text)
})

test('two that resume one file at once leave it whole, and the first says so', async () => {
  const file = join(folder, 'raced.zip')
  await runProgram(['capture', '--file', cart, '--to', file])
  const before = readFileSync(file)
  const [first, second] = [await captureTarget(file, true, options), await captureTarget(file, true, options)]
  await first.zip.add('a', Buffer.from('a'), new Date(0))
  await first.zip.end()
  assert.throws(
    () => first.done(),
    (error: unknown) =>
      error instanceof AppError && /is resumed by another program at the same time/.test(error.message),
  )
  first.abandon()
  assert.deepEqual(readFileSync(file), before)
  await second.zip.add('b', Buffer.from('b'), new Date(0))
  await second.zip.end()
  second.done()
  assert.notDeepEqual(readFileSync(file), before)
  assert.equal(existsSync(`${file}.resumed`), false)
})

test('a link stays one when what it leads to is resumed', { skip: process.platform === 'win32' }, async () => {
  const file = join(folder, 'target.zip')
  await runProgram(['capture', '--file', cart, '--to', file])
  const link = join(folder, 'link.zip')
  symlinkSync(file, link)
  const size = lstatSync(file).size
  assert.equal((await runProgram(['capture', '--file', plain, '--to', link, '--resume'])).code, 0)
  assert.ok(lstatSync(link).isSymbolicLink())
  assert.ok(lstatSync(file).size > size)
})
