import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explore } from '../../src/semantics/chance.ts'
import { seeded } from '../analyses/diff/dumps.ts'

/** The probability of each way of choices on the stream's number, by counting all numbers of a period. */
function counted(choices: readonly { modulus: number; bounds: readonly number[] }[], period: number) {
  const ways = new Map<string, number>()
  for (let value = 0; value < period; value++) {
    const way = choices.map(({ modulus, bounds }) => bounds.findIndex((high) => value % modulus < high)).join()
    ways.set(way, (ways.get(way) ?? 0) + 1 / period)
  }
  return ways
}

test('choices on the same number are as likely as counting says', () => {
  const random = seeded(3)
  const moduli = [6, 10, 12, 15, 30, 60]
  for (let round = 0; round < 300; round++) {
    const choices = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
      const modulus = moduli[Math.floor(random() * moduli.length)] ?? 6
      const cuts = [random(), random()].map((share) => Math.floor(share * modulus))
      return { modulus, bounds: [...cuts, modulus].sort((a, b) => a - b) }
    })
    const found = explore(undefined, (chance) =>
      choices.map(({ modulus, bounds }) => chance.stream(modulus, bounds)).join(),
    )
    const expected = counted(choices, 60)
    assert.deepEqual(found.map(({ value }) => value).sort(), [...expected.keys()].sort())
    for (const { value, probability } of found)
      assert.ok(Math.abs(probability - (expected.get(value) ?? 0)) < 1e-9, `${value} ${JSON.stringify(choices)}`)
  }
})

test('ways end where there are too many of them', () => {
  const found = explore(undefined, (chance) => {
    for (let at = 0; at < 60_000; at++) chance.draw([1, 1])
  })
  assert.ok(found.length > 0 && found.length < 5)
})
