import assert from 'node:assert/strict'
import { test } from 'node:test'
import { displayWidth } from '../../src/output/text/display-width.ts'
import type { Section, View } from '../../src/view.ts'
import { printed, viewOfRows } from './small-view.ts'

const lines = (...text: readonly string[]) => text.map((line) => `${line}\n`).join('')

test('a column is as wide as its widest cell or its header, three blanks lie between, none at the end', async () => {
  const view = viewOfRows(
    ['A', 'LONG HEADER', 'C'],
    [
      ['wider than A', 'x', 'last'],
      ['a', '中文', ''],
    ],
  )
  assert.equal(
    await printed(view, 'table'),
    lines('A              LONG HEADER   C', 'wider than A   x             last', 'a              中文          <none>'),
  )
  assert.equal(
    await printed(view, 'table', { headers: false }),
    lines('wider than A   x      last', 'a              中文   <none>'),
    'a header that is not shown takes no room',
  )
  assert.equal(await printed(viewOfRows(['A'], []), 'table'), '', 'no rows, no header')
})

test('wide columns are those of -o wide only; of a cell that only blanks fill nothing is shown', async () => {
  const view = viewOfRows(
    ['A', { header: 'W', key: 'w', wide: true }, { header: 'Z', key: 'z', missing: '-' }],
    [
      ['a\tb', 'w', ' '],
      [' ', false, 0],
    ],
  )
  assert.equal(await printed(view, 'table'), lines('A        Z', 'a\\tb     -', '<none>   0'))
  assert.equal(await printed(view, 'wide'), lines('A        W       Z', 'a\\tb     w       -', '<none>   false   0'))
})

test('a tone colours its cell and no other, and takes no room', async () => {
  const view = viewOfRows(
    ['A', 'B', 'C'],
    [
      ['ok', 'x', 'end'],
      ['failed', 'y', 'end'],
      ['warn', 'z', 'end'],
    ],
    [undefined, { a: 'bad' }, { a: 'warning', c: 'bad' }],
  )
  assert.equal(
    await printed(view, 'table', { headers: true, colour: true }),
    lines(
      'A        B   C',
      'ok       x   end',
      '\u001b[31mfailed\u001b[39m   y   end',
      '\u001b[33mwarn\u001b[39m     z   \u001b[31mend\u001b[39m',
    ),
  )
  assert.doesNotMatch(await printed(view, 'table'), /\u001b/)
})

test('a table of thousands of rows has each once, in order, with its own colour', async () => {
  const count = 2001
  const rows = Array.from({ length: count }, (_, at) => [`r${at}`, 'x'])
  const tones = rows.map((_, at) => (at % 1000 === 1 ? { b: 'bad' as const } : undefined))
  const out = await printed(viewOfRows(['A', 'B'], rows, tones), 'table', { headers: true, colour: true })
  const [header, ...body] = out.split('\n')
  assert.equal(header, 'A       B')
  assert.deepEqual(
    body.slice(0, -1).map((line) => /^r\d+/.exec(line)?.[0]),
    rows.map(([name]) => name),
  )
  assert.deepEqual(
    body.filter((line) => line.includes('\u001b[31mx')).map((line) => /^r\d+/.exec(line)?.[0]),
    ['r1', 'r1001'],
  )
})

test('texts give room to fit a width, numbers do not; a shortened cell keeps its colour', async () => {
  const long = 'outbound|9080||reviews.default.svc.cluster.local'
  const view = viewOfRows(
    ['NAME', { header: 'N', key: 'n', types: ['number'] }],
    [
      [long, 123456],
      ['a', 1],
    ],
    [{ name: 'bad' }],
  )
  const own = long.length + 3 + 6
  assert.equal(
    await printed(view, 'table', { headers: true, width: own }),
    await printed(view, 'table'),
    'it just fits',
  )
  assert.equal(
    await printed(view, 'table', { headers: true, width: 29, colour: true }),
    lines('NAME                   N', '\u001b[31moutbound|908…r.local\u001b[39m   123456', 'a                      1'),
  )
  const narrow = await printed(view, 'table', { headers: true, width: 1 })
  assert.deepEqual(narrow, lines('NAME    N', 'out…l   123456', 'a       1'), 'no number is cut')
})

test('of many columns a text is no narrower than its header, until they do not fit', async () => {
  const view = viewOfRows(['FIRST HEADER', 'B'], [['a'.repeat(30), 'b'.repeat(30)]])
  const widths = async (width: number) =>
    (await printed(view, 'table', { headers: true, width })).split('\n').map(displayWidth)
  assert.deepEqual(await widths(24), [16, 24, 0])
  assert.equal(
    await printed(view, 'table', { headers: true, width: 24 }),
    lines('FIRST HEADER   B', 'aaaaaaa…aaaa   bbbbb…bbb'),
  )
  assert.equal(
    await printed(view, 'table', { headers: true, width: 23 }),
    lines('FIRST …DER   B', 'aaaaaa…aaa   bbbbbb…bbb'),
    'one less',
  )
})

function sectioned(...parts: readonly [heading: string, ...rows: string[]][]): View {
  const sections: Section[] = parts.map(([heading, ...rows]) => ({
    heading,
    view: viewOfRows(
      ['A'],
      rows.map((row) => [row]),
    ),
  }))
  return { ...viewOfRows([], []), sections }
}

test('sections stand below each other with a blank line between, and their headings when asked for', async () => {
  const view = sectioned(['one\u001b', 'x'], ['none'], ['two', 'y', 'z'])
  const plain = { headers: true }
  assert.equal(await printed(view, 'table', plain), lines('A', 'x', '', 'A', 'y', 'z'))
  assert.equal(
    await printed(view, 'table', { headers: true, headings: true }),
    lines('------ one^[ ------', '', 'A', 'x', '', '------ none ------', '', '------ two ------', '', 'A', 'y', 'z'),
  )
  assert.equal(await printed(sectioned(['none'], ['two', 'y']), 'table', plain), lines('A', 'y'))
  assert.equal(await printed(sectioned(['none']), 'table', plain), '')
  assert.equal(
    await printed(sectioned(['none'], ['more']), 'table', { headers: true, headings: true }),
    lines('------ none ------', '', '------ more ------'),
  )
})

test('a grid of sections, without headers, of a few columns', async () => {
  const view = sectioned(['one', 'x'], ['two', 'y', 'z'])
  assert.equal(
    await printed(view, 'grid'),
    lines(
      '┌───┐',
      '│ A │',
      '├───┤',
      '│ x │',
      '└───┘',
      '',
      '┌───┐',
      '│ A │',
      '├───┤',
      '│ y │',
      '├───┤',
      '│ z │',
      '└───┘',
    ),
  )
  assert.equal(
    await printed(viewOfRows(['HEADER'], [['x']]), 'grid', { headers: false }),
    lines('┌───┐', '│ x │', '└───┘'),
  )
  assert.equal(await printed(viewOfRows(['A'], []), 'grid'), '')
})

test('a grid wraps texts to the width, and draws what stands in several lines as one row', async () => {
  const view = viewOfRows(
    ['NAME', { header: 'N', key: 'n', types: ['number'] }],
    [
      ['reviews.default.svc', 12],
      ['a', 3],
    ],
    [{ name: 'bad' }],
  )
  assert.equal(
    await printed(view, 'grid', { headers: true, wrapWidth: 28 }),
    await printed(view, 'grid'),
    'it just fits',
  )
  assert.equal(
    await printed(view, 'grid', { headers: true, wrapWidth: 27 }),
    lines(
      '┌────────────────────┬────┐',
      '│ NAME               │ N  │',
      '├────────────────────┼────┤',
      '│ reviews.default.   │ 12 │',
      '│ svc                │    │',
      '├────────────────────┼────┤',
      '│ a                  │ 3  │',
      '└────────────────────┴────┘',
    ),
  )
  assert.equal(
    await printed(view, 'grid', { headers: false, wrapWidth: 1, colour: true }),
    lines(
      '┌──────┬────┐',
      ...['revi', 'ews.', 'defa', 'ult.', 'svc '].map(
        (part, at) =>
          `│ \u001b[31m${part.trimEnd()}\u001b[39m${' '.repeat(4 - part.trimEnd().length)} │ ${at === 0 ? '12' : '  '} │`,
      ),
      '├──────┼────┤',
      '│ a    │ 3  │',
      '└──────┴────┘',
    ),
  )
})

test('pieces of a grid of just one, two and three times their rows are one grid', async () => {
  for (const count of [199, 200, 201, 400, 401]) {
    const out = await printed(
      viewOfRows(
        ['A'],
        Array.from({ length: count }, (_, at) => [String(at).padStart(3)]),
      ),
      'grid',
    )
    const body = out.trimEnd().split('\n')
    assert.equal(body.length, 2 * (count + 1) + 1, String(count))
    assert.equal(body.filter((line) => line === '├─────┤').length, count, String(count))
    assert.deepEqual([body[0], body.at(-1)], ['┌─────┐', '└─────┘'])
  }
})
