import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { runProgram } from '../run-program.ts'

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}/config_dump.json`, import.meta.url))
const sidecar = fixture('sidecar')

async function archiveOf(members: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const archive = pack()
  for (const [name, content] of Object.entries(members)) archive.entry({ name }, content)
  archive.finalize()
  return buffer(archive)
}

const bugReport = await archiveOf({
  'bug-report/cluster/pods.txt': 'NAME READY\n',
  'bug-report/proxies/default/a/clusters': '{"cluster_statuses": []}',
  'bug-report/proxies/default/a/config_dump?include_eds': sidecar,
  'bug-report/proxies/default/b/config_dump?include_eds': fixture('gateway'),
})

const clusters = (stdin: Buffer) => runProgram(['clusters', '--file', '-'], { stdin })
const { out: table } = await clusters(sidecar)

test('the dump among the files of a bug report, compressed or not', async () => {
  for (const archive of [bugReport, gzipSync(bugReport)]) {
    const { code, out, err } = await clusters(archive)
    assert.equal(code, 0)
    assert.equal(out, table)
    assert.equal(
      err,
      'Reading bug-report/proxies/default/a/config_dump?include_eds from standard input.\n' +
        'standard input holds 1 more: bug-report/proxies/default/b/config_dump?include_eds. Unpack it to read one of them.\n',
    )
  }
})

test('a dump under any name is known by what it holds', async () => {
  const { code, out } = await clusters(await archiveOf({ 'notes.txt': 'nothing', 'envoy.txt': sidecar }))
  assert.equal(code, 0)
  assert.equal(out, table)
})

test('an archive without a dump is refused in one line', async () => {
  const { code, err } = await clusters(await archiveOf({ 'notes.txt': 'nothing' }))
  assert.equal(code, 1)
  assert.match(err, /^error: standard input is an archive without any config_dump among its files \(1\)\n/)
})

test('of an archive that is cut short, what comes before is read', async () => {
  const whole = bugReport.length - 30_000
  for (const [archive, within] of [
    [
      bugReport.subarray(0, whole),
      /is an archive that is cut short within bug-report\/proxies\/default\/b\/config_dump/,
    ],
    [gzipSync(bugReport).subarray(0, -2000), /is a gzip file that is cut short\.\n.*is an archive that is cut short/],
  ] as const) {
    const { code, out, err } = await clusters(Buffer.from(archive))
    assert.equal(code, 0, err)
    assert.equal(out, table)
    assert.match(err, within)
  }
})

test('the dump itself may be what is cut short: the reader says where', async () => {
  const cut = bugReport.subarray(
    0,
    bugReport.indexOf('"@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump"') + 500,
  )
  const { code, out, err } = await clusters(Buffer.from(cut))
  assert.equal(code, 0, err)
  assert.equal(out, table)
  assert.match(err, /cut short at line \d+/)
})

test('an archive with nothing whole in it is refused', async () => {
  const { code, out, err } = await clusters(Buffer.from(bugReport.subarray(0, 400)))
  assert.deepEqual({ code, out }, { code: 1, out: '' })
  assert.equal(err, 'error: standard input is a broken tar archive (Unexpected end of data)\n')
})

test('a path behind the archive names a member, or the folder of a proxy', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const report = join(folder, 'report.tar.gz')
  writeFileSync(report, gzipSync(bugReport))
  const read = (file: string) => runProgram(['clusters', '--file', file])
  const one = await runProgram(['status', '--file', report])
  assert.match(one.err, /holds 1 more: .*\. Read one with --file .*\/report\.tar\.gz\/NAME\.$/m)
  const { out: each } = await read(report)
  assert.match(each, /^PROXY /)
  assert.equal(new Set(each.match(/^\S+\/default\/[ab]\//gm)).size, 2)
  const { out: gateway } = await clusters(fixture('gateway'))
  for (const name of ['bug-report/proxies/default/b', 'bug-report/proxies/default/b/config_dump?include_eds']) {
    assert.deepEqual(await read(`${report}/${name}`), {
      code: 0,
      out: gateway,
      err: `Reading bug-report/proxies/default/b/config_dump?include_eds from ${report}.\n`,
    })
  }
  const near = await read(`${report}/default/b`)
  assert.equal(near.code, 1)
  assert.match(
    near.err,
    /has no "default\/b"\nDid you mean --file .*\/bug-report\/proxies\/default\/b\/config_dump\?include_eds\?\n$/,
  )
  assert.match((await read(`${report}/other`)).err, /has no "other"\nList its files: tar tf /)
  writeFileSync(join(folder, 'plain.json'), sidecar)
  assert.match((await read(join(folder, 'plain.json/b'))).err, /plain\.json is a file, and no archive\n$/)
  assert.match((await read(join(folder, 'none/b'))).err, /none\/b" does not exist\n$/)
})

test('endpoints come from the dump where the archive has /clusters as text, as istioctl bug-report writes it', async () => {
  const text = readFileSync(new URL('../fixtures/sidecar/clusters.txt', import.meta.url))
  const report = await archiveOf({
    'proxies/default/a/clusters': text,
    'proxies/default/a/config_dump?include_eds': sidecar,
  })
  const { code, out, err } = await runProgram(['endpoints', '--file', '-'], { stdin: report })
  assert.equal(code, 0, err)
  assert.equal(out, (await runProgram(['endpoints', '--file', '-'], { stdin: sidecar })).out)
  assert.equal(err, 'Reading proxies/default/a/config_dump?include_eds from standard input.\n')
})

test('pages of two proxies are never mixed', async () => {
  const report = await archiveOf({
    'a/config_dump': sidecar,
    'b/clusters': '{"cluster_statuses": [{"name": "of-b", "host_statuses": []}]}',
    'b/config_dump': fixture('gateway'),
    'b/stats': '{"stats": []}',
  })
  const { out } = await runProgram(['endpoints', '--file', '-'], { stdin: report })
  assert.equal(out, (await runProgram(['endpoints', '--file', '-'], { stdin: sidecar })).out)
  const { err } = await runProgram(['status', '--file', '-'], { stdin: report })
  assert.doesNotMatch(err, /Reading b\//)
  assert.equal(err.match(/^Reading a\/config_dump /gm)?.length, 1)
  const stats = await runProgram(['stats', '--file', '-'], { stdin: report })
  assert.equal(stats.code, 1)
  assert.match(stats.err, /^error: standard input is an archive without any stats among its files/)
})

test('a member that is named in full is read, whatever it is called', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const report = join(folder, 'report.tar')
  const members = { 'x/workloads.json': '{"workloads": {}}', 'x/a/config_dump': sidecar, 'x/a/clusters': 'text\n' }
  writeFileSync(report, await archiveOf(members))
  const { code, err } = await runProgram(['ztunnel', 'workloads', '--file', `${report}/x/workloads.json`])
  assert.equal(code, 0, err)
  const whole = await runProgram(['clusters', '--file', `${report}/`])
  assert.equal(whole.out, table)
  assert.match((await runProgram(['clusters', '--file', `${report}/a`])).err, /Did you mean .*\/x\/a\/config_dump\?\n$/)
})

test('commands for many proxies take several files, and every dump of an archive', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'))
  try {
    const archive = join(folder, 'report.tar.gz')
    writeFileSync(archive, gzipSync(bugReport))
    const plain = join(folder, 'dump.json')
    writeFileSync(plain, fixture('certificates'))
    const proxies = async (...argv: string[]) => {
      const { out, err } = await runProgram(['certs', '-o', 'csv', '--no-headers', ...argv])
      assert.equal(err, '')
      return [...new Set(out.split('\r\n').flatMap((line) => (line === '' ? [] : [line.split(',')[0] ?? ''])))].sort()
    }
    const ofReport = ['a', 'b'].map((pod) => `${archive}/bug-report/proxies/default/${pod}/config_dump?include_eds`)
    assert.deepEqual(await proxies('--file', archive), ofReport)
    assert.deepEqual(await proxies('--file', archive, '--file', plain), [plain, ...ofReport])
    const { code, out } = await runProgram(['rootca-compare', '--file', archive, '-o', 'json'])
    assert.equal(code, 1)
    assert.deepEqual(
      (JSON.parse(out) as { proxy: string; peer: string }[]).map(({ proxy, peer }) => [proxy, peer]),
      [ofReport],
    )
    const gone = await runProgram(['certs', '--file', plain, '--file', join(folder, 'gone')])
    assert.equal(gone.code, 1)
    assert.match(gone.err, /^error: the path \S*gone\S* does not exist$/m)
    assert.match(gone.out, /dump\.json +expired /)
    const both = await runProgram(['certs', 'pod', '--file', plain])
    assert.match(both.err, /only one of POD, --selector, --url and --file can be given/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** A folder as a tar archive has it, with a size in its header; a size is not data. */
async function folderOfSize(size: number): Promise<Buffer> {
  const archive = pack()
  archive.entry({ name: 'config_dump', type: 'directory' })
  archive.finalize()
  const header = (await buffer(archive)).subarray(0, 512)
  header.write(`${size.toString(8).padStart(11, '0')} `, 124, 'latin1')
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

test('a folder that says it has a size is a folder', async () => {
  const archive = Buffer.concat([await folderOfSize(1500), await archiveOf({ 'b/config_dump.json': sidecar })])
  const { code, out } = await clusters(archive)
  assert.equal(code, 0)
  assert.equal(out, table)
})

test('a folder with data behind it breaks the archive, and the program says so', async () => {
  const data = Buffer.alloc(1536, 'hello')
  const archive = Buffer.concat([await folderOfSize(1500), data, await archiveOf({ 'b/config_dump.json': sidecar })])
  const { code, err } = await clusters(archive)
  assert.equal(code, 1)
  assert.match(err, /^error: standard input is a broken tar archive \(.*\)\n$/)
})
