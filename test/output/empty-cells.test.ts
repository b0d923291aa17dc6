import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinViews } from '../../src/commands/proxies/fleet/join-views.ts'
import { formats } from '../../src/output/index.ts'
import { sortedView } from '../../src/output/sort.ts'
import type { Cell, View } from '../../src/view.ts'
import { corpus, filesIn, hasCorpus } from '../conformance/corpus.ts'
import { executable, runProgram, sweepOf } from '../run-program.ts'

const nothing = () => ({ value: null })

function viewOf(...rows: readonly (readonly Cell[])[]): View {
  return {
    kind: 'thing',
    columns: [
      { header: 'FIRST NAME', key: 'firstName' },
      { header: 'SIZE', key: 'size', types: ['number'], missing: '-' },
      { header: 'LAST', key: 'last' },
    ],
    rows: rows.map((cells) => ({ name: String(cells[0]), cells })),
    document: nothing,
    raw: nothing,
    notes: [],
    empty: '',
  }
}

async function printed(view: View, format: string): Promise<string> {
  const found = formats.find(({ name }) => name === format)
  assert.ok(found !== undefined)
  return [...(await found.render(view, { headers: true }))].join('')
}

const gaps = viewOf(['a', 1, 'x'], ['', undefined, undefined], [undefined, 0, ''], ['  ', 2, 'ü'])

test('a cell without a value is <none> in a table, or what the column says', async () => {
  assert.equal(
    await printed(gaps, 'table'),
    [
      'FIRST NAME   SIZE   LAST',
      'a            1      x',
      '<none>       -      <none>',
      '<none>       0      <none>',
      '<none>       2      ü',
      '',
    ].join('\n'),
  )
})

test('it is null in jsonl, and nothing in csv', async () => {
  const lines = (await printed(gaps, 'jsonl')).trim().split('\n')
  assert.deepEqual(
    lines.map((line) => {
      const { firstName, size, last } = JSON.parse(line)
      return [firstName, size, last]
    }),
    [
      ['a', 1, 'x'],
      [null, null, null],
      [null, 0, null],
      ['  ', 2, 'ü'],
    ],
  )
  assert.equal(await printed(gaps, 'csv'), 'firstName,size,last\r\na,1,x\r\n,,\r\n,0,\r\n  ,2,ü\r\n')
})

test('rows without a value come last, an empty text as well', async () => {
  const { rows } = await sortedView(viewOf(['', 1], ['b', 2], [undefined, 3], ['a', 4]), 'first name', 'rows')
  assert.deepEqual(
    rows.map(({ cells }) => cells[1]),
    [4, 2, 1, 3],
  )
})

test('with several proxies, -o name keeps whose it is', async () => {
  const both = joinViews([
    { proxy: 'a.default', view: viewOf(['x'], ['x']) },
    { proxy: 'b.default', view: viewOf(['x']) },
  ])
  assert.equal(await printed(both, 'name'), 'a.default thing/x\nb.default thing/x\n')
  assert.equal(await printed(viewOf(['x'], ['x'], ['y']), 'name'), 'thing/x\nthing/y\n')
})

test('every table of every saved dump: no cell is empty, and each column begins in one place', async (t) => {
  if (!hasCorpus(t)) return
  let rows = 0
  for (const file of sweepOf(filesIn('dumps', 'gateways'))) {
    for (const kind of ['clusters', 'listeners', 'routes', 'endpoints', 'eds', 'secrets', 'scopes', 'ecds']) {
      const { out } = await runProgram([kind, '--file', `${corpus}/${file}`, '-o', 'wide'])
      const { out: jsonl } = await runProgram([kind, '--file', `${corpus}/${file}`, '-o', 'jsonl'])
      assert.ok(!jsonl.includes(':""'), `${file} ${kind} has an empty text`)
      const [header = '', ...lines] = out.trimEnd().split('\n')
      const starts = [...header.matchAll(/(?:^|(?<= {3}))\S/g)].map(({ index }) => index)
      for (const line of lines) {
        const chars = [...line]
        if (/[^\u0020-\u007e]/.test(line)) continue
        for (const start of starts) assert.match(chars[start] ?? '', /\S/, `${file} ${kind}: ${line}`)
        rows++
      }
    }
  }
  t.diagnostic(`${rows} rows`)
  assert.ok(rows > (executable === undefined ? 3000 : 50))
})
