import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTextProto } from '../../../../src/analyses/trace/cases/text-proto.ts'

const read = (text: string): string => JSON.stringify(parseTextProto(text)) ?? 'none'

test("fields of protobuf's text format: scalars, messages, lists, what comes more than once", () => {
  for (const [text, expected] of [
    ['', '{}'],
    ['a: 1', '{"a":1}'],
    ['a: -1.5 b: 1e3', '{"a":-1.5,"b":1000}'],
    ['a: true b: false c: TRUE', '{"a":true,"b":false,"c":"TRUE"}'],
    ['a: GET', '{"a":"GET"}'],
    ['a: 1x b: -x', '{"a":"1x","b":"-x"}'],
    ['a {b: 1}', '{"a":{"b":1}}'],
    ['a: {b: 1}', '{"a":{"b":1}}'],
    ['a <b: 1>', '{"a":{"b":1}}'],
    ['a {}', '{"a":{}}'],
    ['a: [1, 2]', '{"a":[1,2]}'],
    ['a: []', '{"a":[]}'],
    ['a: [{b: 1}, <b: 2>]', '{"a":[{"b":1},{"b":2}]}'],
    ['a: 1 a: 2', '{"a":[1,2]}'],
    ['a: [1, 2] a: 3', '{"a":[1,2,3]}'],
    ['a: 1, b: 2; c: 3', '{"a":1,"b":2,"c":3}'],
    ['a: 1 # b: 2\nc: 3', '{"a":1,"c":3}'],
    ['_a1: 1 B: 2', '{"_a1":1,"B":2}'],
  ] as const)
    assert.equal(read(text), expected, text)
})

test('strings: both quotes, escapes, several side by side', () => {
  for (const [text, expected] of [
    [`a: "x"`, 'x'],
    [`a: 'x'`, 'x'],
    [`a: "it's"`, "it's"],
    [`a: 'say "x"'`, 'say "x"'],
    [`a: "x" 'y' "z"`, 'xyz'],
    [`a: "#x"`, '#x'],
    [String.raw`a: "\n\t\r\"\\\'"`, `\n\t\r"\\'`],
    [String.raw`a: "\x41\x4aB"`, 'AJB'],
    [String.raw`a: "\101\60z"`, 'A0z'],
    [String.raw`a: "\q"`, 'q'],
  ] as const)
    assert.equal(parseTextProto(text)?.a, expected, text)
  assert.equal(read(`a: "x" b: "y"`), '{"a":"x","b":"y"}')
})

test('a Struct is the object that it means, anything else with its fields stays', () => {
  const entry = (key: string, value: string) => `fields {key: "${key}" value {${value}}}`
  for (const [text, expected] of [
    [`s {${entry('a', 'string_value: "x"')}}`, '{"s":{"a":"x"}}'],
    [`s {${entry('a', 'number_value: 1')} ${entry('b', 'bool_value: true')}}`, '{"s":{"a":1,"b":true}}'],
    [`s {${entry('a', 'null_value: NULL_VALUE')} ${entry('b', '')}}`, '{"s":{"a":null,"b":null}}'],
    [`s {${entry('a', `struct_value {${entry('b', 'number_value: 1')}}`)}}`, '{"s":{"a":{"b":1}}}'],
    [`s {${entry('a', 'list_value {values {number_value: 1} values {string_value: "x"}}')}}`, '{"s":{"a":[1,"x"]}}'],
    [`s {${entry('a', 'list_value {values {number_value: 1}}')}}`, '{"s":{"a":[1]}}'],
    [
      `s {${entry('a', 'string_value: "x"')} more: 1}`,
      '{"s":{"fields":{"key":"a","value":{"string_value":"x"}},"more":1}}',
    ],
    ['s {fields {key: 1 value {}}}', '{"s":{"fields":{"key":1,"value":{}}}}'],
    ['s {fields {key: "a" value: 1}}', '{"s":{"fields":{"key":"a","value":1}}}'],
  ] as const)
    assert.equal(read(text), expected, text)
})

test('what is no text-proto, and how deep one may be', () => {
  for (const text of [
    'a',
    'a 1',
    'a:',
    'a: {',
    'a {b: 1',
    '{',
    '}',
    'a: }',
    'a: ]',
    'a: [1',
    'a: :',
    '1a: 1',
    '"a": 1',
    'a-b: 1',
    'a: (1)',
    'a: "x',
    'a {b: 1>',
    'a: 1,,',
  ])
    assert.equal(read(text), 'none', text)
  const nested = (depth: number) => 'a {'.repeat(depth) + '}'.repeat(depth)
  assert.notEqual(read(nested(99)), 'none')
  assert.equal(read(nested(100)), 'none')
  const lists = (depth: number) => `a: ${'['.repeat(depth)}${']'.repeat(depth)}`
  assert.notEqual(read(lists(99)), 'none')
  assert.equal(read(lists(100)), 'none')
  assert.notEqual(read(`${nested(60)} b ${nested(60).slice(2)}`), 'none', 'one behind the other is not deeper')
})
