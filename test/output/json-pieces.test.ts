import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { jsonPieces } from '../../src/output/json/json-pieces.ts'

test('the pieces are the text that JSON.stringify gives', () => {
  const dump: unknown = JSON.parse(
    readFileSync(new URL('../fixtures/gateway/config_dump.json', import.meta.url), 'utf8'),
  )
  const values: unknown[] = [
    dump,
    {},
    [],
    null,
    'a\nb',
    1,
    { a: undefined, b: [undefined, {}, [[]]], c: { d: { e: { f: { g: 'x\ny' } } } } },
    [new Date(0)],
  ]
  for (const value of values) assert.equal([...jsonPieces(value)].join(''), JSON.stringify(value, null, 4))
})

test('a value whose text is longer than the longest string comes in pieces, too', () => {
  let wide: unknown = Array.from({ length: 400_000 }, () => 1)
  for (let level = 0; level < 450; level++) wide = [wide]
  assert.throws(() => JSON.stringify(wide, null, 4), RangeError)
  let ones = 0
  for (const piece of jsonPieces(wide)) for (const char of piece) if (char === '1') ones++
  assert.equal(ones, 400_000)
})

test('a large value comes in pieces', () => {
  const pieces = [...jsonPieces({ list: Array.from({ length: 10_000 }, (_, index) => ({ name: `cluster ${index}` })) })]
  assert.ok(pieces.length > 5)
  assert.ok(Math.max(...pieces.map(({ length }) => length)) < 70_000)
})
