import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitWidths } from '../../src/output/table/fit-widths.ts'
import { shorten } from '../../src/output/table/shorten.ts'
import { displayWidth } from '../../src/output/text/display-width.ts'
import { escapeControls } from '../../src/output/text/escape.ts'
import { textUnits } from '../../src/output/text/text-units.ts'
import { seeded } from '../analyses/diff/dumps.ts'

test('the widest column gives room first, down to the next one', () => {
  const columns = (...widths: number[]) => widths.map((width) => ({ width, least: Math.min(width, 9) }))
  assert.deepEqual(fitWidths(columns(10, 50, 20), 200), [10, 50, 20])
  assert.deepEqual(fitWidths(columns(10, 50, 20), 60), [10, 30, 20])
  assert.deepEqual(fitWidths(columns(10, 50, 20), 40), [10, 15, 15])
  assert.deepEqual(fitWidths(columns(50, 50), 75), [37, 38])
  assert.deepEqual(fitWidths(columns(4, 50, 50), 10), [4, 9, 9], 'no narrower than they may be')
  assert.deepEqual(fitWidths([], 10), [])
})

test('whatever the widths, the sum is what there is room for, or the least', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = seeded(seed)
    const columns = Array.from({ length: 1 + Math.floor(random() * 8) }, () => {
      const width = Math.floor(random() * 200)
      return { width, least: Math.floor(random() * (width + 1)) }
    })
    const room = Math.floor(random() * 600)
    const widths = fitWidths(columns, room)
    const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0)
    const least = total(columns.map((column) => column.least))
    const own = total(columns.map((column) => column.width))
    assert.equal(total(widths), Math.min(own, Math.max(room, least)), `seed ${seed}`)
    for (const [at, width] of widths.entries()) {
      assert.ok(width >= (columns[at]?.least ?? 0) && width <= (columns[at]?.width ?? 0), `seed ${seed}`)
    }
  }
})

test('a name is shortened in the middle', () => {
  const name = 'outbound|9080||reviews.default.svc.cluster.local'
  assert.equal(shorten(name, 32), 'outbound|9080||rev…cluster.local')
  assert.equal(shorten(name, 200), name)
  assert.equal(shorten(name, 3), 'ou…')
  assert.equal(shorten(name, 1), '…')
})

test('of a list every part keeps its ends: no cluster is shown with the share of another', () => {
  const cell =
    'outbound|9080|v1|reviews.default.svc.cluster.local (80%), outbound|9080|v3|reviews.default.svc.cluster.local (20%)'
  assert.equal(shorten(cell, 60), 'outbound|9080|v1|…local (80%), outbound|9080|v3|…local (20%)')
  assert.match(shorten(cell, 80), /^outbound\|9080\|v1\|\S*…\S* \(80%\), outbound\|9080\|v3\|\S*…\S* \(20%\)$/)
  for (let width = 12; width < 110; width++) {
    const short = shorten(cell, width)
    assert.ok(displayWidth(short) <= width, short)
    const [first = ''] = short.split(', ')
    assert.doesNotMatch(first, /20%/, `${width}: ${short}`)
  }
  assert.equal(shorten(cell, 22), 'outboun…(80%) + 1 more')
  assert.equal(shorten(cell, 15), 'outbound|9080|…')
})

const pieces = [
  'a',
  'b|',
  '中',
  '😀',
  'é',
  'e\u0301',
  '🇩🇪',
  '👍🏽',
  'ᄒ\u1161\u11ab',
  '\u001b[31m',
  '\u200b',
  '\n',
  '\\',
  '^',
  '\u{e0041}',
  ', ',
  'नि',
]

test('no character and no escape is cut in two', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = seeded(seed)
    const raw = Array.from({ length: 40 }, () => pieces[Math.floor(random() * pieces.length)] ?? '').join('')
    const text = escapeControls(raw)
    const units = textUnits(text)
    assert.equal(units.join(''), text)
    const width = 1 + Math.floor(random() * 40)
    const short = shorten(text, width)
    assert.ok(displayWidth(short) <= width, `seed ${seed}`)
    // Whatever is left of it is whole units, in their order.
    let from = 0
    for (const unit of textUnits(short)) {
      if (unit === '…' || /^[ +0-9more,]$/.test(unit)) continue
      const at = units.indexOf(unit, from)
      assert.ok(at !== -1, `seed ${seed}: ${JSON.stringify(unit)} of ${JSON.stringify(short)}`)
      from = at + 1
    }
  }
})
