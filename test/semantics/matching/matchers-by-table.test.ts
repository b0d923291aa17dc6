import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import {
  describeHeader,
  headerMatches,
  headersMatch,
  unknownOfHeaders,
} from '../../../src/semantics/matching/header-match.ts'
import { headersOf } from '../../../src/semantics/matching/http-headers.ts'
import { dynamicMetadataMatches, metadataMatches } from '../../../src/semantics/matching/metadata-match.ts'
import { anyText, partialText } from '../../../src/semantics/matching/partial-text.ts'
import { describeQuery, queryMatches, queryOf } from '../../../src/semantics/matching/query-match.ts'
import { isOpen, opened } from '../../../src/semantics/matching/stream-state.ts'
import { asciiLower, describeString, stringMatches } from '../../../src/semantics/matching/string-match.ts'
import { allOf, anyOf, not } from '../../../src/semantics/matching/ternary.ts'

test('a text by each comparison, its case where that counts, and what an unknown one comes to', () => {
  for (const [matcher, yes, no] of [
    [{ exact: 'ab' }, ['ab'], ['a', 'abc', 'AB', '']],
    [{ prefix: 'ab' }, ['ab', 'abc'], ['a', 'cab', 'ABc']],
    [{ suffix: 'ab' }, ['ab', 'cab'], ['b', 'abc', 'cAB']],
    [{ contains: 'ab' }, ['ab', 'cabd'], ['a', 'cABd']],
    [{ safe_regex: { regex: 'a.c' } }, ['abc'], ['abcd', 'xabc', 'ABC']],
    [{ regex: 'a+' }, ['a', 'aaa'], ['', 'ab']],
    [{ exact: 'Ab', ignore_case: true }, ['ab', 'AB'], ['abc']],
    [{ prefix: 'Ab', ignore_case: true }, ['aBc'], ['cab']],
    [{ suffix: 'Ab', ignore_case: true }, ['caB'], ['abc']],
    [{ contains: 'Ab', ignore_case: true }, ['caBd'], ['acb']],
    [{ exact: 'É', ignore_case: true }, ['É'], ['é']],
    [{ exact: '' }, [''], ['a']],
    [{}, [''], ['a']],
  ] as const) {
    for (const text of yes) assert.equal(stringMatches(matcher, text), true, `${JSON.stringify(matcher)} ${text}`)
    for (const text of no) assert.equal(stringMatches(matcher, text), false, `${JSON.stringify(matcher)} ${text}`)
  }
  assert.equal(stringMatches({ custom: {} }, 'a'), undefined)
  const open = partialText(['ab', anyText], 'generated')
  for (const [matcher, truth] of [
    [{ prefix: 'ab' }, true],
    [{ prefix: 'b' }, false],
    [{ exact: 'b' }, false],
    [{ exact: 'abc' }, undefined],
    [{ suffix: 'c' }, undefined],
    [{ contains: 'AB', ignore_case: true }, true],
    [{ safe_regex: { regex: 'b.*' } }, undefined],
    [{}, false],
    [{ custom: {} }, undefined],
  ] as const)
    assert.equal(stringMatches(matcher, open), truth, JSON.stringify(matcher))
  assert.equal(asciiLower('ABÉz'), 'abÉz')
})

test('a text matcher in words', () => {
  for (const [matcher, words] of [
    [{ exact: 'a' }, 'is "a"'],
    [{ prefix: 'a' }, 'starts with "a"'],
    [{ suffix: 'a' }, 'ends with "a"'],
    [{ contains: 'a' }, 'contains "a"'],
    [{ safe_regex: { regex: 'a' } }, '~ /a/'],
    [{ regex: 'a' }, '~ /a/'],
    [{}, 'is ""'],
  ] as const)
    assert.equal(describeString(matcher), words)
})

test('three-valued logic', () => {
  assert.deepEqual([not(true), not(false), not(undefined)], [false, true, undefined])
  for (const [parts, all, any] of [
    [[], true, false],
    [[true], true, true],
    [[false], false, false],
    [[undefined], undefined, undefined],
    [[true, undefined], undefined, true],
    [[false, undefined], false, undefined],
    [[true, false], false, true],
  ] as const) {
    assert.equal(allOf(parts), all, JSON.stringify(parts))
    assert.equal(anyOf(parts), any, JSON.stringify(parts))
  }
})

const one = (matcher: JsonObject, ...values: readonly string[]) =>
  headerMatches(
    { name: 'X-A', ...matcher },
    headersOf(
      values.map((value) => ['x-a', value]),
      {},
    ),
  )

test('a header by each form of its matcher, old ones too', () => {
  for (const [matcher, yes, no] of [
    [{ string_match: { prefix: 'a' } }, 'ab', 'b'],
    [{ safe_regex_match: { regex: 'a+' } }, 'aa', 'ab'],
    [{ exact_match: 'a' }, 'a', 'b'],
    [{ prefix_match: 'a' }, 'ab', 'ba'],
    [{ suffix_match: 'a' }, 'ba', 'ab'],
    [{ contains_match: 'a' }, 'bab', 'b'],
    [{ regex_match: 'a+' }, 'aa', 'b'],
    [{ value: 'a' }, 'a', 'b'],
    [{ value: 'a+', regex: true }, 'aa', 'a+'],
    [{ range_match: { start: 1, end: 10 } }, '1', '10'],
    [{ range_match: { start: '-2', end: '10' } }, '9', '-3'],
    [{ range_match: { end: 2 } }, '0', '-1'],
  ] as const) {
    assert.equal(one(matcher, yes), true, JSON.stringify(matcher))
    assert.equal(one(matcher, no), false, JSON.stringify(matcher))
    assert.equal(one({ ...matcher, invert_match: true }, yes), false, JSON.stringify(matcher))
    assert.equal(one({ ...matcher, invert_match: true }, no), true, JSON.stringify(matcher))
    assert.equal(one(matcher), false, 'absent')
    assert.equal(one({ ...matcher, invert_match: true }), false, 'absent')
  }
  assert.equal(one({ exact_match: '' }, 'anything'), true, 'a quirk of the old field')
  assert.equal(one({ string_match: { exact: '' } }, 'anything'), false)
  assert.equal(one({ string_match: { custom: {} } }, 'a'), false)
  assert.equal(one({ present_match: true, treat_missing_header_as_empty: true }), true)
  assert.equal(one({ present_match: false, treat_missing_header_as_empty: true }), false)
  assert.equal(one({ range_match: { start: 1, end: 3 } }, '+2'), true)
  assert.equal(one({ range_match: { start: 1, end: 3 } }, '2.0'), false)
})

test('a header whose value is not known, or that may not be there', () => {
  const headersWith = (optional: boolean) =>
    headersOf([], {}).with('x-a', [partialText(['ab', anyText], 'generated', optional)])
  const truth = (matcher: JsonObject, optional = false) =>
    headerMatches({ name: 'x-a', ...matcher }, headersWith(optional))
  assert.equal(truth({ prefix_match: 'ab' }), true)
  assert.equal(truth({ prefix_match: 'ab' }, true), undefined, 'if it is there')
  assert.equal(truth({ prefix_match: 'c' }, true), false)
  assert.equal(truth({ exact_match: 'abc' }), undefined)
  assert.equal(truth({ range_match: { start: 0, end: 9 } }), undefined)
  assert.equal(truth({ present_match: true }), true)
  assert.equal(truth({ present_match: true }, true), undefined)
  assert.equal(truth({ present_match: false }, true), undefined)
  assert.equal(truth({ string_match: { custom: {} } }), undefined)
  const matchers = [{ name: 'b' }, { name: 'x-a', exact_match: 'abc' }]
  assert.equal(headersMatch(matchers, headersWith(false)), false)
  assert.equal(headersMatch(matchers.slice(1), headersWith(false)), undefined)
  assert.equal(headersMatch([], headersWith(false)), true)
  assert.equal(unknownOfHeaders(matchers, headersWith(false)), 'generated')
})

test('a header matcher in words', () => {
  for (const [matcher, words] of [
    [{}, 'x present'],
    [{ present_match: true, invert_match: true }, 'x not present'],
    [{ present_match: false }, 'x absent'],
    [{ exact_match: 'a' }, 'x is "a"'],
    [{ string_match: { prefix: 'a' }, invert_match: true }, 'not x starts with "a"'],
    [{ value: 'a', regex: true }, 'x ~ /a/'],
    [{ range_match: { start: 1, end: 5 } }, 'x in [1, 5)'],
    [{ range_match: { end: 5 }, invert_match: true }, 'x not in [0, 5)'],
  ] as const)
    assert.equal(describeHeader({ name: 'x', ...matcher }), words)
  assert.equal(describeHeader({ name: 'authorization', exact_match: 'Bearer abc' }).includes('abc'), false)
})

test('query parameters as Envoy reads them', () => {
  for (const [path, expected] of [
    ['/a', []],
    ['/a?', []],
    ['/a?b', [['b', '']]],
    [
      '/a?b=1&&c=2=3&b=4',
      [
        ['b', '1'],
        ['c', '2=3'],
      ],
    ],
    ['/a?b=1#c=2', [['b', '1']]],
    ['/a#x?b=1', [['b', '1']]],
    ['/?=1', [['', '1']]],
  ] as const)
    assert.deepEqual([...queryOf(path)], expected, path)
})

test('a query parameter by each form of its matcher, and in words', () => {
  const query = queryOf('/?a=xyz&empty=')
  for (const [matcher, truth, words] of [
    [{ name: 'a' }, true, 'a present'],
    [{ name: 'b' }, false, 'b present'],
    [{ name: 'a', present_match: true }, true, 'a present'],
    [{ name: 'a', present_match: false }, false, 'a absent'],
    [{ name: 'b', present_match: false }, true, 'b absent'],
    [{ name: 'a', string_match: { prefix: 'x' } }, true, 'a starts with "x"'],
    [{ name: 'a', string_match: { prefix: 'y' } }, false, 'a starts with "y"'],
    [{ name: 'a', string_match: { custom: {} } }, false, 'a is ""'],
    [{ name: 'a', value: 'xyz' }, true, 'a is "xyz"'],
    [{ name: 'a', value: 'xy' }, false, 'a is "xy"'],
    [{ name: 'a', value: 'x.z', regex: true }, true, 'a ~ /x.z/'],
    [{ name: 'a', value: 'x.', regex: true }, false, 'a ~ /x./'],
    [{ name: 'a', value: '' }, true, 'a present'],
    [{ name: 'empty' }, true, 'empty present'],
    [{ name: 'b', value: 'x' }, false, 'b is "x"'],
  ] as const) {
    assert.equal(queryMatches(matcher, query), truth, JSON.stringify(matcher))
    assert.equal(describeQuery(matcher), words)
  }
})

const metadata = {
  ns: { text: 'abc', flag: false, on: true, none: null, number: 2, list: ['a', 3], deep: { in: 'x' } },
}
const at = (...keys: readonly string[]) => ({ filter: 'ns', path: keys.map((key) => ({ key })) })

test('metadata by each kind of value, inverted or not', () => {
  const cases: readonly (readonly [place: readonly string[], value: JsonObject, truth: boolean])[] = [
    [['text'], { string_match: { prefix: 'ab' } }, true],
    [['text'], { string_match: { prefix: 'b' } }, false],
    [['number'], { string_match: { exact: '2' } }, false],
    [['on'], { bool_match: true }, true],
    [['flag'], { bool_match: false }, true],
    [['flag'], { bool_match: true }, false],
    [['gone'], { bool_match: false }, false],
    [['none'], { null_match: {} }, true],
    [['gone'], { null_match: {} }, false],
    [['number'], { double_match: { exact: 2 } }, true],
    [['number'], { double_match: { exact: 3 } }, false],
    [['number'], { double_match: { range: { start: 2, end: 3 } } }, true],
    [['number'], { double_match: { range: { start: 1, end: 2 } } }, false],
    [['number'], { double_match: { range: { end: 3 } } }, true],
    [['text'], { double_match: { exact: 0 } }, false],
    [['list'], { list_match: { one_of: { string_match: { exact: 'a' } } } }, true],
    [['list'], { list_match: { one_of: { double_match: { exact: 3 } } } }, true],
    [['list'], { list_match: { one_of: { string_match: { exact: 'b' } } } }, false],
    [['text'], { list_match: { one_of: { string_match: { exact: 'abc' } } } }, false],
    [['text'], { or_match: { value_matchers: [{ null_match: {} }, { string_match: { exact: 'abc' } }] } }, true],
    [['text'], { or_match: { value_matchers: [{ null_match: {} }] } }, false],
    [['deep', 'in'], { string_match: { exact: 'x' } }, true],
    [['deep', 'in', 'more'], { string_match: { exact: 'x' } }, false],
    [['text'], { present_match: true }, true],
    [['none'], { present_match: true }, true],
    [['gone'], { present_match: true }, false],
    [['gone'], { present_match: false }, true],
    [['text'], {}, false],
  ]
  for (const [place, value, truth] of cases) {
    const matcher: JsonObject = { ...at(...place), value }
    const what = JSON.stringify(matcher)
    assert.equal(metadataMatches(matcher, metadata), truth, what)
    assert.equal(metadataMatches({ ...matcher, invert: true }, metadata), !truth, what)
    assert.equal(dynamicMetadataMatches(matcher, { dynamicMetadata: metadata }), truth, what)
    assert.equal(dynamicMetadataMatches({ ...matcher, invert: true }, { dynamicMetadata: metadata }), !truth, what)
  }
})

test('a claim that is given as a text stands for the type that is asked for', () => {
  const claims = { ns: { admin: 'true', age: '21', groups: 'ops' } }
  const cases: readonly (readonly [key: string, value: JsonObject])[] = [
    ['admin', { bool_match: true }],
    ['age', { double_match: { range: { start: 18, end: 99 } } }],
    ['groups', { list_match: { one_of: { string_match: { exact: 'ops' } } } }],
    ['groups', { or_match: { value_matchers: [{ list_match: { one_of: { string_match: { exact: 'ops' } } } }] } }],
  ]
  for (const [key, value] of cases) {
    const matcher: JsonObject = { ...at(key), value }
    assert.equal(dynamicMetadataMatches(matcher, { dynamicMetadata: claims, textClaims: true }), true, key)
    assert.equal(dynamicMetadataMatches(matcher, { dynamicMetadata: claims }), false, key)
  }
  assert.equal(
    dynamicMetadataMatches(
      { ...at('admin'), value: { bool_match: false } },
      { dynamicMetadata: { ns: { admin: 'no' } }, textClaims: true },
    ),
    true,
  )
})

test('metadata that a filter can have written is not known: all, a namespace, a member of one', () => {
  const asked = { ...at('a'), value: { present_match: true } }
  for (const [openMetadata, truth] of [
    [undefined, false],
    ['any', undefined],
    [[{ namespace: 'ns' }], undefined],
    [[{ namespace: 'other' }], false],
    [[{ namespace: 'ns', key: 'a' }], undefined],
    [[{ namespace: 'ns', key: 'b' }], false],
  ] as const)
    assert.equal(dynamicMetadataMatches(asked, { openMetadata }), truth, JSON.stringify(openMetadata))
  assert.equal(
    dynamicMetadataMatches(asked, { openMetadata: 'any', dynamicMetadata: { ns: { a: 1 } } }),
    true,
    'a value that is there is known',
  )
  assert.equal(isOpen({ openMetadata: [{ namespace: 'ns', key: 'a' }] }, { namespace: 'ns' }), true)
  const state = { openMetadata: [{ namespace: 'a' }] }
  assert.equal(opened(state, undefined), state)
  assert.equal(opened(state, []), state)
  assert.deepEqual(opened(state, [{ namespace: 'b' }]), { openMetadata: [{ namespace: 'a' }, { namespace: 'b' }] })
  assert.deepEqual(opened(state, 'any'), { openMetadata: 'any' })
  assert.deepEqual(opened({ openMetadata: 'any' }, [{ namespace: 'b' }]), { openMetadata: 'any' })
})
