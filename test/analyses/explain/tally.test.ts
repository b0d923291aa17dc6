import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logReader } from '../../../src/analyses/explain/log/log-reader.ts'
import { Durations } from '../../../src/analyses/explain/tally/durations.ts'
import { logTally } from '../../../src/analyses/explain/tally/log-tally.ts'

test('a hostile log, of long lines that are all different, is counted and hardly kept', () => {
  const tally = logTally(logReader([]))
  const long = 'x'.repeat(50_000)
  for (let at = 0; at < 1500; at++)
    tally.take(
      JSON.stringify({
        response_code: 503,
        response_flags: 'UH',
        response_code_details: `own_${at}${long}`,
        duration: 1,
      }),
    )
  assert.equal(tally.failures, 1500)
  assert.equal(tally.kinds.length, 1000)
  assert.equal(tally.uncounted, 500)
  assert.ok(tally.kinds.every(({ examples, key }) => examples.length === 0 && (key.detail?.length ?? 0) < 1100))
})

test('quantiles are right within 6.25 %, the shortest and the longest exactly', () => {
  const durations = new Durations()
  assert.equal(durations.quantile(0.5), undefined)
  for (let value = 1; value <= 10_000; value++) durations.add(value)
  assert.deepEqual([durations.quantile(0), durations.quantile(1), durations.count], [1, 10_000, 10_000])
  for (const share of [0.01, 0.5, 0.9, 0.99]) {
    const found = durations.quantile(share) ?? 0
    assert.ok(Math.abs(found / (share * 10_000) - 1) < 0.0625, `${share}: ${found}`)
  }
})
