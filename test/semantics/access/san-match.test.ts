import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namesMatch, sanMatchers, sanText } from '../../../src/semantics/connection/san-match.ts'

const typed = (san_type: string, exact: string) => ({
  match_typed_subject_alt_names: [{ san_type, matcher: { exact } }],
})
const holds = (context: object, ...names: readonly string[]) =>
  namesMatch(sanMatchers({ validation_context: { ...context } }), names)

test('names by each kind: a matcher of one looks at no other', () => {
  const names = { DNS: 'DNS:a', URI: 'URI:a', EMAIL: 'email:a', IP_ADDRESS: 'IP Address:a', OTHER_NAME: 'othername:a' }
  for (const kind of Object.keys(names))
    for (const [other, name] of Object.entries(names))
      assert.equal(holds(typed(kind, 'a'), name), kind === other, `${kind} ${name}`)
  for (const name of Object.values(names)) {
    assert.equal(holds({ match_subject_alt_names: [{ exact: 'a' }] }, name), true)
    assert.equal(holds({ verify_subject_alt_name: ['a'] }, name), true)
    assert.equal(holds({ verify_subject_alt_name: ['b'] }, name), false)
  }
})

test('one of the names has to satisfy one of the matchers', () => {
  const either = { match_subject_alt_names: [{ prefix: 'spiffe://x' }, { exact: 'b' }] }
  assert.equal(holds(either, 'URI:spiffe://y', 'DNS:b'), true)
  assert.equal(holds(either, 'URI:spiffe://x/ns/a'), true)
  assert.equal(holds(either, 'URI:spiffe://y', 'DNS:c'), false)
  assert.equal(holds(either), false)
  assert.equal(holds({ match_subject_alt_names: [{ custom: {} }] }, 'DNS:a'), undefined)
  assert.equal(holds({ match_subject_alt_names: [{ custom: {} }, { exact: 'a' }] }, 'DNS:a'), true)
})

test("a certificate's wildcard stands for one label, case does not count", () => {
  for (const [wanted, name, truth] of [
    ['a.test', 'A.TEST', true],
    ['a.test', '*.test', true],
    ['a.b.test', '*.test', false],
    ['test', '*.test', false],
    ['.test', '*.test', false],
    ['a.', '*.', false],
    ['a.test', '*', false],
    ['a.test', 'a.*', false],
    ['*.test', '*.test', true],
  ] as const)
    assert.equal(holds(typed('DNS', wanted), `DNS:${name}`), truth, `${wanted} ${name}`)
  assert.equal(holds({ match_subject_alt_names: [{ exact: 'a.test' }] }, 'URI:*.test'), false, 'of DNS names only')
  assert.equal(
    holds({ match_subject_alt_names: [{ suffix: '.test' }] }, 'DNS:A.TEST'),
    false,
    'another matcher is no name',
  )
})

test('matchers stand in a context of their own or in the default of a combined one', () => {
  const context = { match_subject_alt_names: [{ exact: 'a' }] }
  assert.equal(sanMatchers({ combined_validation_context: { default_validation_context: context } }).length, 1)
  assert.deepEqual(sanMatchers({}), [])
  assert.deepEqual(
    sanMatchers({ validation_context: { verify_subject_alt_name: ['a'], ...context, ...typed('DNS', 'b') } }).map(
      sanText,
    ),
    ['a', 'a', 'b'],
  )
  assert.equal(sanText({ matcher: { prefix: 'x' } }), 'starts with "x"')
})
