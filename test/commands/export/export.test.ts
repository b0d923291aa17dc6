import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import { partitionPath } from '../../../src/fetch/dataset/dataset-folder.ts'
import { runProgram } from '../../run-program.ts'
import { MeshFiles } from '../query/mesh-files.ts'

/** The engines that read a folder, each with a program for a Python that has its module; the variable names that Python. */
const engines = [
  {
    name: 'DuckDB',
    variable: 'DUCKDB_PYTHON',
    // What a statement of SQLite is there.
    translated: (statement: string) => statement,
    program: `
import duckdb, json, sys
asked = json.load(sys.stdin)
connection = duckdb.connect()
for table in asked['tables']:
    connection.sql(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{asked['dir']}/kind={table}/**/*.parquet', hive_partitioning = true, union_by_name = true)")
answers = [connection.sql(each).fetchall() for each in asked['statements']]
print('ANSWERS' + json.dumps(answers, default=str))
`,
  },
  {
    name: 'Spark',
    variable: 'SPARK_PYTHON',
    translated: (statement: string) =>
      statement.replaceAll(/(\w+(?:\.\w+)?) ->>? ('[^']+')/g, 'get_json_object($1, $2)'),
    program: `
import json, sys
from pyspark.sql import SparkSession
asked = json.load(sys.stdin)
spark = SparkSession.builder.master('local[2]').config('spark.ui.enabled', 'false').config('spark.sql.shuffle.partitions', '2').getOrCreate()
for table in asked['tables']:
    spark.read.option('basePath', asked['dir']).option('mergeSchema', 'true').parquet(f"{asked['dir']}/kind={table}").createOrReplaceTempView(table)
answers = [[list(row) for row in spark.sql(each).collect()] for each in asked['statements']]
print('ANSWERS' + json.dumps(answers, default=str))
`,
  },
]

async function exported(mesh: MeshFiles, ...flags: readonly string[]): Promise<string> {
  const dir = join(mesh.folder, 'dataset')
  const { code, err } = await runProgram(['export', ...mesh.flags, '--dir', dir, ...flags])
  assert.equal(code, 0, err)
  return dir
}

const filesIn = (dir: string) => globSync('**/*.parquet', { cwd: dir }).toSorted()

test('a folder has the rows of query, partitioned; a second run adds to it and changes nothing', async () => {
  using mesh = new MeshFiles()
  const dir = await exported(mesh)
  const before = filesIn(dir)
  const places = before.map((file) => file.replaceAll('\\', '/').replace(/\/part-.*/, ''))
  for (const kind of ['proxies', 'clusters', 'findings', 'status'])
    for (const cluster of ['Kubernetes', 'west'])
      assert.ok(places.includes(`kind=${kind}/kubeCluster=${cluster}/date=2025-11-01`), `${kind} of ${cluster}`)
  const bytes = before.map((file) => readFileSync(join(dir, file)).toString('base64'))
  await exported(mesh)
  assert.equal(filesIn(dir).length, before.length * 2)
  assert.deepEqual(
    before.map((file) => readFileSync(join(dir, file)).toString('base64')),
    bytes,
  )
  assert.deepEqual(globSync('**/*.new', { cwd: dir }), [])
  const found = []
  for (const file of before.filter((each) => each.includes('kind=clusters')))
    for (const row of await parquetReadObjects({ file: new Uint8Array(readFileSync(join(dir, file))).buffer }))
      found.push({
        ...row,
        port: row.port === null ? null : Number(row.port),
        capturedAt: row.capturedAt.toISOString(),
      })
  const { out } = await runProgram(['query', 'SELECT * FROM clusters', ...mesh.flags, '-o', 'jsonl'])
  const expected = out
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { kubeCluster: _, ...row } = JSON.parse(line)
      return row
    })
  const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort()
  assert.deepEqual(sorted(found), sorted(expected))
  if (process.platform !== 'win32') assert.equal(statSync(join(dir, before[0] ?? '')).mode & 0o777, 0o600)
})

test('no name leads out of the folder', async () => {
  assert.equal(
    partitionPath({ kind: 'clusters', kubeCluster: '../../etc/ü', date: undefined }),
    'kind=clusters/kubeCluster=..%2F..%2Fetc%2F%C3%BC/date=__HIVE_DEFAULT_PARTITION__',
  )
  const long = partitionPath({ kind: 'k', kubeCluster: '/'.repeat(1000), date: '' })
  assert.ok(long.split('/').every((part) => part.length < 255) && !/%.?-/.test(long))
  using mesh = new MeshFiles()
  const dir = await exported(mesh, '--cluster-name', '../../../x')
  assert.ok(filesIn(dir).every((file) => file.includes('kubeCluster=..%2F..%2F..%2Fx')))
})

test('secrets are hidden, and a folder that cannot be written is one line', async () => {
  using mesh = new MeshFiles()
  const [file = ''] = mesh.files
  const text = readFileSync(file, 'utf8').replaceAll(
    '"connect_timeout":"',
    '"x":"password: correct-horse","connect_timeout":"',
  )
  const dir = join(mesh.folder, 'hidden')
  assert.equal((await runProgram(['export', '--file', '-', '--dir', dir], { stdin: text })).code, 0)
  for (const each of filesIn(dir)) {
    const rows = await parquetReadObjects({ file: new Uint8Array(readFileSync(join(dir, each))).buffer })
    assert.ok(
      !JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value)).includes(
        'correct-horse',
      ),
      each,
    )
  }
  const { code, err } = await runProgram(['export', ...mesh.flags, '--dir', join(file, 'below')])
  assert.equal(code, 1)
  assert.match(err, /^error: .* cannot be written: ENOTDIR/m)
  assert.match((await runProgram(['export', ...mesh.flags])).err, /^error: export needs --dir DIR/)
})

for (const { name, variable, program, translated } of engines)
  test(`${name} gives the answers of SQLite to the ten examples`, async (t) => {
    const python = process.env[variable]
    if (python === undefined) {
      t.skip(`${variable} names no Python that has ${name.toLowerCase()}`)
      return
    }
    using mesh = new MeshFiles()
    const dir = await exported(mesh)
    const rowsOf = async (argv: readonly string[]): Promise<Record<string, unknown>[]> =>
      (await runProgram([...argv, '-o', 'jsonl'])).out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    const statements = (await rowsOf(['query', '--examples'])).map(({ statement }) => String(statement))
    const tables = ['proxies', 'clusters', 'listeners', 'routes', 'endpoints', 'secrets', 'findings']
    const input = JSON.stringify({ dir: dir.replaceAll('\\', '/'), tables, statements: statements.map(translated) })
    const asked = spawnSync(python, ['-c', program], { input, encoding: 'utf8' })
    assert.equal(asked.status, 0, asked.stderr)
    const answers: unknown[][][] = JSON.parse(asked.stdout.split('ANSWERS')[1] ?? '[]')
    for (const [at, statement] of statements.entries()) {
      const expected = (await rowsOf(['query', statement, ...mesh.flags])).map((row) => Object.values(row))
      const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort()
      assert.ok(expected.length > 0)
      assert.deepEqual(sorted(answers[at] ?? []), sorted(expected), statement)
    }
  })
