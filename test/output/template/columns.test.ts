import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnSpecs, columnSpecsOfFile } from '../../../src/output/template/column-specs.ts'
import { valueText } from '../../../src/output/template/value-text.ts'
import { printed, viewOfDocument } from '../small-view.ts'

test('columns: a header, a colon, a path; commas within brackets part nothing', () => {
  assert.deepEqual(columnSpecs("A:.a,B C:{.b},:.c,D:.d['x','y'],E:.e[?(@.f==\"g:h\")]"), [
    { header: 'A', path: '.a' },
    { header: 'B C', path: '{.b}' },
    { header: '', path: '.c' },
    { header: 'D', path: ".d['x','y']" },
    { header: 'E', path: '.e[?(@.f=="g:h")]' },
  ])
  for (const [spec, column] of [
    ['A', 'A'],
    ['A:', 'A:'],
    ['', ''],
    ['A:.a,', ''],
    ['A:.a,B', 'B'],
  ] as const)
    assert.throws(() => columnSpecs(spec), {
      message: `unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`,
    })
  assert.throws(() => columnSpecs('A:.a,B:.b[x]'), /invalid array index x/)
})

test('a file of columns has two lines, as many words in each', () => {
  const expected = [
    { header: 'A', path: '.a' },
    { header: 'B', path: '.b' },
  ]
  for (const text of ['A B\n.a .b', '  A\t B \r\n .a   .b\r\n', 'A B\n.a .b\nmore that is not read\n'])
    assert.deepEqual(columnSpecsOfFile(text), expected, text)
  const lacking = (line: string) =>
    new RegExp(`^invalid template, missing ${line} line\\. Expected format is one line of space separated headers, one`)
  for (const text of ['', '\n', '\n.a', ' \n.a'])
    assert.throws(() => columnSpecsOfFile(text), { message: lacking('header') })
  for (const text of ['A', 'A\n', 'A\n\n.a']) assert.throws(() => columnSpecsOfFile(text), { message: lacking('spec') })
  assert.throws(() => columnSpecsOfFile('A\n.a .b'), {
    message: "number of headers (1) and field specifications (2) don't match",
  })
  assert.throws(() => columnSpecsOfFile('A B\n.a .b[x]'), /invalid array index x/)
})

test('values of one path: texts bare, others as JSON, of several a comma or a blank between', async () => {
  assert.equal(valueText('a\u001bb'), 'a^[b')
  assert.equal(valueText({ a: '\u202e' }), '{"a":"\\u202e"}')
  assert.equal(valueText(undefined), 'null')
  const things = [
    { n: 'a', v: [1, 'x', null] },
    { n: '', v: [] },
    { n: null, v: [{ k: true }] },
  ]
  const view = viewOfDocument({ list: things })
  const shown = (format: string, template: string) => printed(view, format, { headers: true, template })
  assert.equal(
    await shown('custom-columns', 'N:.n,V:.v[*]'),
    'N        V\na        1,x\n<none>   <none>\n<none>   {"k":true}\n',
  )
  assert.equal(await shown('custom-columns-file', 'N\n.n'), 'N\na\n<none>\n<none>\n')
  assert.equal(await shown('jsonpath', '{.items[*].v[*]}!{"\\n"}'), '1 x null {"k":true}!\n')
  assert.equal(await shown('jsonpath-file', '{.items[0].n}'), 'a')
  assert.deepEqual(
    (await shown('jsonpath-as-json', '{.items[*].n}{"t"}'))
      .split(/(?<=\n)(?=\[)/)
      .map((text): unknown => JSON.parse(text)),
    [['a', '', null], ['t']],
  )
})
