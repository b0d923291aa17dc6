import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { missedPolicies } from '../../../src/semantics/rbac/missed-policies.ts'

/** Conditions by name, which hold (`yes`), may hold (`maybe`) or do not (all others). */
const matches = (rule: JsonObject): boolean | undefined => {
  const set = rule.and_rules ?? rule.or_rules ?? rule.and_ids ?? rule.or_ids
  if (typeof set !== 'object' || set === null || Array.isArray(set)) {
    return 'not_rule' in rule ? false : rule.is === 'maybe' ? undefined : rule.is === 'yes'
  }
  const parts = ((set.rules ?? set.ids) as JsonObject[]).map(matches)
  const isAll = 'and_rules' in rule || 'and_ids' in rule
  if (parts.includes(!isAll)) return !isAll
  return parts.includes(undefined) ? undefined : isAll
}

const missed = (policies: Record<string, JsonObject>) =>
  missedPolicies(Object.entries(policies), { permission: matches, principal: matches })
const is = (...names: string[]) => names.map((name) => ({ is: name }))
const any = [{ any: true }]

const cases: readonly (readonly [string, JsonObject[], JsonObject[]])[] = [
  ['a condition', is('get'), is('get')],
  ['one of alternatives holds', is('get', 'yes'), any],
  ['one of alternatives may hold', is('get', 'maybe'), any],
  ['none of the alternatives holds', is('get', 'head'), is('get', 'head')],
  [
    'of conditions that go together those that do not hold',
    [{ and_rules: { rules: is('get', 'yes', 'maybe', 'path') } }],
    [{ and_rules: { rules: is('get', 'path') } }],
  ],
  [
    'alternatives within them',
    [{ and_rules: { rules: [{ or_rules: { rules: is('get', 'head') } }, { or_rules: { rules: is('a', 'yes') } }] } }],
    [{ and_rules: { rules: [{ or_rules: { rules: is('get', 'head') } }] } }],
  ],
  ['what must not hold', [{ not_rule: { is: 'yes' } }], [{ not_rule: { is: 'yes' } }]],
  ['no alternative at all', [], []],
]

for (const [what, permissions, left] of cases)
  test(`what a policy lacks: ${what}`, () => {
    assert.deepEqual(missed({ p: { permissions, principals: is('yes') } }), [
      { name: 'p', unmet: { permissions: left, principals: any } },
    ])
    const ids: JsonObject[] = JSON.parse(
      JSON.stringify(permissions)
        .replaceAll('"and_rules":{"rules"', '"and_ids":{"ids"')
        .replaceAll('"or_rules":{"rules"', '"or_ids":{"ids"'),
    )
    const [found] = missed({ p: { permissions: is('yes'), principals: ids } })
    assert.deepEqual(found?.unmet.principals, left)
  })

test('the policy that lacks least comes first; alternatives count as the nearest of them', () => {
  const both = { and_rules: { rules: is('a', 'b') } }
  const found = missed({
    two: { permissions: is('a'), principals: is('b') },
    three: { permissions: [both], principals: is('c') },
    one: { permissions: [both, { is: 'c' }], principals: is('yes') },
    never: { permissions: [], principals: is('yes') },
    also: { permissions: is('a'), principals: is('maybe') },
  })
  assert.deepEqual(
    found.map(({ name }) => name),
    ['one', 'also', 'two', 'three', 'never'],
  )
})
