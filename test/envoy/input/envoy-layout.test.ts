import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { growDump } from '../../../scripts/bench/grow-dump.ts'
import type { Entry } from '../../../src/envoy/dump/config-dump.ts'
import { envoyLayout } from '../../../src/envoy/input/envoy-layout.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import { kinds } from '../../../src/envoy/kinds.ts'
import { AppError } from '../../../src/errors.ts'
import { storedFile } from '../../../src/fetch/saved/stored-file.ts'

const root = join(import.meta.dirname, '../../..')
const fixtures = globSync('test/fixtures/*/config_dump*.json', { cwd: root }).map((path) => join(root, path))
const sidecar = join(root, 'test/fixtures/sidecar/config_dump.json')

function facts({ kind, name, state, version, lastUpdated, error, isDuplicate, received, resource }: Entry) {
  return { kind, name, state, version, lastUpdated, error, isDuplicate, received, resource }
}

/** Entries as a plain parse of the whole text has them: compact JSON is in no layout. */
async function parsedWhole(bytes: Uint8Array) {
  return readDump(Buffer.from(JSON.stringify(JSON.parse(Buffer.from(bytes).toString()))), 'whole')
}

test('entries read one by one are those of the whole parse', async () => {
  assert.ok(fixtures.length >= 15, 'the fixtures were found')
  let recognised = 0
  for (const fixture of fixtures) {
    const bytes = readFileSync(fixture)
    if (envoyLayout(inMemory(bytes), fixture) !== undefined) recognised++
    const [dump, whole] = [await readDump(bytes, fixture), await parsedWhole(bytes)]
    for (const kind of kinds) {
      const read = [...dump.each(kind)]
      assert.deepEqual(read.map(facts), whole.entries(kind).map(facts), `${kind} of ${fixture}`)
    }
  }
  assert.ok(recognised >= 15, `Envoy's layout was recognised in ${recognised} of ${fixtures.length}`)
})

test('a large file is read in part, with the same result, and an entry is read again after others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-config-layout-'))
  try {
    const path = join(folder, 'dump.json')
    growDump(sidecar, path, 7e6)
    const stored = storedFile(path)
    assert.ok(stored !== undefined && envoyLayout(stored, path) !== undefined)
    const dump = await readDump(stored, path)
    const whole = await parsedWhole(readFileSync(path))
    for (const kind of kinds) {
      const read = [...dump.each(kind)]
      const expected = whole.entries(kind)
      assert.equal(read.length, expected.length)
      assert.deepEqual(read.toReversed().map(facts), expected.toReversed().map(facts), kind)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what only looks like the layout is left to the parser', async () => {
  const text = readFileSync(sidecar, 'utf8')
  const looksLike = [
    text.trimEnd().slice(0, -1),
    `\ufeff${text}`,
    text.replaceAll('\n', '\r\n'),
    `${text}{}`,
    text.replace('\n  {\n   "@type": "type.googleapis.com/', '\n  {\n   "@type": "other.example/'),
    text.replace('\n  },\n  {\n', '\n  } ,\n  {\n'),
  ]
  for (const [index, variant] of looksLike.entries()) {
    assert.equal(envoyLayout(inMemory(Buffer.from(variant)), 'variant'), undefined, `variant ${index}`)
  }
  const odd = text.replaceAll('\n    },\n    {\n', '\n    } ,\n    {\n')
  assert.notEqual(odd, text)
  const [dump, whole] = [await readDump(Buffer.from(odd), 'odd'), await readDump(Buffer.from(text), 'sidecar')]
  assert.deepEqual([...dump.each('clusters')].map(facts), whole.entries('clusters').map(facts))
})

test('a broken member is named with its place, and the other sections are shown', async () => {
  const text = readFileSync(sidecar, 'utf8')
  const at = text.indexOf('"lb_policy"', text.indexOf('ClustersConfigDump'))
  const broken = `${text.slice(0, at)}lb_policy${text.slice(at + '"lb_policy"'.length)}`
  const line = text.slice(0, at).split('\n').length
  const dump = await readDump(Buffer.from(broken), 'dump.json')
  assert.throws(
    () => [...dump.each('clusters')],
    (error) => error instanceof AppError && error.message.includes(`dump.json is broken JSON at line ${line}, column`),
  )
  const whole = await readDump(Buffer.from(text), 'dump.json')
  assert.deepEqual([...dump.each('listeners')].map(facts), whole.entries('listeners').map(facts))
})
