import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scalarText } from '../../src/envoy/json.ts'

for (const [value, expected] of [
  ['a', 'a'],
  ['', ''],
  [0, '0'],
  [-0.5, '-0.5'],
  [false, 'false'],
  [true, 'true'],
  [null, 'absent'],
  [undefined, 'absent'],
  [{}, 'absent'],
  [{ toString: 1 }, 'absent'],
  [[], 'absent'],
  [['a'], 'absent'],
] as const) {
  test(`the text of ${JSON.stringify(value)} is ${JSON.stringify(expected)}`, () => {
    assert.equal(scalarText(value, 'absent'), expected)
  })
}
