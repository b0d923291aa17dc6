import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../run-program.ts'

const dump = (name: string) => fileURLToPath(new URL(`../fixtures/${name}/config_dump.json`, import.meta.url))

// A file is one proxy however often it is named: a proxy with the same roots has a file of its own.
const folder = mkdtempSync(join(tmpdir(), 'rootca-compare-'))
after(() => rmSync(folder, { recursive: true }))
const sameRoots = join(folder, 'sidecar.json')
copyFileSync(dump('sidecar'), sameRoots)

async function compare(paths: readonly string[], now = new Date('2025-11-02T00:00:00Z')) {
  const files = paths.flatMap((path) => ['--file', path])
  const { code, out, err } = await runProgram(['rc', ...files, '-o', 'jsonl'], { now })
  assert.equal(err, '')
  return {
    code,
    rows: out
      .trim()
      .split('\n')
      .map((line): { trusted: boolean; reason: string } => JSON.parse(line)),
  }
}

test('proxies of one mesh have the same root', async () => {
  const { code, rows } = await compare([dump('sidecar'), sameRoots])
  assert.equal(code, 0)
  assert.deepEqual(
    rows.map(({ trusted, reason }) => ({ trusted, reason })),
    [{ trusted: true, reason: 'the same root: O=cluster.local, serial 0123456789abcdef0123456789abcdef' }],
  )
})

test('a root of the same name and serial number is not the same root', async () => {
  const { code, rows } = await compare([dump('sidecar'), dump('gateway')])
  assert.equal(code, 1)
  assert.equal(rows[0]?.trusted, false)
  assert.match(rows[0]?.reason ?? '', /does not trust .*: its root is another O=cluster.local than the loaded one/)
})

test('a certificate that has expired, and a proxy that has none', async () => {
  const { code, rows } = await compare([dump('sidecar'), sameRoots, dump('tcp')], new Date('2034-12-01T00:00:00Z'))
  assert.equal(code, 1)
  assert.equal(rows.length, 3)
  assert.match(rows[0]?.reason ?? '', /^the certificate of .* is expired$/)
  assert.match(rows[1]?.reason ?? '', /tcp\/config_dump.json has no certificate with a SPIFFE ID; .*tcp.* has no root$/)
})

test('a proxy that cannot be read: it is named, and what the others say is shown', async () => {
  const files = ['sidecar', 'nowhere'].flatMap((name) => ['--file', dump(name)])
  const { code, out, err } = await runProgram(['rc', ...files, '-o', 'json'])
  assert.equal(code, 1)
  assert.match(err, /^error: the path .*nowhere.* does not exist$/m)
  const [pair] = JSON.parse(out) as { proxy: string; peer: string; trusted: unknown; reason: string }[]
  assert.equal(pair?.trusted, null)
  assert.match(
    pair.reason,
    /nowhere\S+ could not be read: the path .* does not exist; .*sidecar\S+ trusts O=cluster\.local, serial 0123456789abcdef/,
  )
  const three = await runProgram(['rc', ...files, '--file', sameRoots])
  assert.equal(three.code, 1)
  assert.deepEqual(
    three.out.split('\n').flatMap((line) => / (true|false|unknown) /.exec(line)?.[1] ?? []),
    ['unknown', 'true', 'unknown'],
  )
})

test('two proxies are asked for', async () => {
  const { code, err } = await runProgram(['rootca-compare', '--file', dump('sidecar')])
  assert.equal(code, 1)
  assert.match(err, /^error: rootca-compare needs two proxies or more$/m)
})

test('of a part of a dump that has no secrets nothing is concluded', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rootca-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const part = join(folder, 'part.json')
  writeFileSync(part, '{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.RoutesConfigDump"}]}')
  const { code, out, err } = await runProgram(['rc', '--file', dump('sidecar'), '--file', part, '-o', 'json'])
  assert.equal(code, 1)
  assert.match(err, /^error: .*part\.json has no SecretsConfigDump section; it holds: RoutesConfigDump$/m)
  assert.deepEqual(
    (JSON.parse(out) as { trusted: unknown }[]).map(({ trusted }) => trusted),
    [null],
  )
})
