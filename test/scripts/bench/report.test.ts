import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { growDump } from '../../../scripts/bench/grow-dump.ts'
import { timePlot } from '../../../scripts/bench/plot.ts'
import { missedAims, resultTable } from '../../../scripts/bench/report.ts'
import type { Result } from '../../../scripts/bench/run-case.ts'
import { spreadOf } from '../../../scripts/bench/statistics.ts'
import { runProgram } from '../../run-program.ts'

const fixture = join(import.meta.dirname, '../../fixtures/sidecar/config_dump.json')

function measured(milliseconds: number, memory: number) {
  return { time: spreadOf([milliseconds]), memory }
}

const slow: Result = {
  title: 'slow',
  size: 1e6,
  line: 'clusters',
  limits: { time: 0.5, memory: 1 },
  own: measured(60, 200e6),
  istioctl: measured(100, 100e6),
}
const fast: Result = { ...slow, title: 'fast', size: 1e8, own: measured(50, 100e6) }

test('the median of an even and an odd number of runs', () => {
  assert.equal(spreadOf([3, 1, 2]).median, 2)
  assert.deepEqual(spreadOf([4, 1, 2, 3]), { median: 2.5, lowest: 1, highest: 4, runs: 4 })
})

test('an aim is missed by what is above its limit, and only then', () => {
  assert.deepEqual(missedAims(slow), ['time', 'memory'])
  assert.deepEqual(missedAims(fast), [])
  const { istioctl: _, ...alone } = slow
  assert.deepEqual(missedAims(alone), [])
  assert.match(resultTable([alone]), /not compared/)
  assert.deepEqual(missedAims({ ...alone, limits: { milliseconds: 59, bytes: 300e6 } }), ['time'])
})

test('the plot has a line for each program', () => {
  const plot = timePlot([slow, fast]) ?? ''
  assert.equal(plot.match(/<polyline/g)?.length, 2)
  assert.equal(timePlot([]), undefined)
})

test('a grown dump has the size asked for, the layout of Envoy, and each name once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-config-grown-'))
  try {
    const path = join(folder, 'dump.json')
    const copies = growDump(fixture, path, 2e6)
    assert.ok(Math.abs(statSync(path).size - 2e6) < 2e5, `${statSync(path).size} bytes`)
    const text = readFileSync(path, 'utf8')
    assert.equal(text, `${JSON.stringify(JSON.parse(text), null, 1)}\n`)
    const before = (await runProgram(['clusters', '--file', fixture, '-o', 'name'])).out.split('\n').length
    const after = (await runProgram(['clusters', '--file', path, '-o', 'name'])).out.split('\n').length
    assert.ok(after > before + copies * 15, `${copies} copies, ${before} and ${after} names`)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
