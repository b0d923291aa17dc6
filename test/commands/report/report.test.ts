import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, test } from 'node:test'
import { fragmentOf, placeOf } from '../../../src/page/read/place.ts'
import { executable, runProgram } from '../../run-program.ts'
import { assertHidden } from '../planted/assert-hidden.ts'
import { text as planted } from '../planted/planted-dump.ts'
import { storedPageOf, unpackedTexts } from './page-parts.ts'

const fixture = (name: string) => join(import.meta.dirname, '../../fixtures', name)
const dump = fixture('sidecar/config_dump.json')
const folder = mkdtempSync(join(tmpdir(), 'report-'))
after(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

test('a page holds the proxies with what is known of them, findings, certificates and the state of sync', async () => {
  const { code, out, err } = await runProgram([
    'report',
    '--file',
    dump,
    '--file',
    fixture('rejected/config_dump.json'),
  ])
  assert.equal(code, 0, err)
  const { index } = await storedPageOf(out)
  const [first, second] = index.proxies
  assert.equal(first?.id, dump)
  assert.equal(first?.workload, 'productpage-v1')
  assert.equal(first?.controlPlane, 'Istio')
  assert.ok((first?.counts.clusters ?? 0) > 20)
  assert.ok((second?.rejected ?? 0) > 0)
  const { findings, certificates, status } = index.tables
  assert.ok(
    findings?.rows.some(({ proxies }) => proxies?.includes(1)),
    'a finding of the second proxy',
  )
  assert.ok(
    !findings?.rows.some(({ cells }) => cells.some((cell) => String(cell).includes(dump))),
    'names of proxies stand once',
  )
  assert.ok(certificates?.rows.every(({ proxies = [] }) => proxies.length > 0))
  assert.deepEqual(status?.rows.map(({ name }) => name).toSorted(), [fixture('rejected/config_dump.json'), dump])
  const table =
    first === undefined ? undefined : (await page(out).then((stored) => stored.recipe(first))).tables.secrets
  assert.ok((table?.rows.length ?? 0) > 0, 'certificates are rows')
})

const page = storedPageOf

test('a proxy that cannot be read is named in the page and on stderr, and the others are there', async () => {
  writeFileSync(at('broken.json'), '{"configs": [}')
  const { code, out, err } = await runProgram(['report', '--file', dump, '--file', at('broken.json')])
  assert.equal(code, 1)
  assert.match(err, /broken\.json is broken JSON/)
  const { index } = await page(out)
  assert.equal(index.proxies.length, 1)
  assert.deepEqual(
    index.failures.map(({ proxy, reason }) => [proxy, /broken JSON/.test(reason)]),
    [[at('broken.json'), true]],
  )
})

test('no secret is in a page, packed or not; a pattern of --redact takes out more', async () => {
  const { out, err } = await runProgram(['report', '--file', '-', '--redact', 'r-[a-z]+x'], { stdin: planted })
  assertHidden(out + err, 'the page')
  const texts = unpackedTexts(out)
  assert.ok(texts.length >= 3)
  for (const each of texts) assertHidden(each, 'what is packed in the page')
  assert.ok(
    texts.some((each) => /\[redacted-[0-9a-f]{8}\]/.test(each)),
    'a token stands for each secret, as in a capture',
  )
  const named = await runProgram(['report', '--file', dump, '--redact', 'mongodb'])
  assert.equal(named.code, 0, named.err)
  assert.ok(!unpackedTexts(named.out).some((each) => each.includes('mongodb')))
})

test('the one script and the one style of a page are those that its policy names by their hashes', async () => {
  const { out } = await runProgram(['report', '--file', dump])
  const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(out)?.[1] ?? ''
  const script = /<script>([\s\S]*?)<\/script>/.exec(out)?.[1] ?? ''
  const style = /<style>([\s\S]*?)<\/style>/.exec(out)?.[1] ?? ''
  assert.ok(script.length > 100_000 && style.length > 1000)
  for (const part of ["default-src 'none'", `script-src ${hashOf(script)}`, `style-src ${hashOf(style)}`])
    assert.ok(policy.split('; ').includes(part), part)
  assert.ok(out.indexOf(policy) < 300, 'it is the first thing in the head')
  assert.doesNotMatch(script, /\.innerHTML|outerHTML|insertAdjacentHTML|document\.write|new Function/)
})

test('-o of a pipe or a folder is one line, and waits for nobody', { skip: process.platform === 'win32' }, async () => {
  execFileSync('mkfifo', [at('pipe')])
  mkdirSync(at('folder'))
  for (const name of ['pipe', 'folder']) {
    const { code, err } = await runProgram(['report', '--file', dump, '-o', at(name)])
    assert.deepEqual([code, err], [1, `error: the path "${at(name)}" is not a file\n`])
  }
})

test('-o names the file: another one is not overwritten, a page is; a terminal gets no HTML', async () => {
  writeFileSync(at('notes.html'), 'mine')
  const refused = await runProgram(['report', '--file', dump, '-o', at('notes.html')])
  assert.equal(refused.code, 1)
  assert.match(refused.err, /notes\.html is no page of report, and is not overwritten/)
  assert.equal(readFileSync(at('notes.html'), 'utf8'), 'mine')
  for (let count = 0; count < 2; count++) {
    const { code, out, err } = await runProgram(['report', '--file', dump, '-o', at('mesh.html')])
    assert.deepEqual([code, out], [0, ''], err)
  }
  assert.match(readFileSync(at('mesh.html'), 'utf8'), /^<!doctype html>/)
  assert.ok(!existsSync(at('mesh.html.new')))
  const nowhere = await runProgram(['report', '--file', dump, '-o', at('none/mesh.html')])
  assert.equal(nowhere.code, 1)
  assert.equal(nowhere.err, `error: cannot write ${at('none/mesh.html')}: no such folder\n`)
  const terminal = await runProgram(['report', '--file', dump], { columns: 80 })
  assert.equal(terminal.code, 1)
  assert.match(terminal.err + terminal.out, /report writes HTML, which is not for a terminal/)
  const both = await runProgram(['report', '--file', dump, '-o', '-', '--open'])
  assert.match(both.err, /--open opens a file: it does not go with -o -/)
  const empty = await runProgram(['report', '--file', dump, '-o', ''])
  assert.match(empty.err, /-o needs the name of a file/)
})

test('more proxies than a page holds are refused before any is read, and nothing is written', async () => {
  const many = at('many')
  mkdirSync(many)
  for (let count = 0; count < 1001; count++) writeFileSync(join(many, `dump-${count}.json`), '{"configs": []}')
  const { code, err } = await runProgram(['report', '--file', many, '-o', at('many.html')])
  assert.equal(code, 1)
  assert.match(err, /a page holds at most 1,000 proxies, and these are 1,001/)
  assert.ok(!existsSync(at('many.html')) && !existsSync(at('many.html.new')))
})

test('what fails leaves the page that was there', async () => {
  writeFileSync(at('broken.json'), '{"configs": [}')
  await runProgram(['report', '--file', dump, '-o', at('kept.html')])
  const before = readFileSync(at('kept.html'), 'utf8')
  const { code } = await runProgram(['report', '--file', at('broken.json'), '-o', at('kept.html')])
  assert.equal(code, 1)
  assert.equal(readFileSync(at('kept.html'), 'utf8'), before)
  assert.ok(!existsSync(at('kept.html.new')))
})

test("--open starts the desktop's opener with the file; without one the page is there all the same", {
  skip: process.platform !== 'linux' && 'xdg-open is of Linux',
}, async () => {
  const bin = at('bin')
  mkdirSync(bin)
  writeFileSync(
    join(bin, 'xdg-open'),
    `#!/bin/sh\nprintf '%s\\n' "$@" > '${at('opened')}.part'\nmv '${at('opened')}.part' '${at('opened')}'\n`,
  )
  chmodSync(join(bin, 'xdg-open'), 0o755)
  const path = [bin, '/usr/bin', '/bin'].join(delimiter)
  const { code, err } = await runProgram(['report', '--file', dump, '-o', at('open.html'), '--open'], {
    env: { PATH: path },
  })
  assert.equal(code, 0, err)
  // The program does not wait for it.
  for (let count = 0; count < 500 && !existsSync(at('opened')); count++)
    await new Promise((done) => setTimeout(done, 20))
  assert.equal(readFileSync(at('opened'), 'utf8'), `${at('open.html')}\n`)
  const without = await runProgram(['report', '--file', dump, '-o', at('other.html'), '--open'], {
    env: { PATH: at('no') },
  })
  assert.equal(without.code, 1)
  assert.match(without.err, /xdg-open cannot be started/)
  assert.match(without.err, /open it in a browser/)
  assert.ok(existsSync(at('other.html')))
})

test('the page of a program that was packaged is the one of the sources', {
  skip: executable === undefined && 'only of an executable',
}, async () => {
  const { code, out } = await runProgram(['report', '--file', dump])
  assert.equal(code, 0)
  assert.match(out, /<script type="application\/octet-stream" id="index">/)
})

test('a place and its address: every part comes back, whatever is in it', () => {
  const names = [
    'web.default',
    'outbound|9080||reviews.default.svc.cluster.local',
    'a/b',
    '#',
    '?',
    '%',
    '100%',
    'ü',
    '\u202e',
    ' ',
    '..',
  ]
  for (const name of names) {
    const address = fragmentOf(['proxy', name, 'cluster', name])
    assert.match(address, /^#[\w%.~!*'()/-]+$/, name)
    assert.deepEqual(placeOf(address).parts, ['proxy', name, 'cluster', name])
  }
  const query = new URLSearchParams({ url: 'http://a/b?c=d&e', header: 'x: y/z' })
  const place = placeOf(fragmentOf(['proxy', 'web', 'trace'], query))
  assert.deepEqual([...place.query], [...query])
  assert.deepEqual(place.parts, ['proxy', 'web', 'trace'])
  assert.deepEqual(placeOf('').parts, [])
  assert.deepEqual(placeOf('#///').parts, [])
  assert.deepEqual(placeOf('#proxy/%E0%A4%A').parts, ['proxy', '%E0%A4%A'])
  assert.deepEqual(placeOf('#\ud800').parts, ['\ud800'])
  assert.equal(fragmentOf(['\ud800']), '#%EF%BF%BD')
})
