import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet'
import { parquetFile, parquetText, typeOf } from '../../src/output/parquet.ts'
import type { View } from '../../src/view.ts'
import { runProgram } from '../run-program.ts'

const sidecar = join(import.meta.dirname, '..', 'fixtures', 'sidecar', 'config_dump.json')

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

function typesOf(file: ArrayBuffer): Record<string, unknown> {
  const { children } = parquetSchema(parquetMetadata(file))
  return Object.fromEntries(children.map(({ element }) => [element.name, element.converted_type ?? element.type]))
}

test('columns are typed by what they are said to be, and by what is in them', () => {
  assert.equal(typeOf([null, null]), 'STRING')
  assert.equal(typeOf([null], 'number'), 'INT64')
  assert.equal(typeOf([1, null, 2], 'number'), 'INT64')
  assert.equal(typeOf([1, 0.5], 'number'), 'DOUBLE')
  assert.equal(typeOf([0.5, 1]), 'DOUBLE')
  assert.equal(typeOf([2 ** 60]), 'DOUBLE')
  assert.equal(typeOf([true, null]), 'BOOLEAN')
  assert.equal(typeOf([true, 1]), 'STRING')
  assert.equal(typeOf(['a', 1], 'number'), 'STRING')
})

test('a view is a file with its keys, the name of each resource, and nothing where there is no value', async () => {
  const nothing = () => ({ value: null })
  const view: View = {
    kind: 'thing',
    columns: [
      { header: 'PORT', key: 'port', types: ['number'] },
      { header: 'ON', key: 'on', types: ['boolean'] },
      { header: 'TEXT', key: 'text', wide: true },
    ],
    rows: [
      { name: 'a', cells: [80, true, 'zwölf\n\u0000'] },
      { name: '', cells: [undefined, undefined, ''] },
    ],
    document: nothing,
    raw: nothing,
    notes: [],
    empty: '',
  }
  const [bytes] = await parquetText(view)
  const file = bufferOf(bytes)
  assert.deepEqual(typesOf(file), { resource: 'UTF8', port: 'INT64', on: 'BOOLEAN', text: 'UTF8' })
  assert.deepEqual(await parquetReadObjects({ file }), [
    { resource: 'a', port: 80n, on: true, text: 'zwölf\n\u0000' },
    { resource: null, port: null, on: null, text: null },
  ])
})

test('times, and a file without rows', async () => {
  const at = '2026-01-31T10:00:00.250Z'
  const times = bufferOf(await parquetFile([{ name: 'at', type: 'TIMESTAMP', values: [at, null] }]))
  assert.deepEqual(await parquetReadObjects({ file: times }), [{ at: new Date(at) }, { at: null }])
  const empty = bufferOf(await parquetFile([{ name: 'a', type: 'STRING', values: [] }]))
  assert.deepEqual(await parquetReadObjects({ file: empty }), [])
  assert.deepEqual(typesOf(empty), { a: 'UTF8' })
})

for (const [name, argv, key] of [
  ['a summary', ['clusters', '--file', sidecar], 'serviceFqdn'],
  ['lint', ['lint', '--file', sidecar], 'rule'],
  ['an answer of query', ['query', 'SELECT resourceName, port FROM clusters', '--file', sidecar], 'resourceName'],
] as const)
  test(`${name} has the rows of -o jsonl`, async () => {
    const { out } = await runProgram([...argv, '-o', 'parquet'])
    const file = bufferOf(Buffer.from(out, 'latin1'))
    const rows = await parquetReadObjects({ file })
    const lines = (await runProgram([...argv, '-o', 'jsonl'])).out.trimEnd().split('\n')
    const expected = lines.map((line) => {
      const { schema: _, kind: _kind, proxy: _proxy, ...row } = JSON.parse(line)
      // Of a file nothing is known of its place.
      const place = { kubeCluster: null, namespace: null, pod: null, capturedAt: null }
      return argv[0] === 'clusters' ? { ...place, ...row } : row
    })
    const numbers = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value)
    const plain = rows.map(({ proxy: _, ...row }) =>
      Object.fromEntries(Object.entries(row).map(([column, value]) => [column, numbers(value)])),
    )
    assert.ok(plain.length > 0 && key in (plain[0] ?? {}))
    assert.deepEqual(plain, expected)
  })

test('bytes are not for a terminal', async () => {
  const { code, out, err } = await runProgram(['clusters', '--file', sidecar, '-o', 'parquet'], { columns: 80 })
  assert.deepEqual({ code, out: out.includes('PAR1') }, { code: 1, out: false })
  if (err !== '')
    assert.match(err, /^error: -o parquet prints bytes, which are not for a terminal\nTry: > rows\.parquet\n/)
})
