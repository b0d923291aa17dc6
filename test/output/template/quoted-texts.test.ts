import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare } from '../../../src/output/template/compare.ts'
import { TemplateFailure } from '../../../src/output/template/template-failure.ts'
import { unquote } from '../../../src/output/template/unquote.ts'

test('every escape of a quoted text of Go, and none besides', () => {
  for (const [written, read] of [
    ['\\a', '\u0007'],
    ['\\b', '\b'],
    ['\\f', '\f'],
    ['\\n', '\n'],
    ['\\r', '\r'],
    ['\\t', '\t'],
    ['\\v', '\v'],
    ['\\\\', '\\'],
    ['\\"', '"'],
    ["\\'", "'"],
    ['\\x41', 'A'],
    ['\\xE9', 'é'],
    ['\\u00e9', 'é'],
    ['\\U0001F600', '😀'],
    ['\\U0010ffff', '\u{10ffff}'],
    ['\\101', 'A'],
    ['\\000', '\0'],
    ['a\\\\nb', 'a\\nb'],
    ['plain', 'plain'],
    ['', ''],
  ] as const)
    assert.equal(unquote(written), read, written)
  for (const wrong of ['\\', '\\x4', '\\u12', '\\U00110000', '\\18', '\\8', '\\q', 'a\\', '\\q\\n'])
    assert.equal(unquote(wrong), undefined, wrong)
})

test('values are compared with each operator: below, equal, above', () => {
  const table: Readonly<Record<string, readonly [boolean, boolean, boolean]>> = {
    '==': [false, true, false],
    '!=': [true, false, true],
    '<': [true, false, false],
    '<=': [true, true, false],
    '>': [false, false, true],
    '>=': [false, true, true],
  }
  for (const [operator, expected] of Object.entries(table)) {
    assert.deepEqual([compare(1, operator, 2), compare(2, operator, 2), compare(3, operator, 2)], expected, operator)
    assert.deepEqual([compare('a', operator, 'b'), compare('b', operator, 'b'), compare('c', operator, 'b')], expected)
    assert.equal(compare(undefined, operator, 1), false)
    assert.equal(compare('a', operator, undefined), false)
    assert.equal(compare(undefined, operator, undefined), false)
    assert.throws(() => compare(1, operator, '1'), new TemplateFailure('incompatible types for comparison'))
    assert.throws(() => compare('true', operator, 1), new TemplateFailure('incompatible types for comparison'))
    for (const value of [null, {}, []]) {
      assert.throws(() => compare(value, operator, 1), new TemplateFailure('invalid type for comparison'))
      assert.throws(() => compare('a', operator, value), new TemplateFailure('invalid type for comparison'))
    }
  }
  assert.deepEqual([compare(true, '==', true), compare(true, '==', false)], [true, false])
  assert.deepEqual([compare(true, '!=', true), compare(true, '!=', false)], [false, true])
  for (const operator of ['<', '<=', '>', '>='])
    assert.throws(() => compare(true, operator, true), new TemplateFailure('invalid type for comparison'))
})
