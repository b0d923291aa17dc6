import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { lint } from '../../src/commands/lint.ts'
import { inMemory } from '../../src/envoy/input/stored-bytes.ts'
import { openZip } from '../../src/fetch/capture/zip/open-zip.ts'
import { resourceKinds } from '../../src/resources/index.ts'
import { outputValues } from '../output-values.ts'
import { runProgram } from '../run-program.ts'
import { assertHidden } from './planted/assert-hidden.ts'
import { text } from './planted/planted-dump.ts'
import { added, plant, planted } from './planted/planted-filters.ts'

const allFormats = outputValues

test('no secret of any field, in any form, is printed, whatever the command and the format', async () => {
  assert.ok(planted.length > 150, `${planted.length} were planted`)
  const commands = ['all', 'certs', ...resourceKinds.map(({ name }) => name)]
  let printed = 0
  for (const name of commands) {
    for (const format of allFormats) {
      const { out, err } = await runProgram([name, '--file', '-', '-o', format], { stdin: text })
      assert.doesNotMatch(err, /defect/, `${name} -o ${format}`)
      assertHidden(out + err, `${name} -o ${format}`)
      if (out !== '') printed++
    }
  }
  assert.ok(printed > commands.length * 4)
})

/** Lines of an access log of failed requests. */
function logLines(): string[] {
  const path = `/m?access_token=${plant('query of a logged request')}`
  return [
    `[2026-01-01T00:00:00.000Z] "GET ${path} HTTP/1.1" 503 UF upstream_reset{Authorization: Bearer ${plant('details of a log')}} - "-" 0 91 1 - "10.0.0.9" "curl Bearer ${plant('user agent of a log')}" "id" "v" "10.0.0.1:80" c - 10.0.0.2:80 10.0.0.3:5 - -`,
    JSON.stringify({
      response_code: 503,
      response_flags: 'UF',
      method: 'GET',
      path,
      authority: 'v',
      upstream_cluster: 'c',
      authorization: `Bearer ${plant('header in a log')}`,
      cookie: `sid=${plant('cookie in a log')}`,
    }),
  ]
}

test('nor by what is made of a dump: traces, policies, differences, drawings, cases', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [own, other, third, cases] = ['own.json', 'other.json', 'third.json', 'cases.json'].map((name) =>
    join(folder, name),
  )
  assert.ok(own !== undefined && other !== undefined && third !== undefined && cases !== undefined)
  writeFileSync(own, text)
  writeFileSync(third, text)
  writeFileSync(other, text.replaceAll(/X7q(?=["\\])/g, 'X7qOther'))
  // What lint found of the other dump, and lines of a log with credentials in every field that can hold one.
  const [baseline, log, captured] = ['baseline.json', 'access.log', 'made.zip'].map((name) => join(folder, name))
  assert.ok(baseline !== undefined && log !== undefined && captured !== undefined)
  writeFileSync(baseline, (await runProgram(['lint', '--file', other, '--profile', 'all', '-o', 'json'])).out)
  assertHidden(readFileSync(baseline, 'utf8'), 'a baseline')
  writeFileSync(log, logLines().join('\n'))
  await runProgram(['capture', '--file', own, '--to', captured])
  const headers = { cookie: plant('cookie of a case'), 'x-api-key': plant('API key of a case') }
  writeFileSync(
    cases,
    JSON.stringify([{ name: 'a\u{e0041}', request: { url: 'http://v/', headers }, expect: { cluster: 'c' } }]),
  )
  const traced = [
    ...['--address', '10.0.0.9', '--explain', '-H', `authorization=${plant('header of a request')}`],
    ...['-H', `cookie: sid=${plant('cookie of a request')}`],
  ]
  const commands = [
    ...['/', '/m', '/q', '/r', '/d'].map((path) => ['trace', '--file', own, `http://v:80${path}`, ...traced]),
    ['trace', '--file', own, '--requests', cases],
    ['authz', '--file', own],
    ['authz', '--file', own, '--request', 'http://v:80/'],
    ['describe', 'service', 'c', '--file', own],
    ['status', '--file', own],
    ['status', '--file', own, '--control-plane-file', other],
    ['rootca-compare', '--file', own, '--file', other],
    ['routes', '--file', own, '--name', 'none'],
    ['lint', '--file', own, '--profile', 'all'],
    ['lint', '--file', own, '--profile', 'all', '--baseline', baseline],
    ['explain', '503 UF,URX', '--file', own],
    ['explain', '--log', log, '--file', own, '--all'],
    ['explain', '--log', log, '--file', own, '--verify'],
    ['capture', 'show', '--capture', captured],
    ['diff', '--file', own, '--file', other],
    ['diff', '--file', own, '--file', other, '--identity', '--requests', cases],
    ['diff', '--file', own, '--file', other, '--file', third],
    ['diff', '--file', own, '--capture', captured],
    ...['routes', 'certs', 'bootstrap'].map((kind) => [kind, '--file', own, '--file', other, '--group']),
    ['listeners', '--file', own, '--file', other, '--file', third, '--odd'],
    ['trace', '--file', own, `http://user:${plant('password of a traced URL')}@v/`, ...traced],
  ]
  for (const words of commands) {
    for (const format of [...allFormats, 'unified', 'mermaid', 'dot', 'text', 'patch', ...(lint.formats ?? [])]) {
      const { out, err } = await runProgram([...words, '-o', format])
      assert.doesNotMatch(err, /defect/, `${words.join(' ')} -o ${format}`)
      assertHidden(out + err, `${words.join(' ')} -o ${format}`)
      if (format === 'jsonl') for (const line of out.trim().split('\n')) if (line !== '') JSON.parse(line)
    }
  }
})

test('nor is one in a capture, and each has a token', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [own, file] = [join(folder, 'own.json'), join(folder, 'made.zip')]
  writeFileSync(own, text)
  const { code, out, err } = await runProgram(['capture', '--file', own, '--to', file])
  assert.equal(code, 0, err)
  assertHidden(out + err, 'what capture prints')
  const zip = await openZip(inMemory(readFileSync(file)), { label: file, maxSize: 1e9 })
  let tokens = 0
  for (const name of zip.names) {
    const captured = Buffer.from((await zip.read(name)) ?? []).toString('utf8')
    assertHidden(captured, name)
    tokens += captured.match(/\[redacted-[0-9a-f]{8}\]/g)?.length ?? 0
  }
  assert.ok(tokens > 150, `${tokens} tokens`)
  const shown = await runProgram(['all', '-o', 'json', 'default/x', '--capture', file])
  assertHidden(shown.out + shown.err, 'what is shown of it')
})

test('a difference between two hidden values is one, and says no more', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [own, other] = [join(folder, 'own.json'), join(folder, 'other.json')]
  const value = /CANARY\d+X7q/.exec(JSON.stringify(added[0]))?.[0] ?? ''
  writeFileSync(own, text)
  writeFileSync(other, text.replaceAll(value, `${value}Other`))
  const same = await runProgram([
    'status',
    '--file',
    own,
    '--control-plane-file',
    own,
    '--type',
    'rds',
    '-o',
    'unified',
    '--exit-code',
  ])
  const { out, code } = await runProgram([
    'status',
    '--file',
    own,
    '--control-plane-file',
    other,
    '--type',
    'rds',
    '-o',
    'unified',
    '--exit-code',
  ])
  assert.equal(same.code, 0)
  assert.equal(code, 1)
  assert.match(out, /^-.*\[redacted\]"/m)
  assert.match(out, /^\+.*\[redacted, differs\]"/m)
})

test('--show-secrets shows credentials in documents, and never a private key', async () => {
  const kept =
    /^(?:private_key|privateKey|pkcs12|session_?ticket_?keys|name of a member|body|endpoints|chain|static secret|rejection|rejected|unknown (?:secret|part|type, a key)|.*JWK)/i
  const seen = new Set<string | undefined>()
  for (const format of ['json', 'yaml', 'raw', 'table', 'jsonl']) {
    const { out, err } = await runProgram(['all', '--file', '-', '-o', format, '--show-secrets'], { stdin: text })
    for (const [, at] of (out + err).matchAll(/CANARY(\d+)X7q/g)) seen.add(planted[Number(at) - 1])
  }
  assert.deepEqual(
    [...seen].filter((where) => kept.test(where ?? '')),
    [],
  )
  for (const where of [
    'added authorization',
    'exact cookie',
    'initial metadata',
    'ENV',
    'access_token as text',
    'generic secret',
  ]) {
    assert.ok(seen.has(where), where)
  }
})
