import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formats } from '../../src/output/index.ts'
import { sortedView } from '../../src/output/sort.ts'
import type { Cell } from '../../src/view.ts'
import { printed, viewOfDocument, viewOfRows } from './small-view.ts'

test('csv quotes a field for each of the characters that RFC 4180 names, and for no other', async () => {
  const cell = async (text: Cell) => printed(viewOfRows(['A'], [[text]]), 'csv', { headers: false })
  for (const [text, expected] of [
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['a "b"', '"a ""b"""'],
    ['"', '""""'],
    ["a;b|c'd", "a;b|c'd"],
    [' a ', ' a '],
    // Line ends are escaped, so that a record is one line.
    ['a\nb', 'a\\nb'],
    ['a\r\nb,', '"a\\r\\nb,"'],
    ['\u001b[31mred\u202e', '^[[31mred\\u202e'],
    [0, '0'],
    [false, 'false'],
    ['', ''],
    [undefined, ''],
  ] as const)
    assert.equal(await cell(text), `${expected}\r\n`)
})

test('csv has every column, wide ones too, and a line of keys unless headers are switched off', async () => {
  const view = viewOfRows(['A', { header: 'LAST ONE', key: 'lastOne', wide: true }], [['x', 1]])
  assert.equal(await printed(view, 'csv'), 'a,lastOne\r\nx,1\r\n')
  assert.equal(await printed(view, 'csv', { headers: false }), 'x,1\r\n')
  assert.equal(await printed(viewOfRows(['A', 'B'], []), 'csv'), 'a,b\r\n')
})

test('jsonl has an object per row, or the records that a view has in their place', async () => {
  const view = viewOfRows(
    ['A', { header: 'N', key: 'n', wide: true }],
    [
      ['x\u202e\n', 0],
      [false, undefined],
    ],
  )
  const [first = '', second = '', end] = (await printed(view, 'jsonl')).split('\n')
  const { schema, ...row } = JSON.parse(first)
  assert.match(schema, /\/v\d+$|^v?\d/)
  assert.deepEqual(row, { kind: 'thing', resource: 'x\u202e\n', a: 'x\u202e\n', n: 0 })
  assert.match(first, /x\\u202e\\n/)
  assert.deepEqual(JSON.parse(second), { schema, kind: 'thing', resource: 'false', a: false, n: null })
  assert.equal(end, '')
  assert.equal(
    await printed({ ...view, records: () => [{ b: 1 }, { c: '\u001b' }] }, 'jsonl'),
    '{"b":1}\n{"c":"\\u001b"}\n',
  )
})

test('-o name escapes names, and has none twice', async () => {
  const view = viewOfRows(['A'], [['b\u001b'], ['a'], ['b\u001b']])
  assert.equal(await printed(view, 'name'), 'thing/b^[\nthing/a\n')
})

const order = async (cells: readonly Cell[]) =>
  (
    await sortedView(
      viewOfRows(
        ['A'],
        cells.map((cell) => [cell]),
      ),
      'a',
      'rows',
    )
  ).rows.map(({ cells: [cell] }) => cell)

test('rows are sorted by number or by the alphabet, numbers within texts by value, equals as they were', async () => {
  assert.deepEqual(await order([10, 9, 100, 0, -1]), [-1, 0, 9, 10, 100])
  assert.deepEqual(await order(['v10', 'v9', 'V1', 'a']), ['a', 'V1', 'v9', 'v10'])
  assert.deepEqual(await order([undefined, 'b', '', 0, 'a']), [0, 'a', 'b', undefined, ''])
  assert.deepEqual(await order([true, false, 'x']), [false, true, 'x'])
  const view = viewOfRows(
    ['A', 'B'],
    [
      ['x', 2],
      ['w', 3],
      ['x', 1],
      [undefined, 5],
      ['', 4],
    ],
  )
  const { rows } = await sortedView(view, 'A', 'rows')
  assert.deepEqual(
    rows.map(({ cells }) => cells[1]),
    [3, 2, 1, 5, 4],
  )
})

test('a column to sort by is named by its header or key, in any case and spelling', async () => {
  const view = viewOfRows(
    [{ header: 'SERVICE FQDN', key: 'host' }, 'B'],
    [
      ['b', 1],
      ['a', 2],
    ],
  )
  for (const wanted of ['SERVICE FQDN', 'service-fqdn', 'serviceFqdn', 'service_fqdn', 'HOST', 'host'])
    assert.deepEqual(
      (await sortedView(view, wanted, 'rows')).rows.map(({ cells }) => cells[1]),
      [2, 1],
      wanted,
    )
  for (const wanted of ['service', 'fqdn', 'hostname', ''])
    await assert.rejects(sortedView(view, wanted, 'rows'), {
      message: `there is no column ${JSON.stringify(wanted)} to sort by; the columns are: "SERVICE FQDN", "B"`,
    })
})

test('a path sorts rows by what they come from, where the view has that; a bare word is a column first', async () => {
  const items = [{ B: { c: 3 }, x: 1 }, { B: { c: 1 }, x: 2 }, {}]
  const view = {
    ...viewOfRows(
      ['B', 'x.y'],
      [
        ['1', '3'],
        ['2', '1'],
        ['3', '2'],
      ],
    ),
    rowItems: async () => items,
  }
  const names = async (wanted: string) => (await sortedView(view, wanted, 'rows')).rows.map(({ name }) => name)
  assert.deepEqual(await names('.B.c'), ['2', '1', '3'])
  assert.deepEqual(await names('{.B.c}'), ['2', '1', '3'])
  assert.deepEqual(await names('$.B.c'), ['2', '1', '3'])
  assert.deepEqual(await names('@.x'), ['1', '2', '3'])
  await assert.rejects(names('[x]'), /invalid array index x/)
  assert.deepEqual(await names('B.c'), ['2', '1', '3'], 'more than one name')
  assert.deepEqual(await names('b'), ['1', '2', '3'])
  assert.deepEqual(await names('x.y'), ['2', '3', '1'], 'a column of that name')
  await assert.rejects(names('.none'), { message: `couldn't find any field with path ".none" in the list of objects` })
  await assert.rejects(names('none'), /there is no column "none"/)
})

test('a path sorts what a document lists: a list, a value that is one, the things of several proxies', async () => {
  const things = [{ n: 2, m: { k: 1 } }, { n: 10, m: { k: 0 } }, { m: null }, { n: 1 }]
  const sorted = async (document: Parameters<typeof viewOfDocument>[0], path: string) =>
    JSON.parse(await printed(await sortedView(viewOfDocument(document), path, 'document'), 'json'))
  assert.deepEqual(await sorted({ list: things }, '.n'), [things[3], things[0], things[1], things[2]])
  assert.deepEqual(await sorted({ value: things }, '.n'), [things[3], things[0], things[1], things[2]])
  assert.deepEqual(
    await sorted({ value: things }, '.m'),
    [things[1], things[0], things[2], things[3]],
    'objects as JSON',
  )
  assert.deepEqual(await sorted({ value: { list: things } }, '.n'), { list: things }, 'what is no list stays')
  assert.deepEqual(await sorted({ documents: [{ value: things }] }, '.n'), [things])
  assert.deepEqual(await sorted({ list: [] }, '.n'), [], 'nothing to find it in')
  await assert.rejects(sorted({ list: things }, '.q'), /couldn't find any field with path "\.q"/)
  const ofProxies = {
    ofProxies: true as const,
    fields: [['p', { list: things }] as const, ['q', { list: [{ n: 0 }] }] as const],
  }
  const view = await sortedView(viewOfDocument(ofProxies), '.n', 'document')
  const options = { headers: true, template: 'N:.n' }
  assert.equal(
    await printed(view, 'custom-columns', options),
    'PROXY   N\nq       0\np       1\np       2\np       10\np       <none>\n',
  )
})

test('what each format needs and shows', () => {
  const named = (part: Partial<(typeof formats)[number]>) =>
    formats
      .filter((format) => Object.entries(part).every(([key, value]) => Reflect.get(format, key) === value))
      .map(({ name }) => name)
  assert.deepEqual(named({ shows: 'rows' }), ['table', 'wide', 'grid', 'name', 'jsonl', 'csv', 'parquet'])
  assert.deepEqual(named({ showsSections: true }), ['table', 'wide', 'grid'])
  assert.deepEqual(named({ holdsOneTable: true }), ['csv', 'parquet'])
  assert.deepEqual(named({ isBinary: true }), ['parquet'])
  assert.deepEqual(named({ takes: 'template' }), ['jsonpath', 'jsonpath-as-json', 'custom-columns'])
  assert.deepEqual(named({ takes: 'file' }), ['jsonpath-file', 'custom-columns-file'])
  assert.equal(new Set(formats.map(({ name }) => name)).size, formats.length)
  for (const { name, title } of formats) assert.match(title, /^[a-z/]/, name)
})
