import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../../../src/errors.ts'
import { checkTemplate, missingTemplate } from '../../../src/output/template/render-template.ts'
import { pathProgram, templateProgram } from '../../../src/output/template/template-program.ts'

const found = (template: string, value: unknown, items: readonly unknown[] = []) => [
  ...templateProgram(template).results({ value, items }),
]

const list = [0, 1, 2, 3, 4]

function refusedWith(thrown: unknown, message: string): boolean {
  assert.ok(thrown instanceof UsageError, String(thrown))
  assert.ok(thrown.message.endsWith(message), `${thrown.message}\n${message}`)
  assert.ok(thrown.hint !== undefined, 'a hint says where to look')
  return true
}

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
