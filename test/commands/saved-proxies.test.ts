import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pack } from 'tar-stream'
import { runProgram } from '../run-program.ts'
import { startFakeAdmin } from './fake-admin.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))
const sidecar = fixture('sidecar/config_dump.json')
const gateway = fixture('gateway/config_dump.json')
const policies = fixture('authz/config_dump.json')

/** Commands that answer for several proxies. */
const readers: readonly (readonly string[])[] = [
  ['clusters'],
  ['endpoints'],
  ['routes', '--name', 'http.8080'],
  ['all'],
  ['authz'],
]

for (const words of readers) {
  test(`${words.join(' ')} shows the proxies of several files, each named`, async () => {
    const rows = async (...files: string[]) => {
      const flags = files.flatMap((file) => ['--file', file])
      const { code, out, err } = await runProgram([...words, ...flags, '-o', 'jsonl'])
      assert.equal(code, 0, err)
      return out
        .split('\n')
        .filter(Boolean)
        .map((line): Record<string, unknown> => JSON.parse(line))
    }
    const files = [sidecar, gateway, policies]
    const all = await rows(...files)
    assert.ok(all.every(({ proxy }) => files.some((file) => file === proxy)))
    for (const file of files)
      assert.deepEqual(
        all.filter(({ proxy }) => proxy === file),
        await rows(file),
      )
    assert.ok(all.length > 0)
  })
}

test('stats and status of several files', async () => {
  const stats = fixture('sidecar/stats.json')
  const { out } = await runProgram([
    'stats',
    '--file',
    stats,
    '--file',
    stats,
    '--filter',
    '^cluster_manager',
    '-o',
    'csv',
  ])
  assert.match(out, /^proxy,stat,value\r\n/)
  const status = await runProgram(['status', '--file', sidecar, '--file', gateway, '-o', 'name'])
  assert.equal(status.out.split('\n').filter(Boolean).length, 2, status.err)
})

test('a question about one proxy is not answered for the last of several files', async () => {
  for (const words of [
    ['trace', 'http://reviews:9080/'],
    ['describe', 'pod'],
    ['describe', 'service', 'reviews'],
    ['ztunnel', 'workloads'],
    ['status', '--control-plane-file', gateway],
  ]) {
    const { code, out, err } = await runProgram([...words, '--file', sidecar, '--file', gateway])
    assert.deepEqual({ code, out }, { code: 1, out: '' }, words.join(' '))
    assert.match(err, /^error: .*one proxy/, words.join(' '))
  }
})

test('pages that lie beside a dump in an archive are read as those of a live proxy', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const pages = new Map(
    ['config_dump', 'certs', 'clusters', 'server_info'].map((page) => [
      page,
      readFileSync(fixture(`sidecar/${page}.json`), 'utf8'),
    ]),
  )
  const archive = pack()
  for (const [page, text] of pages) archive.entry({ name: `proxies/default/a/${page}` }, text)
  archive.entry({ name: 'proxies/default/b/config_dump' }, readFileSync(gateway))
  archive.entry({ name: 'proxies/default/b/certs' }, 'no JSON')
  archive.finalize()
  const report = join(folder, 'report.tar')
  writeFileSync(report, await buffer(archive))
  const admin = await startFakeAdmin((_method, path) => pages.get(path.slice(1)))
  t.after(() => admin.close())
  for (const words of [['secrets'], ['certs'], ['trace', 'http://reviews:9080/', '-o', 'json'], ['endpoints']]) {
    const saved = await runProgram([...words, '--file', `${report}/proxies/default/a`])
    const live = await runProgram([...words, '--url', admin.url])
    assert.equal(saved.code, 0, saved.err)
    const unnamed = (text: string) => text.replaceAll(/"proxy": "[^"]*"/g, '"proxy": ""')
    assert.equal(unnamed(saved.out), unnamed(live.out), words.join(' '))
  }
  const { out, err } = await runProgram(['certs', '--file', report, '-o', 'csv', '--no-headers'])
  assert.doesNotMatch(err, /could not be read/)
  assert.match(out, /proxies\/default\/a\/config_dump/)
})

test('a file that is no dump is named once in its error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-dump-'))
  try {
    const path = join(folder, 'text.json')
    writeFileSync(path, 'hello')
    const { code, err } = await runProgram(['clusters', '--file', sidecar, '--file', path])
    assert.equal(code, 1)
    assert.ok(err.includes(`error: ${path} is not an Envoy config dump`), err)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('dumps of a folder or an archive tell their endpoints where no /clusters lies beside them', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dumps-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const inside = join(folder, 'dumps')
  mkdirSync(inside)
  for (const [name, path] of Object.entries({ 'a.json': sidecar, 'b.json': gateway }))
    copyFileSync(path, join(inside, name))
  const archive = pack()
  archive.entry({ name: 'a.json' }, readFileSync(sidecar))
  archive.entry({ name: 'b.json' }, readFileSync(gateway))
  archive.finalize()
  const tar = join(folder, 'dumps.tar')
  writeFileSync(tar, await buffer(archive))
  const csv = async (words: readonly string[]) => {
    const { code, out, err } = await runProgram([...words, '-o', 'csv', '--no-headers'])
    assert.equal(code, 0, err)
    return out
  }
  const alone = (await csv(['endpoints', '--file', sidecar])) + (await csv(['endpoints', '--file', gateway]))
  for (const dumps of [inside, tar]) {
    const named = alone.replaceAll(sidecar, `${dumps}/a.json`).replaceAll(gateway, `${dumps}/b.json`)
    assert.equal(await csv(['endpoints', '--file', dumps]), named)
    const counted = await csv(['query', '--file', dumps, 'SELECT count(*) FROM endpoints'])
    assert.equal(Number(counted), alone.split('\n').filter(Boolean).length)
  }
})

test('a folder without a dump is told beside the proxies that can be read', async (t) => {
  const empty = mkdtempSync(join(tmpdir(), 'empty-'))
  t.after(() => rmSync(empty, { recursive: true }))
  const { code, out, err } = await runProgram(['clusters', '--file', empty, '--file', sidecar, '-o', 'csv'])
  assert.equal(code, 1)
  assert.equal(err, `error: the folder "${empty}" has no configuration dump among its files (0)\n`)
  assert.ok(out.includes(sidecar))
})

test('dumps of a folder are read whatever they are called, beside those that are called config_dump', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'names-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'web'))
  copyFileSync(sidecar, join(folder, 'web', 'config_dump.json'))
  copyFileSync(gateway, join(folder, 'shop.json'))
  const { code, out, err } = await runProgram([
    'query',
    '--file',
    folder,
    'SELECT proxy FROM proxies ORDER BY 1',
    '-o',
    'csv',
  ])
  assert.equal(code, 0, err)
  assert.deepEqual(out.trim().split(/\r?\n/), ['proxy', `${folder}/shop.json`, `${folder}/web/config_dump.json`])
})
