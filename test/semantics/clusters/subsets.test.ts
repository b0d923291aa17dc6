import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Host } from '../../../src/semantics/clusters/hosts.ts'
import { subsetConfig, subsetHosts } from '../../../src/semantics/clusters/subset.ts'

import { madeHost } from './made-host.ts'

const host = (name: string, labels: JsonObject, more: Partial<Host> = {}) =>
  madeHost(name, { metadata: { 'envoy.lb': labels }, ...more })
const all = [
  host('a', { v: '1', s: 'x' }),
  host('b', { v: '1', s: 'y' }),
  host('c', { v: '2' }),
  host('d', { v: ['1', '3'] }),
]
const selectors = (...lists: readonly (readonly string[])[]) => ({
  subset_selectors: lists.map((keys) => ({ keys: [...keys] })),
})

/** The hosts of a subset, and why these. */
function chosen(config: JsonObject, criteria: JsonObject): string {
  const { hosts: found, reason } = subsetHosts(config, all, criteria)
  return `${found.map(({ label }) => label).join('')} ${Object.values(reason.args).join(' ')}`.trim()
}

test('a subset by the selector of just the keys that are asked for', () => {
  const config = selectors(['v'], ['s', 'v'])
  assert.equal(chosen(config, { v: '1' }), 'ab v=1')
  assert.equal(chosen(config, { v: '1', s: 'y' }), 'b v=1,s=y')
  assert.equal(chosen(config, { v: '9' }), 'v=9 empty none')
  assert.equal(chosen(config, { s: 'x' }), 's=x no-selector none')
  assert.equal(chosen(config, {}), 'not-asked none')
  assert.equal(chosen(config, { v: ['1', '3'] }), 'd v=["1","3"]')
  assert.equal(chosen({ ...config, list_as_any: true }, { v: '3' }), 'd v=3')
  assert.equal(chosen({ ...config, list_as_any: true }, { v: '1' }), 'abd v=1')
  const redundant = { ...config, allow_redundant_keys: true }
  assert.equal(chosen(redundant, { v: '1', other: '2' }), 'ab v=1')
  assert.equal(chosen(redundant, { v: '1', s: 'x', other: '2' }), 'a v=1,s=x')
  assert.equal(chosen(redundant, { other: '2' }), 'other=2 no-selector none')
})

test('where a subset is empty: any endpoint, the default subset, fewer keys, a list of criteria', () => {
  const config = (more: JsonObject): JsonObject => ({ ...selectors(['v']), ...more })
  assert.equal(chosen(config({ fallback_policy: 'ANY_ENDPOINT' }), { v: '9' }), 'abcd v=9 empty any-endpoint')
  assert.equal(
    chosen(config({ fallback_policy: 'DEFAULT_SUBSET', default_subset: { v: '2' } }), { v: '9' }),
    'c v=9 empty default-subset',
  )
  assert.equal(
    chosen(config({ fallback_policy: 'DEFAULT_SUBSET', default_subset: { v: '8' } }), { v: '9' }),
    'v=9 empty default-subset',
  )
  assert.equal(
    chosen(config({ fallback_policy: 'DEFAULT_SUBSET', default_subset: { v: '8' }, panic_mode_any: true }), { v: '9' }),
    'abcd v=9 empty panic',
  )
  const own = (fallback_policy: string, more: JsonObject = {}): JsonObject => ({
    subset_selectors: [{ keys: ['v'] }, { keys: ['s', 'v'], fallback_policy, ...more }],
    fallback_policy: 'ANY_ENDPOINT',
  })
  const asked = { v: '1', s: 'z' }
  assert.equal(chosen(own('NO_FALLBACK'), asked), 'v=1,s=z empty none')
  assert.equal(chosen(own('NOT_DEFINED'), asked), 'abcd v=1,s=z empty any-endpoint')
  assert.equal(chosen(own('KEYS_SUBSET', { fallback_keys_subset: ['v'] }), asked), 'ab v=1')
  assert.equal(
    chosen({ ...own('DEFAULT_SUBSET'), default_subset: { v: '8' }, panic_mode_any: true }, asked),
    'v=1,s=z empty default-subset',
    'no panic',
  )
  const list = config({ metadata_fallback_policy: 'FALLBACK_LIST' })
  assert.equal(chosen(list, { fallback_list: [{ v: '9' }, { v: '2' }, { v: '1' }] }), 'c v=2')
  assert.equal(chosen(list, { fallback_list: [{ v: '9' }, { v: '8' }] }), 'v=9 empty none')
  assert.equal(chosen(list, { v: '1' }), 'ab v=1')
  assert.equal(subsetConfig({ lb_subset_config: {} }), undefined)
  assert.deepEqual(subsetConfig({ lb_subset_config: selectors(['v']) }), selectors(['v']))
})

test('localities of a subset shrink with the part of their hosts that is left', () => {
  const zoned = (name: string, v: string, localityWeight?: number) =>
    host(name, { v }, { locality: name[0] ?? '', localityWeight })
  const some = [
    zoned('x1', '1', 10),
    zoned('x2', '2', 10),
    zoned('x3', '2', 10),
    zoned('y1', '1', 10),
    zoned('z1', '1'),
  ]
  const config = { ...selectors(['v']), locality_weight_aware: true, scale_locality_weight: true }
  const weights = (own: JsonObject) =>
    subsetHosts(own, some, { v: '1' }).hosts.map(({ localityWeight }) => localityWeight)
  assert.deepEqual(weights(config), [3, 10, undefined])
  assert.deepEqual(weights({ ...config, scale_locality_weight: false }), [10, 10, undefined])
  assert.deepEqual(weights({ ...config, locality_weight_aware: false }), [10, 10, undefined])
})
