import assert from 'node:assert/strict'
import { test } from 'node:test'
import { documentText as json } from '../../src/output/json/document-text.ts'
import { redactedView } from '../../src/output/redacted-view.ts'
import { yamlText as yaml } from '../../src/output/yaml.ts'
import type { Document, View } from '../../src/view.ts'
import { seeded } from '../analyses/diff/dumps.ts'

const names = ['configs', '@type', 'a b', 'true', 'private_key', 'x: y', `${'long'.repeat(300)}`, 'a\nb']
const leaves = [
  'x',
  '',
  'a: b',
  'two\nlines',
  '\u202e',
  7,
  true,
  null,
  { inline_string: 'of\n\n  lines\n' },
  [[], {}],
  [[1, [2]], { a: [3] }],
  { name: 's', tls_certificate: { private_key: { inline_string: 'hidden' } } },
]

function documentOf(random: () => number, depth: number): Document {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
  const many = Array.from({ length: Math.floor(random() * 4) })
  const kind = depth === 0 ? 0 : Math.floor(random() * 4)
  if (kind === 0) return { value: pick(leaves) }
  if (kind === 1) return { list: many.map(() => pick(leaves)) }
  if (kind === 2) return { documents: many.map(() => documentOf(random, depth - 1)) }
  const members = new Map(many.map(() => [pick(names) ?? '', documentOf(random, depth - 1)]))
  return { fields: [...members] }
}

function wholeOf(document: Document): unknown {
  if ('value' in document) return document.value
  if ('list' in document) return [...document.list]
  if ('documents' in document) return document.documents.map(wholeOf)
  return Object.fromEntries(document.fields.map(([name, inner]) => [name, wholeOf(inner)]))
}

function viewOf(document: Document): View {
  return {
    kind: 'x',
    columns: [],
    rows: [],
    document: () => document,
    raw: () => document,
    notes: [],
    empty: '',
  }
}

type Print = (document: Document) => Iterable<string> | Promise<Iterable<string>>

async function printed(print: Print, document: Document): Promise<string> {
  return [...(await print(redactedView(viewOf(document), false).document()))].join('')
}

test('a document in parts is printed and redacted as the whole is', async () => {
  for (let seed = 1; seed <= 400; seed++) {
    const document = documentOf(seeded(seed), 4)
    const whole = { value: wholeOf(document) }
    assert.equal(await printed(json, document), await printed(json, whole), `seed ${seed}`)
    const text = await printed(yaml, document)
    // A name that is too long for its line stands apart from what it names.
    if (!/^[ -]*\? /m.test(text)) assert.equal(text, await printed(yaml, whole), `seed ${seed}`)
    assert.deepEqual(await loaded(text), await loaded(await printed(yaml, whole)), `seed ${seed}:\n${text}`)
    assert.doesNotMatch(text, /hidden/)
  }
})

async function loaded(text: string): Promise<unknown> {
  const { load } = await import('js-yaml')
  return load(text)
}

test('a member whose name is a private key has another name, and two of them stay two', async () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END PRIVATE KEY-----`
  const document = { fields: [[key, { value: 1 }] as const, [`${key} `, { list: [2] }] as const] }
  assert.deepEqual(JSON.parse(await printed(json, document)), { '[redacted]': 1, '[redacted] 2': [2] })
})

test('what the names around an item say of it counts also where the item is printed alone', async () => {
  const item = { name: 's', secret: { name: 's', brand_new: 'hidden' } }
  const list: Document = { fields: [['dynamic_active_secrets', { list: [item] }]] }
  for (const document of [list, { fields: [['configs', { documents: [list] }]] as const }])
    assert.doesNotMatch(await printed(json, document), /hidden/)
})
