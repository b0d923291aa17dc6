import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
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

for (const { name, variable, program, translated } of engines)
  test(`${name} gives the answers of SQLite to the ten examples`, async (t) => {
    const python = process.env[variable]
    if (python === undefined) {
      assert.notEqual(process.env.ENGINES, 'required', `${variable} is not set`)
      t.skip(`${variable} names no Python that has ${name.toLowerCase()}`)
      return
    }
    using mesh = new MeshFiles()
    const dir = join(mesh.folder, 'dataset')
    const { code, err } = await runProgram(['export', ...mesh.flags, '--dir', dir])
    assert.equal(code, 0, err)
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
