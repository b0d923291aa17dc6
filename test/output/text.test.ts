import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shorten } from '../../src/output/table/shorten.ts'
import { leastWidth, widthOf, wrap } from '../../src/output/table/wrap.ts'
import { displayWidth } from '../../src/output/text/display-width.ts'
import { escapeControls, escapeJson, escapeYaml, needsEscape } from '../../src/output/text/escape.ts'
import { textUnits } from '../../src/output/text/text-units.ts'

const tag = '\u{e0041}'

test('an unsafe character is written in one way by each format', () => {
  for (const [char, shown, json, yaml] of [
    ['\u001b', '^[', '\u001b', '\u001b'],
    ['\n', '\\n', '\n', '\n'],
    ['\r', '\\r', '\r', '\r'],
    ['\t', '\\t', '\t', '\t'],
    ['\u0000', '\\u0000', '\u0000', '\u0000'],
    ['\u007f', '\\u007f', '\\u007f', '\\u007f'],
    ['\u0085', '\\u0085', '\\u0085', '\\u0085'],
    ['\u202e', '\\u202e', '\\u202e', '\\u202e'],
    [tag, '\\u{e0041}', '\\udb40\\udc41', '\\U000e0041'],
    ['\ud800', '\\ud800', '\\ud800', '\\ud800'],
    ['é', 'é', 'é', 'é'],
    ['~', '~', '~', '~'],
    [' ', ' ', ' ', ' '],
  ] as const) {
    assert.equal(escapeControls(`a${char}b`), `a${shown}b`)
    assert.equal(escapeJson(`a${char}b${char}`), `a${json}b${json}`)
    assert.equal(escapeYaml(`a${char}b${char}`), `a${yaml}b${yaml}`)
    assert.equal(needsEscape(`a${char}`), yaml !== char, JSON.stringify(char))
  }
})

test('an escape of a cell is one unit, whatever its kind, and what only looks like the end of one is not', () => {
  assert.deepEqual(textUnits('a^[b'), ['a', '^[', 'b'])
  assert.deepEqual(
    textUnits('\\n\\r\\t'),
    ['', '\\n', '', '\\r', '', '\\t', ''].filter((unit) => unit !== ''),
  )
  assert.deepEqual(textUnits('\\u202e0'), ['\\u202e', '0'])
  assert.deepEqual(textUnits('\\u{e0041}\\u{10ffff}x'), ['\\u{e0041}', '\\u{10ffff}', 'x'])
  assert.deepEqual(textUnits('\\x^n'), ['\\', 'x', '^', 'n'])
  assert.deepEqual(textUnits('e\u0301中a'), ['e\u0301', '中', 'a'])
  assert.deepEqual(textUnits(''), [])
})

test('of a name more of the beginning stays than of the end', () => {
  const name = 'abcdefghijklmnopqrstuvwxyz'
  for (const [width, expected] of [
    [26, name],
    [25, 'abcdefghijklmn…qrstuvwxyz'],
    [10, 'abcdef…xyz'],
    [5, 'abc…z'],
    [4, 'ab…z'],
    [3, 'ab…'],
    [2, 'a…'],
    [1, '…'],
  ] as const) {
    assert.equal(shorten(name, width), expected)
    assert.equal(displayWidth(expected), width)
  }
  assert.equal(shorten('中文中文中文', 8), '中文…文')
  assert.equal(shorten('中文中文中文', 12), '中文中文中文')
})

test('of a list as many parts stay as have twelve columns each; the others are counted', () => {
  const [a, b, c] = ['a'.repeat(20), 'b'.repeat(20), 'c'.repeat(20)]
  const list = [a, b, c].join(', ')
  assert.equal(shorten(list, 64), list)
  assert.equal(shorten(list, 40), 'aaaaaaa…aaaa, bbbbbbb…bbbb, ccccccc…cccc', '3 parts of 12, 2 commas')
  assert.equal(shorten(list, 39), 'aaaaaaaa…aaaaa, bbbbbbbb…bbbbb + 1 more')
  assert.equal(shorten(list, 35), 'aaaaaaa…aaaa, bbbbbbb…bbbb + 1 more', '2 parts of 12, 1 comma, 9 for the rest')
  assert.equal(shorten(list, 34), `${a} + 2 more`)
  assert.equal(shorten(list, 21), 'aaaaaaa…aaaa + 2 more')
  assert.equal(shorten(list, 20), `${'a'.repeat(19)}…`, 'no end: it would be that of another part')
  assert.equal(shorten('short, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 26), 'short, aaaaaaaaaaa…aaaaaaa', 'a short part stays')
})

test('a line ends behind a blank or a mark in its second half, else where it is full', () => {
  assert.deepEqual(wrap('abcd', 4), ['abcd'])
  assert.deepEqual(wrap('abcde', 4), ['abcd', 'e'])
  assert.deepEqual(wrap('', 4), [''])
  for (const mark of [',', ';', '|', '/', '.', '&', '?', '=', ':'])
    assert.deepEqual(wrap(`abc${mark}defgh`, 6), [`abc${mark}`, 'defgh'], mark)
  assert.deepEqual(wrap('abc defgh', 6), ['abc', 'defgh'], 'the blank at the end is gone')
  assert.deepEqual(wrap('abc-defgh', 6), ['abc-de', 'fgh'], 'no such mark')
  assert.deepEqual(wrap('ab.defgh', 6), ['ab.', 'defgh'], 'just in the second half')
  assert.deepEqual(wrap('a.cdefgh', 6), ['a.cdef', 'gh'], 'in the first half')
  assert.deepEqual(wrap('ab.de.fgh', 6), ['ab.de.', 'fgh'], 'the last one')
  assert.deepEqual(wrap('abcdef.gh', 6), ['abcdef', '.gh'])
  assert.deepEqual(wrap('ab.cd.efgh', 7), ['ab.cd.', 'efgh'])
  assert.deepEqual(wrap('ab.中中中', 8), ['ab.中中', '中'])
  assert.deepEqual(wrap('abcde\\u202efg', 6), ['abcde', '\\u202e', 'fg'], 'no escape is cut')
})

test('what a text needs at least is its widest unit; combining characters are counted one each', () => {
  assert.equal(leastWidth(''), 0)
  assert.equal(leastWidth('abc'), 1)
  assert.equal(leastWidth('a中'), 2)
  assert.equal(leastWidth('a\\u{e0041}b'), 9)
  assert.equal(widthOf('e\u0301'), 2)
  assert.equal(widthOf('中a'), 3)
  assert.equal(displayWidth('e\u0301中a'), 4)
  assert.equal(leastWidth(`e${'\u0301'.repeat(9)}`), 10, 'as wide as the longest escape: one unit')
  assert.equal(leastWidth(`e${'\u0301'.repeat(10)}`), 1, 'wider: it may be broken')
})
