import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTextProto } from '../../../src/analyses/trace/cases/text-proto.ts'

test('fields, messages with and without a colon, lists, strings side by side, comments', () => {
  const text = `# what Envoy's tool reads
a: "x" 'y\\n' b { c: 1, c: -2.5; d <e: true> } list: [1, {f: A}] b: {}`
  assert.deepEqual(parseTextProto(text), {
    a: 'xy\n',
    b: [{ c: [1, -2.5], d: { e: true } }, {}],
    list: [1, { f: 'A' }],
  })
})

test('a Struct is the object that it means', () => {
  const value =
    'fields { key: "a" value { list_value { values { number_value: 1 } values { null_value: NULL_VALUE } } } }'
  assert.deepEqual(parseTextProto(`m { ${value} }`), { m: { a: [1, null] } })
})

test('what every object has is a field like any other', () => {
  assert.deepEqual(Object.entries(parseTextProto('constructor: 1 __proto__ { a: 2 }') ?? {}), [
    ['constructor', 1],
    ['__proto__', { a: 2 }],
  ])
})

test('what is no text-proto is refused, however deep', () => {
  for (const text of ['a', 'a:', 'a {', '}', 'a: [1', '{}', '1: 2', 'a: @', 'a: }', 'a {'.repeat(10_000)]) {
    assert.equal(parseTextProto(text), undefined, text.slice(0, 20))
  }
})
