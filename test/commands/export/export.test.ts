import assert from 'node:assert/strict'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { partitionPath } from '../../../src/fetch/dataset/dataset-folder.ts'
import { runProgram } from '../../run-program.ts'
import { MeshFiles } from '../query/mesh-files.ts'

async function exported(mesh: MeshFiles, ...flags: readonly string[]): Promise<string> {
  const dir = join(mesh.folder, 'dataset')
  const { code, err } = await runProgram(['export', ...mesh.flags, '--dir', dir, ...flags])
  assert.equal(code, 0, err)
  return dir
}

const filesIn = (dir: string) => globSync('**/*.parquet', { cwd: dir }).toSorted()

test('a folder has the rows of query, partitioned; what is exported again is there once, and nothing is changed', async () => {
  using mesh = new MeshFiles()
  const dir = await exported(mesh)
  const before = filesIn(dir)
  const places = before.map((file) => file.replaceAll('\\', '/').replace(/\/part-.*/, ''))
  for (const kind of ['proxies', 'clusters', 'findings', 'status'])
    for (const cluster of ['Kubernetes', 'west'])
      assert.ok(places.includes(`kind=${kind}/kubeCluster=${cluster}/date=2025-11-01`), `${kind} of ${cluster}`)
  const bytes = before.map((file) => readFileSync(join(dir, file)).toString('base64'))
  // The same rows are there once, however often they are exported; those of another run are added.
  const again = await runProgram(['export', ...mesh.flags, '--dir', dir, '-o', 'json'])
  assert.match(
    again.err,
    new RegExp(`^The rows of ${before.length} files were there already, and are not added again`, 'm'),
  )
  assert.ok(
    JSON.parse(again.out).every(({ files, rows }: { files: number; rows: number }) => files === 0 && rows === 0),
  )
  assert.deepEqual(filesIn(dir), before)
  await runProgram(['export', ...mesh.flags.slice(0, 2), '--dir', dir])
  assert.ok(filesIn(dir).length > before.length)
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

test('what engines cannot read in a name is written as they can', async () => {
  using mesh = new MeshFiles()
  const [file = ''] = mesh.files
  const names = [
    "'; DROP TABLE clusters; --",
    'a\u0000b',
    'x'.repeat(10_240),
    '\ud800lone',
    'back\\\\ud800',
    '\u202eevil',
  ]
  const dump = JSON.parse(readFileSync(file, 'utf8'))
  const { dynamic_active_clusters: list } = dump.configs.find((section: object) => 'dynamic_active_clusters' in section)
  for (const name of names) list.push({ ...list[0], cluster: { ...list[0].cluster, name, alt_stat_name: name } })
  const dir = join(mesh.folder, 'names')
  const stdin = JSON.stringify(dump)
  assert.equal((await runProgram(['export', '--file', '-', '--dir', dir], { stdin })).code, 0)
  const rows = []
  for (const each of filesIn(dir).filter((path) => path.includes('kind=clusters')))
    rows.push(...(await parquetReadObjects({ file: new Uint8Array(readFileSync(join(dir, each))).buffer })))
  for (const name of names.map((each) => each.toWellFormed())) {
    const row: Record<string, unknown> | undefined = rows.find(({ resourceName }) => resourceName === name)
    assert.equal(JSON.parse(String(row?.resource)).altStatName, name)
    assert.doesNotMatch(String(row?.resource), /(?<!\\)(?:\\\\)*\\ud[89a-f]/)
  }
})

test('a column has one type in every file, whatever a dump has in its place', async () => {
  using mesh = new MeshFiles()
  const [file = ''] = mesh.files
  const dir = join(mesh.folder, 'types')
  for (const weight of ['7', '0.5', '"many"', '12345678901234567890']) {
    const stdin = readFileSync(file, 'utf8').replaceAll(/("load_balancing_weight": ?)\d+/g, `$1${weight}`)
    assert.equal((await runProgram(['export', '--file', '-', '--dir', dir], { stdin })).code, 0)
  }
  const types = new Map<string, Set<string>>()
  for (const each of filesIn(dir)) {
    const { schema } = parquetMetadata(new Uint8Array(readFileSync(join(dir, each))).buffer)
    for (const { name, type, logical_type } of schema.slice(1)) {
      const column = `${each.split(/[\\/]/)[0]} ${name}`
      types.set(column, (types.get(column) ?? new Set()).add(`${type} ${logical_type?.type}`))
    }
  }
  assert.ok(types.size > 50)
  for (const [column, found] of types) assert.equal(found.size, 1, `${column}: ${[...found]}`)
})
