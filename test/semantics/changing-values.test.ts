import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChangingValues } from '../../src/semantics/matching/changing-values.ts'
import { seeded } from '../analyses/diff/dumps.ts'

test('every version keeps its values, whichever is asked and changed, and in which order', () => {
  const random = seeded(5)
  const below = (end: number) => Math.floor(random() * end)
  const versions = [{ values: new ChangingValues(new Map([['a', 0]])), expected: new Map([['a', 0]]) }]
  for (let change = 1; change < 3000; change++) {
    // Mostly the newest, as a request goes on; now and then any, as another way of it begins.
    const from = versions[random() < 0.8 ? versions.length - 1 : below(versions.length)]
    const key = `k${below(40)}`
    assert.ok(from !== undefined)
    versions.push({ values: from.values.with(key, change), expected: new Map(from.expected).set(key, change) })
    const asked = versions[below(versions.length)]
    for (const each of ['a', key, 'k1', 'never']) assert.equal(asked?.values.get(each), asked?.expected.get(each))
  }
  for (const { values, expected } of versions)
    for (let at = 0; at < 40; at++) assert.equal(values.get(`k${at}`), expected.get(`k${at}`))
})
