import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { errorPosition } from '../../src/sql/engine/error-position.ts'

const database = new DatabaseSync(':memory:')
database.exec('CREATE TABLE t(a, b)')

function messageOf(statement: string): string | undefined {
  try {
    database.prepare(statement)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The statement with `^` before what is wrong. */
for (const marked of [
  'SELECT a FROM t WHERE^',
  'SELECT a FROM t WHERE a = ^"b c"',
  'SELECT a FROM t WHERE a = (1 ^FROM t)',
  "SELECT 'wrong', /* wrong */ ^wrong FROM t",
  'SELECT c FROM (SELECT b AS c FROM t) x WHERE ^a = 1 AND c IN (SELECT a FROM t)',
  'SELECT ^x.a FROM t y',
  'SELECT a FROM ^missing',
  'SELECT a, ^missing(a) FROM t',
  'SELECT ^length() FROM t',
  'SELECT ^a FROM t x, t y',
  'SELECT a FROM t x ^é',
  "SELECT a FROM t WHERE a = ^'open",
  'SELECT ^@@ FROM t',
])
  test(`the place is found in: ${marked}`, () => {
    const at = marked.indexOf('^')
    const statement = marked.replace('^', '')
    const message = messageOf(statement)
    if (message === undefined) assert.fail('the statement has no error')
    assert.equal(errorPosition(statement, message, messageOf), at, message)
  })

test('an error that names nothing of the statement has no place', () => {
  assert.equal(errorPosition('SELECT 1', 'malformed JSON', messageOf), undefined)
})
