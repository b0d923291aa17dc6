import assert from 'node:assert/strict'
import { test } from 'node:test'
import { humanDuration } from '../../../src/envoy/text/human-duration.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day

/** The cases of kubectl's own test, and those around its limits. */
const cases: readonly (readonly [milliseconds: number, text: string])[] = [
  [-2 * second, '<invalid>'],
  [-1.5 * second, '0s'],
  [0, '0s'],
  [999, '0s'],
  [second, '1s'],
  [70 * second, '70s'],
  [119 * second, '119s'],
  [120 * second, '2m'],
  [190 * second, '3m10s'],
  [10 * minute - second, '9m59s'],
  [10 * minute + second, '10m'],
  [179 * minute, '179m'],
  [3 * hour, '3h'],
  [3 * hour + 10 * minute, '3h10m'],
  [8 * hour - second, '7h59m'],
  [8 * hour, '8h'],
  [47 * hour, '47h'],
  [49 * hour, '2d1h'],
  [8 * day - second, '7d23h'],
  [8 * day, '8d'],
  [729 * day, '729d'],
  [2 * year, '2y'],
  [2 * year + 10 * day, '2y10d'],
  [8 * year - second, '7y364d'],
  [8 * year, '8y'],
]

for (const [milliseconds, text] of cases) {
  test(`${milliseconds} ms is ${text}`, () => assert.equal(humanDuration(milliseconds), text))
}
