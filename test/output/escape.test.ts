import assert from 'node:assert/strict'
import { test } from 'node:test'
import { load } from 'js-yaml'
import { formats } from '../../src/output/index.ts'
import { escapeControls } from '../../src/output/text/escape.ts'
import { yamlText } from '../../src/output/yaml.ts'
import type { View } from '../../src/view.ts'
import { seeded } from '../analyses/diff/dumps.ts'

/** Code points that nobody may see as they are: each range by its ends. */
const ranges = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
] as const

const unsafe = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => codePoint(from + at)))
const harmless = ['a', ' ', 'é', '中', '😀', '"', '\\', "'", ':', '#', '-', '\u00a0', '{', '%', '|', '\\x01', '\\u200b']

test('every unsafe character is escaped, and no other', () => {
  for (const char of unsafe)
    assert.match(escapeControls(`a${char}b`), /^a(?:\\[nrt]|\^\[|\\u[0-9a-f]{4}|\\u\{[0-9a-f]+\})b$/)
  for (const char of harmless) assert.equal(escapeControls(char), char)
  assert.equal(escapeControls('a\u001b[31m\nb\tc\u{e0041}\ud800'), 'a^[[31m\\nb\\tc\\u{e0041}\\ud800')
})

for (const format of formats.filter(({ name }) => /^(?:json|raw|jsonl|yaml)$/.test(name))) {
  test(`-o ${format.name} shows no unsafe character and loses none`, async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const value = tree(seeded(seed), 3)
      const cell = text(seeded(seed))
      const printed = [...(await format.render(viewOf(value, cell), { headers: true }))].join('')
      assert.ok(!shown(printed), `seed ${seed}: ${JSON.stringify(printed)}`)
      const parsed: unknown = format.name === 'yaml' ? load(printed) : JSON.parse(printed)
      if (format.name === 'jsonl') assert.equal(Reflect.get(Object(parsed), 'cell'), cell, `seed ${seed}`)
      else assert.deepEqual(parsed, value, `seed ${seed}`)
    }
  })
}

test('a character that comes alone keeps its place in YAML: as key, as value, over several lines', async () => {
  for (const char of unsafe) {
    const value = { [char]: char, lines: `a\n${char}\nb`, last: [`${char}x`, `x${char}`] }
    const printed = [...(await yamlText({ value }))].join('')
    assert.ok(!shown(printed), JSON.stringify(printed))
    assert.deepEqual(load(printed), value)
  }
})

/** Whether a printed text has an unsafe character other than the line ends of its layout. */
function shown(printed: string): boolean {
  return unsafeSet.test(printed)
}

const unsafeSet = new RegExp(
  `[${ranges.map(([from, to]) => `\\u{${Math.max(from, 1).toString(16)}}-\\u{${to.toString(16)}}`).join('')}]`.replace(
    '\\u{1}-\\u{1f}',
    '\\u{0}-\\u{9}\\u{b}-\\u{1f}',
  ),
  'u',
)

function viewOf(value: unknown, cell: string): View {
  const document = () => ({ value })
  const columns = [{ header: 'CELL', key: 'cell' }]
  return { kind: 'x', columns, rows: [{ name: cell, cells: [cell] }], document, raw: document, notes: [], empty: '' }
}

function tree(random: () => number, depth: number): unknown {
  const kind = depth === 0 ? 0 : Math.floor(random() * 3)
  const size = 1 + Math.floor(random() * 3)
  if (kind === 0) return text(random)
  if (kind === 1) return Array.from({ length: size }, () => tree(random, depth - 1))
  return Object.fromEntries(Array.from({ length: size }, () => [`k${text(random)}`, tree(random, depth - 1)]))
}

function text(random: () => number): string {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] ?? list[0]
  return Array.from({ length: Math.floor(random() * 8) }, () => pick(random() < 0.4 ? unsafe : harmless)).join('')
}

function codePoint(code: number): string {
  return String.fromCodePoint(code)
}
