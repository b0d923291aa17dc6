import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../../../src/errors.ts'
import { columnSpecs, columnSpecsOfFile } from '../../../src/output/template/column-specs.ts'
import { compare } from '../../../src/output/template/compare.ts'
import { checkTemplate, missingTemplate } from '../../../src/output/template/render-template.ts'
import { TemplateFailure } from '../../../src/output/template/template-failure.ts'
import { pathProgram, templateProgram } from '../../../src/output/template/template-program.ts'
import { unquote } from '../../../src/output/template/unquote.ts'
import { valueText } from '../../../src/output/template/value-text.ts'
import { printed, viewOfDocument } from '../small-view.ts'

test('every escape of a quoted text of Go, and none besides', () => {
  for (const [written, read] of [
    ['\\a', '\u0007'],
    ['\\b', '\b'],
    ['\\f', '\f'],
    ['\\n', '\n'],
    ['\\r', '\r'],
    ['\\t', '\t'],
    ['\\v', '\v'],
    ['\\\\', '\\'],
    ['\\"', '"'],
    ["\\'", "'"],
    ['\\x41', 'A'],
    ['\\xE9', 'é'],
    ['\\u00e9', 'é'],
    ['\\U0001F600', '😀'],
    ['\\U0010ffff', '\u{10ffff}'],
    ['\\101', 'A'],
    ['\\000', '\0'],
    ['a\\\\nb', 'a\\nb'],
    ['plain', 'plain'],
    ['', ''],
  ] as const)
    assert.equal(unquote(written), read, written)
  for (const wrong of ['\\', '\\x4', '\\u12', '\\U00110000', '\\18', '\\8', '\\q', 'a\\', '\\q\\n'])
    assert.equal(unquote(wrong), undefined, wrong)
})

test('values are compared with each operator: below, equal, above', () => {
  const table: Readonly<Record<string, readonly [boolean, boolean, boolean]>> = {
    '==': [false, true, false],
    '!=': [true, false, true],
    '<': [true, false, false],
    '<=': [true, true, false],
    '>': [false, false, true],
    '>=': [false, true, true],
  }
  for (const [operator, expected] of Object.entries(table)) {
    assert.deepEqual([compare(1, operator, 2), compare(2, operator, 2), compare(3, operator, 2)], expected, operator)
    assert.deepEqual([compare('a', operator, 'b'), compare('b', operator, 'b'), compare('c', operator, 'b')], expected)
    assert.equal(compare(undefined, operator, 1), false)
    assert.equal(compare('a', operator, undefined), false)
    assert.equal(compare(undefined, operator, undefined), false)
    assert.throws(() => compare(1, operator, '1'), new TemplateFailure('incompatible types for comparison'))
    assert.throws(() => compare('true', operator, 1), new TemplateFailure('incompatible types for comparison'))
    for (const value of [null, {}, []]) {
      assert.throws(() => compare(value, operator, 1), new TemplateFailure('invalid type for comparison'))
      assert.throws(() => compare('a', operator, value), new TemplateFailure('invalid type for comparison'))
    }
  }
  assert.deepEqual([compare(true, '==', true), compare(true, '==', false)], [true, false])
  assert.deepEqual([compare(true, '!=', true), compare(true, '!=', false)], [false, true])
  for (const operator of ['<', '<=', '>', '>='])
    assert.throws(() => compare(true, operator, true), new TemplateFailure('invalid type for comparison'))
})

const found = (template: string, value: unknown, items: readonly unknown[] = []) => [
  ...templateProgram(template).results({ value, items }),
]
const list = [0, 1, 2, 3, 4]

test('slices up to each end of a list, and one beyond', () => {
  for (const [slice, expected] of [
    ['0:5', [0, 1, 2, 3, 4]],
    ['4', [4]],
    ['-1', [4]],
    ['-5', [0]],
    ['-5:', [0, 1, 2, 3, 4]],
    [':-4', [0]],
    ['4:5', [4]],
    ['5:5', []],
    ['3:-1', [3]],
    ['1:4:2', [1, 3]],
    ['::3', [0, 3]],
    ['', [0]],
    ['*', [0, 1, 2, 3, 4]],
    [':', [0, 1, 2, 3, 4]],
  ] as const)
    assert.deepEqual(found(`{[${slice}]}`, list), [expected], slice)
  for (const [slice, error] of [
    ['5', 'array index out of bounds: index 5, length 5'],
    ['-6', 'array index out of bounds: index -1, length 5'],
    ['0:6', 'array index out of bounds: index 5, length 5'],
    ['-6:', 'array index out of bounds: index -1, length 5'],
    [':-6', 'array index out of bounds: index -2, length 5'],
    ['5:', ''],
    ['6:', 'array index out of bounds: index 6, length 5'],
    ['3:2', 'starting index 3 is greater than ending index 2'],
    ['-1:-2', 'starting index 4 is greater than ending index 3'],
    ['0:2:0', 'step must be > 0'],
    ['0:2:-1', 'step must be > 0'],
    ['9007199254740992', 'array index 9007199254740992 is not a number'],
    ['1:2:3:4', 'invalid array index 1:2:3:4'],
    ['x', 'invalid array index x'],
  ] as const)
    if (error === '') assert.deepEqual(found(`{[${slice}]}`, list), [[]], slice)
    else
      assert.throws(
        () => found(`{[${slice}]}`, list),
        (thrown) => refusedWith(thrown, error),
        slice,
      )
  assert.deepEqual(found('{[9007199254740991:9007199254740991]}', []).flat(), [])
})

function refusedWith(thrown: unknown, message: string): boolean {
  assert.ok(thrown instanceof UsageError, String(thrown))
  assert.ok(thrown.message.endsWith(message), `${thrown.message}\n${message}`)
  assert.ok(thrown.hint !== undefined, 'a hint says where to look')
  return true
}

test('what is wrong with a template is named', () => {
  for (const [template, message] of [
    ['{', 'unclosed action'],
    ['{.a\n}', 'unclosed action'],
    ['{.a\r}', 'unclosed action'],
    ['{....a}', 'invalid multiple recursive descent'],
    ['{..[0]}', 'recursive descent needs a name behind it'],
    ['{..}', 'recursive descent needs a name behind it'],
    ['{.a#}{#}', "unrecognized character in action: U+0023 '#'"],
    ['{😀}', "unrecognized character in action: U+1F600 '😀'"],
    ['{1.2.3}', 'cannot parse number 1.2.3'],
    ['{-}', 'cannot parse number -'],
    ['{.a range}', 'unrecognized identifier range'],
    ['{range range .a}', 'unrecognized identifier range'],
    ['{end end}', 'unrecognized identifier end'],
    ['{range .a}{end}{end}', 'not in range, nothing to end'],
    ['{"a\\q"}', 'unquote string "a\\q" error invalid syntax'],
    ["{'a\\q'}", "unquote string 'a\\q' error invalid syntax"],
    ['{"a\n"}', 'unterminated quoted string'],
    ["{'a\\'}", 'unterminated quoted string'],
    ['{.a[\n]}', 'unterminated array'],
    ['{.a[?(@.b\n)]}', 'unterminated filter'],
    ['{.a[?(@.b)}', 'unclosed array expect ]'],
    ['{.a[?(@.b===1)]}', 'unrecognized filter operator ==='],
    ['{.a[?(@.b==range)]}', 'unrecognized identifier in range'],
    ['{.a[?(@.b==1})]}', 'unrecognized identifier in 1}'],
    ['{[?(@[0,1]==1)]}', 'a filter takes a path or a value on each side'],
    ['{[?(@.a[?(@.b)]==1)]}', 'unterminated filter'],
  ] as const)
    assert.throws(
      () => found(template, {}),
      (thrown) => refusedWith(thrown, message),
      template,
    )
})

test('what stands in braces, by kind', () => {
  const value = {
    a: { b: 1, 'c.d': 2, 'e f': 3 },
    '*': 4,
    l: [
      { n: 'x)', m: "it's" },
      { n: 'y', m: 'z' },
    ],
  }
  for (const [template, expected] of [
    ['{.a.b}', [[1]]],
    ['{ .a .b }', [[1]]],
    ['{@$.a.b}', [[1]]],
    ['{.a.c\\.d}', [[2]]],
    ['{.a.e\\ f}', [[3]]],
    ["{.a['b']}", [[1]]],
    ["{['a']['b']}", [[1]]],
    ['{.a.*}', [[1, 2, 3]]],
    ["{.a['b','c\\.d']}", [[1, 2]]],
    ["{.a[ 'b' , 'b']}", [[1, 1]]],
    ['{..b}', [[1]]],
    ['{..a..b}', [[1]]],
    ['{.a..b}', [[1]]],
    ['{..l[1].n}', [['y']]],
    ['{true}{false}{7}{+7}{-.5}{7.}', [[true], [false], [7], [7], [-0.5], [7]]],
    ['{"x"}{\'y\'}', ['x', 'y']],
    ['{"a}b"}', ['a}b']],
    ['{.none}', [[]]],
    ['{.a.b.c}', [[]]],
    ['a{.a.b}b', ['a', [1], 'b']],
    ['{.l[?(@.n=="x)")].m}', [["it's"]]],
    ['{.l[?(@.m=="it\'s")].n}', [['x)']]],
    ["{.l[?(@.m=='it\\'s')].n}", [['x)']]],
    ['{.l[?(@.n!="x)")].n}', [['y']]],
    ['{.l[?(@.m)].n}', [['x)', 'y']]],
    ['{.l[?(@.q)].n}', [[]]],
    ['{.l[?(@.n==@.n)].n}', [['x)', 'y']]],
    ['{.l[?(@.m>="z")].n}', [['y']]],
    ['{.l[?(true==true)].n}', [['x)', 'y']]],
    ['{range .l[*]}{.m}{end}-', [["it's"], ['z'], '-']],
    ['{range .l[*]}{range .n}{@}{end}{end}', [['x)'], ['y']]],
  ] as const)
    assert.deepEqual(found(template, value), expected, template)
  assert.throws(() => found('{.a[0]}', value), /map is not array or slice$/)
  assert.throws(() => found('{.a.b[0]}', value), /number is not array or slice$/)
  assert.throws(() => found('{.a[?(@.b)]}', value), /map is not array or slice and cannot be filtered$/)
  assert.deepEqual(found('{.n[0].x}{.n[?(@.a)]}', { n: null }), [[], []])
})

test('.items is the list of a document that has no such member, at the outermost level only', () => {
  const items = [{ n: 1, items: 'own' }, { n: 2 }]
  assert.deepEqual(found('{.items[*].n}', { a: 1 }, items), [[1, 2]])
  assert.deepEqual(found('{.items[*].n}', items, items), [[1, 2]])
  assert.deepEqual(found('{.items[*].n}', null, items), [[1, 2]])
  assert.deepEqual(found('{.items}', { items: 'mine' }, items), [['mine']])
  assert.deepEqual(found('{range .items[*]}{.items}|{end}', { a: 1 }, items), [['own'], '|', [], '|'])
  assert.deepEqual(found('{@.a}{.b}', { a: 1, b: 2 }, items), [[1], [2]])
})

test('a path has four spellings', () => {
  for (const path of ['a.b', '.a.b', '{a.b}', '{.a.b}', '$.a.b', '{$.a.b}', '@.a.b', "['a'].b"])
    assert.deepEqual(pathProgram(path)({ a: { b: 7 } }), [7], path)
  assert.deepEqual(pathProgram('[1]')([5, 6]), [6])
  assert.deepEqual(pathProgram('.items')({ a: 1 }), [[{ a: 1 }]], 'an item is its own list')
  for (const path of ['', '{}', '{.a}{.b}', 'a{b', '{.a'])
    assert.throws(
      () => pathProgram(path),
      { message: new RegExp(`^unexpected path string, .*, got ${JSON.stringify(path).replaceAll(/[{}.]/g, '\\$&')}$`) },
      path,
    )
})

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

test('a template is checked before anything is read, by the rule of its format', () => {
  checkTemplate('custom-columns', 'A:.a')
  checkTemplate('custom-columns-file', 'A\n.a')
  for (const format of ['jsonpath', 'jsonpath-file', 'jsonpath-as-json']) {
    checkTemplate(format, '{.a}A')
    assert.throws(() => checkTemplate(format, '{.a'), /unclosed action/)
  }
  assert.throws(() => checkTemplate('custom-columns', 'A'), /unexpected custom-columns spec: A/)
  assert.throws(() => checkTemplate('custom-columns-file', 'A:.a'), /missing spec line/)
})

test('without a template kubectl has a word for each format, and an example follows', () => {
  for (const [format, message, hint] of [
    ['jsonpath', 'template format', "For example: -o jsonpath='{.items[*].name}'"],
    ['jsonpath-as-json', 'template format', "For example: -o jsonpath-as-json='{.items[*].name}'"],
    ['jsonpath-file', 'template format', 'For example: -o jsonpath-file=FILE'],
    ['custom-columns', 'custom-columns format', 'For example: -o custom-columns=NAME:.name,TYPE:.type'],
    ['custom-columns-file', 'custom-columns format', 'For example: -o custom-columns-file=FILE'],
  ] as const) {
    const error = missingTemplate(format)
    assert.match(error.message, new RegExp(`^${message} specified but no (?:template|custom columns) given$`))
    assert.equal(error.hint, hint)
  }
})
