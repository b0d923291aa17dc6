import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runProgram } from '../../run-program.ts'

const sidecar = ['--file', join(import.meta.dirname, '..', '..', 'fixtures', 'sidecar', 'config_dump.json')]
const folder = mkdtempSync(join(tmpdir(), 'query-'))
after(() => rmSync(folder, { recursive: true }))

const endless = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)'

async function errorOf(statement: string, ...flags: readonly string[]): Promise<string> {
  const { code, out, err } = await runProgram(['query', statement, ...sidecar, ...flags])
  assert.equal(code, 1, statement)
  assert.equal(out, '', statement)
  return err.split('\n')[0] ?? ''
}

for (const [statement, what] of [
  ['DROP TABLE _clusters', 'CREATE or DROP'],
  ['DROP VIEW clusters', 'CREATE or DROP'],
  ['CREATE TABLE x(a)', 'CREATE or DROP'],
  ['CREATE TEMP TABLE x AS SELECT 1', 'CREATE or DROP'],
  ["INSERT INTO _resources VALUES (1, 'x')", 'INSERT'],
  ['WITH x AS (SELECT 1) DELETE FROM _clusters', 'DELETE'],
  ['UPDATE _clusters SET _resource = 0', 'UPDATE'],
  ["ATTACH '/tmp/x.db' AS x", 'ATTACH'],
  ['PRAGMA application_id', 'PRAGMA'],
  ['PRAGMA writable_schema = 1', 'PRAGMA'],
  ["VACUUM INTO '/tmp/x.db'", 'ATTACH'],
  ['BEGIN', 'a transaction'],
  ['SAVEPOINT x', 'SAVEPOINT'],
  ['REINDEX', 'REINDEX'],
  ["SELECT load_extension('x')", 'the function load_extension'],
] as const)
  test(`${statement} is refused`, async () => {
    assert.equal(await errorOf(statement), `error: query only reads, with SELECT: ${what} is refused`)
  })

test('an error of SQL is one line with its place', async () => {
  const cases = [
    ['SELECT frm FROM clusters', 'no such column: frm (at character 8 of the statement)'],
    ['SELEC 1', 'near "SELEC": syntax error (at character 1 of the statement)'],
    ['SELECT 1 FROM missing', 'no such table: missing (at character 15 of the statement)'],
    ["SELECT 'frm', frm FROM clusters", 'no such column: frm (at character 15 of the statement)'],
    ['SELECT proxy,\n  count(*\nFROM clusters', 'near "FROM": syntax error (at line 3, character 1 of the statement)'],
    ['SELECT (', 'incomplete input (at character 9 of the statement)'],
    ['SELECT missing(1)', 'no such function: missing (at character 8 of the statement)'],
    ['SELECT 1; SELECT 2', 'query runs one statement at a time: leave out what follows the first'],
    [
      'SELECT * FROM clusters WHERE type = "EDS"',
      /^error: no such column: "EDS".*\(at character 37 of the statement\)$/,
    ],
    ["SELECT json('{')", 'malformed JSON'],
  ] as const
  for (const [statement, expected] of cases) {
    const found = await errorOf(statement)
    if (typeof expected === 'string') assert.equal(found, `error: ${expected}`)
    else assert.match(found, expected)
  }
})

test('a comment and a semicolon behind a statement are no second one', async () => {
  const { code, out } = await runProgram(['query', 'SELECT 1 AS a; -- done', ...sidecar, '-o', 'csv'])
  assert.deepEqual({ code, out }, { code: 0, out: 'a\r\n1\r\n' })
})

test('a statement that never ends is ended', async () => {
  const limit = ['--timeout', '300ms']
  assert.equal(
    await errorOf(`${endless} SELECT count(*) FROM c`, ...limit),
    'error: the statement took too long, and was ended',
  )
})

test('a statement that needs too much memory is ended', async () => {
  const statement = `${endless} SELECT count(*) FROM (SELECT x, hex(zeroblob(20000)) AS y FROM c LIMIT 1000000) GROUP BY y, x`
  assert.equal(await errorOf(statement), 'error: the statement took too much memory, and was ended')
})

test('a file is kept for its owner, is made anew by whoever made it, and no other is overwritten', async () => {
  const file = join(folder, 'mesh.db')
  for (let time = 0; time < 2; time++) {
    const { code, err } = await runProgram(['query', ...sidecar, '--db', file])
    assert.equal(code, 0, err)
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.ok(!existsSync(`${file}.new`))
  }
  const other = join(folder, 'notes.txt')
  writeFileSync(other, 'mine')
  assert.equal(
    await errorOf('SELECT 1', '--db', other),
    `error: ${other} is no database of query, and is not overwritten`,
  )
  assert.equal(readFileSync(other, 'utf8'), 'mine')
  const asked = await runProgram(['query', 'SELECT 1', '--db', other])
  assert.equal(asked.code, 1)
  assert.match(asked.err, /^error: .*notes\.txt cannot be used: file is not a database\n/)
  assert.match((await runProgram(['query', 'DROP VIEW clusters', '--db', file])).err, /is refused/)
})

test("a file or folder that is not there is named in kubectl's words", async () => {
  const absent = join(folder, 'absent', 'mesh.db')
  assert.equal(await errorOf('SELECT 1', '--db', absent), `error: cannot write ${absent}: no such folder`)
  const { code, err } = await runProgram(['query', '--db', absent, 'SELECT 1'])
  assert.equal(code, 1)
  assert.ok(err.startsWith(`error: the path "${absent}" does not exist\n`), err)
  const every = await runProgram(['query', ...sidecar, '--db', absent])
  assert.equal(every.err.split('\n')[0], `error: cannot write ${absent}: no such folder`)
})

test('a mistyped statement leaves no file', async () => {
  const file = join(folder, 'never.db')
  await errorOf('SELECT frm FROM clusters', '--db', file)
  assert.ok(!existsSync(file) && !existsSync(`${file}.new`))
})

test('a statement is needed', async () => {
  const { code, err } = await runProgram(['query'])
  assert.equal(code, 1)
  assert.match(err, /^error: query needs a statement/)
})
