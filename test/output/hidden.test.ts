import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redactedView } from '../../src/output/redacted-view.ts'
import { safeLine } from '../../src/output/text/safe-line.ts'
import { printed, viewOfDocument, viewOfRows } from './small-view.ts'

const secret = 'Authorization: Bearer abcdefghijklmnop'

test('a line is printed without secrets, without control characters, and as one line', () => {
  const line = safeLine(`a\u001b\n${secret}`)
  assert.doesNotMatch(line, /abcdefgh|\u001b|\n/)
  assert.match(line, /^a\^\[\\nAuthorization: Bearer \[redacted\]$/)
})

test('a secret in any one place of the rows is hidden: a name, a cell, a record, a section', async () => {
  const plain = ['a', 1, undefined]
  for (const rows of [
    [plain, [secret, 2, 'x']],
    [[secret, 2, 'x'], plain],
    [plain, ['b', secret, 'x']],
    [plain, ['b', true, secret]],
  ])
    for (const format of ['table', 'wide', 'grid', 'csv', 'jsonl', 'name']) {
      const view = viewOfRows(['A', 'B', 'C'], rows)
      assert.doesNotMatch(await printed(redactedView(view, false), format), /abcdefgh/, format)
    }
  const whole = viewOfRows(['A'], [['a']])
  const named = redactedView({ ...whole, rows: [{ name: secret, cells: ['a'] }] }, false)
  assert.doesNotMatch(await printed(named, 'name'), /abcdefgh/, 'the name of a row alone')
  assert.equal(redactedView(whole, false).rows, whole.rows, 'rows without a secret are not made anew')
  const records = redactedView({ ...whole, records: () => [{ token: 'abcdefgh', name: 'n' }] }, false)
  assert.deepEqual([...(records.records?.() ?? [])], [{ token: '[redacted]', name: 'n' }])
  const items = redactedView({ ...whole, rowItems: async () => [{ password: 'abcdefgh' }] }, false)
  assert.deepEqual([...((await items.rowItems?.()) ?? [])], [{ password: '[redacted]' }])
  const sectioned = { ...whole, sections: [{ heading: 'h', view: viewOfRows(['A'], [[secret]]) }] }
  assert.doesNotMatch(await printed(redactedView(sectioned, false), 'table'), /abcdefgh/)
})

test('a document is hidden in each of its forms, and shown on demand but for keys', async () => {
  const item = { password: 'abcdefgh', private_key: 'ijklmnop', name: 'n' }
  const hidden = { password: '[redacted]', private_key: '[redacted]', name: 'n' }
  const shown = { ...hidden, password: 'abcdefgh' }
  for (const [document, wrap] of [
    [{ value: item }, (value: object) => value],
    [{ list: [item] }, (value: object) => [value]],
    [{ documents: [{ value: item }] }, (value: object) => [value]],
    [{ fields: [['a', { value: item }] as const] }, (value: object) => ({ a: value })],
  ] as const)
    for (const format of ['json', 'raw']) {
      const view = viewOfDocument(document)
      assert.deepEqual(JSON.parse(await printed(redactedView(view, false), format)), wrap(hidden))
      assert.deepEqual(JSON.parse(await printed(redactedView(view, true), format)), wrap(shown))
    }
})
