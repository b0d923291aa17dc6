import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { resourceKinds } from '../../../src/resources/index.ts'
import { runProgram } from '../../run-program.ts'
import { MeshFiles } from './mesh-files.ts'

const fixture = (name: string) => join(import.meta.dirname, '..', '..', 'fixtures', name, 'config_dump.json')
const sidecar = ['--file', fixture('sidecar')]

async function rowsOf(argv: readonly string[]): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await runProgram([...argv, '-o', 'jsonl'])
  assert.equal(code, 0, err)
  return out
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

test('every kind has a table with the rows and keys of its own command', async () => {
  for (const { name } of resourceKinds) {
    const files = ['gateway', 'authz'].flatMap((folder) => ['--file', fixture(folder)])
    const own = await runProgram([name, ...files, '-o', 'jsonl'])
    const expected = own.out
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const { schema: _, kind: _kind, resource, ...cells } = JSON.parse(line)
        return { resourceName: resource, ...cells }
      })
    const found = await rowsOf(['query', `SELECT * FROM ${name}`, ...files])
    const left = found.map(({ resource, kubeCluster: _, namespace: _n, pod: _p, capturedAt: _c, ...row }) => {
      assert.ok(JSON.parse(String(resource)), name)
      return row
    })
    const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort()
    // Columns that only other versions of a view have are there as well, without a value.
    const keys = Object.keys(left[0] ?? {})
    const whole = expected.map((row) => ({ ...Object.fromEntries(keys.map((key) => [key, null])), ...row }))
    assert.deepEqual(sorted(left), sorted(whole), name)
  }
})

test('a resource is JSON, the same as -o json prints', async () => {
  const found = await rowsOf(['query', 'SELECT resource FROM clusters ORDER BY resourceName', ...sidecar])
  const { out } = await runProgram(['clusters', ...sidecar, '-o', 'json'])
  const names = (resources: readonly unknown[]) => resources.map((each) => JSON.stringify(each)).sort()
  assert.deepEqual(names(found.map(({ resource }) => JSON.parse(String(resource)))), names(JSON.parse(out)))
})

test('proxies have what is known of them; findings and status have their proxy', async () => {
  using mesh = new MeshFiles()
  const [east = ''] = mesh.files
  const statement = `SELECT p.kubeCluster, p.namespace, p.envoyVersion, f.rule, s.status FROM proxies p
    JOIN findings f ON f.proxy = p.proxy JOIN status s ON s.proxy = p.proxy WHERE p.proxy = '${east}' ORDER BY f.rule LIMIT 1`
  assert.deepEqual(await rowsOf(['query', statement, ...mesh.flags]), [
    {
      kubeCluster: 'Kubernetes',
      namespace: 'default',
      envoyVersion: '1.40.0/Clean/RELEASE/BoringSSL',
      rule: 'cluster-empty-and-used',
      status: 'SYNCED',
    },
  ])
})

test('each example has rows, the same from what --db keeps', async () => {
  using mesh = new MeshFiles()
  const file = join(mesh.folder, 'mesh.db')
  const { out } = await runProgram(['query', '--examples', '-o', 'jsonl'])
  const examples = out
    .trimEnd()
    .split('\n')
    .map((line): { question: string; statement: string } => JSON.parse(line))
  assert.equal(examples.length, 10)
  assert.equal((await runProgram(['query', ...mesh.flags, '--db', file])).code, 0)
  for (const { question, statement } of examples) {
    const rows = await rowsOf(['query', statement, ...mesh.flags])
    assert.ok(rows.length > 0, `${question} has no rows`)
    assert.deepEqual(await rowsOf(['query', statement, '--db', file]), rows, question)
  }
})

test('every format; a type of the table is kept, and a name that comes twice is told apart', async () => {
  const statement = `SELECT port, 'a' AS x, 'b' AS x FROM listeners WHERE port = 53 LIMIT 1`
  const printed = async (format: string) => (await runProgram(['query', statement, ...sidecar, '-o', format])).out
  assert.equal(await printed('table'), 'PORT   X   X_2\n53     a   b\n')
  assert.equal(await printed('jsonl'), '{"port":53,"x":"a","x_2":"b"}\n')
  assert.equal(await printed('csv'), 'port,x,x_2\r\n53,a,b\r\n')
  assert.deepEqual(JSON.parse(await printed('json')), [{ port: 53, x: 'a', x_2: 'b' }])
  assert.equal(await printed('yaml'), '- port: 53\n  x: a\n  x_2: b\n')
  assert.equal(await printed('jsonpath={.items[*].x_2}'), 'b')
  const [secret] = await rowsOf(['query', 'SELECT validCert FROM secrets WHERE validCert LIMIT 1', ...sidecar])
  assert.deepEqual(secret, { validCert: true })
})

test('numbers that JSON cannot hold, bytes and nothing', async () => {
  assert.deepEqual(
    await rowsOf(['query', "SELECT 9007199254740993 AS a, x'00ff' AS b, 9e999 AS c, NULL AS d", ...sidecar]),
    [{ a: '9007199254740993', b: '00ff', c: 'Infinity', d: null }],
  )
})

test('an answer that is printed row by row has all of them', async () => {
  const statement = `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 100000) SELECT x FROM c`
  const { out } = await runProgram(['query', statement, ...sidecar, '-o', 'csv'])
  const lines = out.trimEnd().split('\r\n')
  assert.equal(lines.length, 100_001)
  assert.equal(lines.at(-1), '100000')
})

test('of a page that was saved alone every table that it lacks is empty', async () => {
  using mesh = new MeshFiles()
  const page = ['--file', join(import.meta.dirname, '..', '..', 'fixtures', 'health', 'clusters.json')]
  const db = join(mesh.folder, 'page.db')
  const statement = 'SELECT count(*) AS n FROM endpoints'
  const [found] = await rowsOf(['query', statement, ...page])
  assert.ok(Number(found?.n) > 10)
  const { code, err } = await runProgram(['query', ...page, '--db', db])
  assert.equal(code, 0, err)
  assert.deepEqual(await rowsOf(['query', statement, '--db', db]), [found])
})

test('what a name in a dump says is data', async () => {
  using mesh = new MeshFiles()
  const [file = ''] = mesh.files
  const hostile = `x'); DROP TABLE _clusters; --"`
  const text = readFileSync(file, 'utf8').replaceAll('BlackHoleCluster', JSON.stringify(hostile).slice(1, -1))
  const found = await runProgram(
    ['query', "SELECT resourceName FROM clusters WHERE resourceName LIKE 'x%' LIMIT 1", '--file', '-', '-o', 'jsonl'],
    { stdin: text },
  )
  assert.deepEqual(JSON.parse(found.out), { resourceName: hostile })
})

test('secrets are hidden in cells and resources, also in the file', async () => {
  using mesh = new MeshFiles()
  const [file = ''] = mesh.files
  const password = 'correct-horse-battery'
  const text = readFileSync(file, 'utf8').replaceAll(
    '"connect_timeout":"',
    `"x":"password: ${password}","connect_timeout":"`,
  )
  assert.ok(text.includes(password))
  const db = join(mesh.folder, 'secret.db')
  const { code, out } = await runProgram(['query', 'SELECT resource FROM clusters', '--file', '-', '--db', db], {
    stdin: text,
  })
  assert.equal(code, 0)
  assert.ok(!out.includes(password) && out.includes('[redacted]'))
  assert.ok(!readFileSync(db, 'latin1').includes(password))
})

test('.tables, .schema and what they do not know', async () => {
  const tables = await rowsOf(['query', '.tables'])
  assert.deepEqual(
    tables.map(({ table }) => table),
    ['proxies', ...resourceKinds.map(({ name }) => name), 'findings', 'status'],
  )
  const columns = await rowsOf(['query', '.schema', 'clusters'])
  assert.deepEqual(columns.at(-1), {
    schema: 'proxy-config/v1',
    kind: 'column',
    resource: 'resource',
    column: 'resource',
    type: 'TEXT',
    holds: 'What the row comes from, as -o json prints it: JSON',
  })
  assert.equal((await runProgram(['query', '.schema nothing'])).code, 1)
  assert.equal((await runProgram(['query', '.dump'])).code, 1)
})

test('findings are those of the profiles that are asked, as in lint', async () => {
  const file = ['--file', fixture('gateway')]
  for (const profile of [[], ['--profile', 'core,edge'], ['--profile', 'strict']]) {
    const { out } = await runProgram(['lint', ...file, ...profile, '-o', 'jsonl'])
    const rules = (rows: readonly Record<string, unknown>[]) => rows.map(({ rule }) => rule).sort()
    const linted = out.split('\n').filter((line) => line !== '')
    assert.ok(linted.length > 0)
    const found = await rowsOf(['query', 'SELECT rule FROM findings', ...file, ...profile])
    assert.deepEqual(rules(found), rules(linted.map((line) => JSON.parse(line))))
  }
  const undecided = await runProgram(['query', 'SELECT * FROM findings', ...file, '--profile', 'all'])
  assert.match(undecided.err, /^not decided without \/clusters\?format=json: .*panic-routing-now/m)
  const fleet = await runProgram(['query', 'SELECT * FROM findings', ...file, '--profile', 'fleet'])
  assert.match(
    fleet.err,
    /^error: the table findings is of one proxy at a time, and the profile fleet compares proxies$/m,
  )
  assert.equal(fleet.code, 1)
})

test('a file that is named has to be there, also where nothing of it is asked', async () => {
  const { code, out, err } = await runProgram(['query', 'SELECT 1', ...sidecar, '--file', 'nowhere.json'])
  assert.deepEqual([code, out], [1, ''])
  assert.match(err, /^error: the path "nowhere\.json" does not exist$/m)
})

test('a dump that cannot be read hides no row of another, in no table', async () => {
  using mesh = new MeshFiles()
  const broken = join(mesh.folder, 'broken.json')
  const all = [...mesh.flags, '--file', broken]
  for (const [text, tables] of [
    ['{"configs": 1', ['proxies', 'clusters', 'findings', 'status']],
    // Its rows can be told, none, and its status cannot.
    ['{"configs": [{"@type": ', ['status']],
  ] as const) {
    writeFileSync(broken, text)
    for (const table of tables) {
      const statement = `SELECT DISTINCT proxy FROM ${table} ORDER BY 1`
      const { code, out, err } = await runProgram(['query', statement, ...all, '-o', 'jsonl'])
      assert.equal(code, 1)
      assert.match(err, /^error: .*broken\.json/m)
      assert.equal(out.trimEnd().split('\n').length, mesh.files.length, `${table}: ${err}`)
    }
  }
})

test('what is named as a database and is none is left alone', async () => {
  using mesh = new MeshFiles()
  const place = (name: string) => join(mesh.folder, name)
  const kept = place('kept.db')
  assert.equal((await runProgram(['query', ...mesh.flags, '--db', kept])).code, 0)
  const later = place('later.db')
  const bytes = readFileSync(kept)
  // https://www.sqlite.org/fileformat.html#user_version
  bytes.writeUInt32BE(1000, 60)
  writeFileSync(later, bytes)
  const other = place('other.db')
  bytes.writeUInt32BE(0, 60)
  writeFileSync(other, bytes)
  writeFileSync(place('cut.db'), readFileSync(kept).subarray(0, 20_000))
  writeFileSync(place('text'), 'hello')
  const reasons = [
    [later, /later\.db was made by a later version of this program/],
    [other, /other\.db is no database of query/],
    [place('cut.db'), /cut\.db cannot be used: database disk image is malformed/],
    [place('text'), /text cannot be used: file is not a database/],
    [mesh.folder, /is not a file/],
    [place('nowhere.db'), /does not exist/],
  ] as const
  for (const [file, reason] of reasons) {
    const { code, out, err } = await runProgram(['query', '--db', file, 'SELECT count(*) FROM clusters'])
    assert.deepEqual([code, out], [1, ''], err)
    assert.match(err, reason)
    assert.doesNotMatch(err, /internal error/)
  }
  for (const file of [place('text'), mesh.folder]) {
    const { code, err } = await runProgram(['query', ...mesh.flags, '--db', file])
    assert.equal(code, 1)
    assert.match(err, /is not overwritten|is not a file/)
  }
  assert.equal(readFileSync(place('text'), 'utf8'), 'hello')
})

test('a pipe in place of a database is refused, not waited for', { skip: process.platform === 'win32' }, async () => {
  using mesh = new MeshFiles()
  const pipe = join(mesh.folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  for (const words of [['SELECT 1'], mesh.flags]) {
    const { code, err } = await runProgram(['query', ...words, '--db', pipe])
    assert.equal(code, 1)
    assert.match(err, /is not a file/)
  }
})
