import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { conditions, reasonRows, reasonSections } from '../../scripts/readme/reason-codes.ts'
import { adviceByCode } from '../../src/analyses/trace/advice/advice-by-code.ts'
import { reasonGroups } from '../../src/semantics/reasons/reason-text.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('each code stands in one section, and its sentence is one line', () => {
  const rows = reasonSections.flatMap(({ texts }) => reasonRows(texts))
  assert.equal(new Set(rows.map(({ code }) => code)).size, rows.length)
  assert.ok(rows.length > 150)
  for (const { code, text } of [...rows, ...reasonRows(conditions.texts)]) {
    assert.match(code, /^[a-z0-9]+(-[a-z0-9]+)*$/)
    assert.match(text, /^[^\s].*[^\s.]$/, code)
    assert.ok(!/undefined|\[object|\bNaN\b/.test(text), `${code}: ${text}`)
  }
})

test('each code of the documentation is one of the program, with a sentence, and the other way round', () => {
  const documented = readFileSync(`${root}docs/reason-codes.md`, 'utf8').matchAll(/^\| `([a-z0-9-]+)` \|/gm)
  const rows = [...reasonSections.flatMap(({ texts }) => reasonRows(texts)), ...reasonRows(conditions.texts)]
  assert.deepEqual(
    [...new Set(Array.from(documented, ([, code]) => code))].toSorted(),
    [...new Set(rows.map(({ code }) => code))].toSorted(),
  )
})

test('every way to end has advice or says that it needs none', () => {
  assert.deepEqual(
    Object.keys(reasonGroups.ends).filter((code) => !Object.hasOwn(adviceByCode, code)),
    [],
  )
  for (const [code, advice] of Object.entries(adviceByCode))
    if (typeof advice === 'string') assert.match(advice, /^[A-Zk].{15,}[.?]$/, code)
})

/** What others wrote: their words may be read where they have no code. */
const foreign = new Map([
  ['src/envoy/input/yaml.ts', /nesting exceeded|merge keys exceeded/],
  ['src/envoy/redaction/private-keys.ts', /KEY|Private-|kty/],
  ['src/envoy/redaction/redact-text.ts', /PRIVATE KEY/],
  ['src/mesh/istiod.ts', /Proxy not connected/],
  ['src/fetch/kube/proxy/exec-http.ts', /executable file not found/],
  ['src/fetch/kube/proxy/port-forward.ts', /connection refused/],
  ['src/sql/engine/error-position.ts', /column name:|wrong number of arguments/],
  ['src/commands/query/sql-errors.ts', /no such (?:table|column)/],
  ['src/ztunnel/log-levels.ts', /current log level is/],
])

test('nothing decides on a sentence of its own', () => {
  const sentence = /(['"`/])(?:[^'"`/\n]* )?[A-Za-z]{2,} [A-Za-z]{2,}[^'"`/\n]*\1/
  const reading = [
    // A sentence by the name of what holds it.
    /\b(?:reason|message|note|warning|hint|advice|outcome|why|sentence)s?(?:\(\))?\??\.(?:includes|startsWith|endsWith|match|search|indexOf)\(/,
    /\.test\([^)]*\b(?:reason|message|note|warning|hint|advice|why|sentence)s?\b[^)]*\)/,
    /\.exec\([^)]*\b(?:reason|note|warning|hint|advice|why|sentence)s?\b[^)]*\)/,
    // Words with a blank between them, searched for in anything.
    new RegExp(`\\.(?:includes|startsWith|endsWith|indexOf|search|match)\\(\\s*${sentence.source}`),
    new RegExp(`${sentence.source}[a-z]*\\.(?:test|exec)\\(`),
  ]
  assert.ok(reading[0]?.test("if (outcome.reason.includes('subset')) return"), 'what this searches for is found')
  assert.ok(reading[3]?.test("text.endsWith('by server name')"), 'what this searches for is found')
  const found = globSync('src/**/*.ts', { cwd: root }).flatMap((file) =>
    readFileSync(`${root}${file}`, 'utf8')
      .split('\n')
      .filter((line) => reading.some((pattern) => pattern.test(line)) && !foreign.get(file)?.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  )
  assert.deepEqual(found, [])
})
