import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ConfigDump, Entry } from '../../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { scannedSection } from '../../../src/envoy/input/scanned-section.ts'
import { kinds } from '../../../src/envoy/kinds.ts'

const root = join(import.meta.dirname, '../../..')
const fixtures = ['sidecar', 'certificates', 'rejected'].map((name) =>
  join(root, `test/fixtures/${name}/config_dump.json`),
)

/** White space that makes a section one of those whose members are found by their brackets. */
const space = ' '.repeat(2 ** 22)

/** A dump with white space in each section, as it is read in parts. */
const wide = (text: string) => {
  const opening = '"@type":"type.googleapis.com/envoy.admin'
  return Buffer.from(text.replaceAll(`{${opening}`, `{${space}${opening}`))
}

/** The same text in a form that is parsed as a whole. */
const whole = (text: string) => Buffer.from(text.replace('{"configs"', '{"before":0,"configs"'))

function facts({ kind, name, state, version, lastUpdated, error, isDuplicate, received, resource }: Entry) {
  return { kind, name, state, version, lastUpdated, error, isDuplicate, received, resource }
}

/** The entries of every kind, or what is said in place of them. */
function answers(dump: ConfigDump, read: 'each' | 'entries'): unknown[] {
  return kinds.map((kind) => {
    try {
      return [...dump[read](kind)].map(facts)
    } catch (error) {
      return String(error).replace(/at line \d+, column \d+/, '')
    }
  })
}

async function assertSame(text: string, what: string): Promise<void> {
  const expected = answers(await readDump(whole(text), 'dump'), 'entries')
  for (const read of ['each', 'entries'] as const)
    assert.deepEqual(answers(await readDump(wide(text), 'dump'), read), expected, `${read} of ${what}`)
}

test('entries of a large section are those of the whole parse', async () => {
  for (const path of fixtures) {
    await assertSame(JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))), path)
  }
})

/** The fields of a section, or undefined where it is left to the parser. */
function partsOf(text: string) {
  const bytes = Buffer.from(`{${space}${text.slice(1)}`)
  return scannedSection(bytes, { start: 0, end: bytes.length }, 'x', 'dump').parts?.()
}

test('a section is found by its brackets only where they fit together without a gap', () => {
  const names = partsOf('{"@type":"x","a":1,"list":[{"b":{"c":[1]}} , {}],"none":[]}')?.map((part) => [
    part.name,
    'members' in part ? part.members.map((member) => member.read()) : part.value,
  ])
  assert.deepEqual(names, [
    ['@type', 'x'],
    ['a', 1],
    ['list', [{ b: { c: [1] } }, {}]],
    ['none', []],
  ])
  for (const text of [
    '{"list":[{"b":1} {"b":2}]}',
    '{"list":[{"b":1},]}',
    '{"list":[{"b":1},,{"b":2}]}',
    '{"list":[{"b":1}x,{"b":2}]}',
    '{"list":[,{"b":1}]}',
    '{"list":[{"b":1}]x}',
    '{"list":[{"b":1}],}',
    '{"list":[{"b":1}]"a":1}',
    '{"list":[{"b":1}],"list":[]}',
    '{"list":[{"b":1}}',
    '{"l\\u0069st":[{"b":1}]}',
    '{"a":tru,"list":[{"b":1}]}',
    '{list:[{"b":1}]}',
    '{}',
  ])
    assert.equal(partsOf(text), undefined, text)
})

test('a member that is broken is told with the section and the place, and hides no other section', async () => {
  const of = (name: string, list: string, members: string) =>
    `{"@type":"type.googleapis.com/envoy.admin.v3.${name}ConfigDump","${list}":[${members}]}`
  for (const broken of ['{"cluster":{"name":"b"]}', '{"cluster":tru}']) {
    const sections = [
      of('Clusters', 'static_clusters', `{"cluster":{"name":"a"}},${broken},{"cluster":{"name":"c"}}`),
      of('Listeners', 'static_listeners', '{"listener":{"name":"l"}}'),
    ]
    const dump = await readDump(wide(`{"configs":[${sections.join()}]}`), 'dump')
    assert.deepEqual(
      [...dump.each('listeners')].map(({ name }) => name),
      ['l'],
    )
    assert.throws(
      () => [...dump.each('clusters')],
      /dump is broken JSON at line 1, column \d+, inside envoy\.admin\.v3\.ClustersConfigDump|cut short/,
    )
  }
})
