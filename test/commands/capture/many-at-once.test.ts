import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runProgram } from '../../run-program.ts'
import { rawZip } from './raw-zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'many-at-once-'))
after(() => rmSync(folder, { recursive: true }))

/** A dump of which some bytes hardly compress, so that the archive is larger than what is held of a file at a time. */
function dumpOf(name: string, { random, zeros }: Bytes): string {
  const cluster = {
    name,
    type: 'EDS',
    metadata: { filter_metadata: { x: { y: randomBytes(random).toString('hex') + '0'.repeat(zeros) } } },
  }
  const section = {
    '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
    dynamic_active_clusters: [{ cluster }],
  }
  return JSON.stringify({ configs: [section] })
}

interface Bytes {
  readonly random: number
  readonly zeros: number
}

for (const bytes of [
  { random: 60_000, zeros: 0 },
  // Packed, it fits into what is held at a time; unpacked, it is worth another thread.
  { random: 20_000, zeros: 400_000 },
]) {
  test(`many proxies of a large capture are read at a time, each from its own bytes: ${bytes.random} and ${bytes.zeros}`, async () => {
    const names = Array.from({ length: 60 }, (_, index) => `web-${index}`)
    const dumps = names.map((name) => ({
      name: `proxies/shop/${name}/config_dump.json`,
      bytes: dumpOf(`of-${name}`, bytes),
    }))
    const manifest = {
      format: 'proxy-config/capture',
      version: 1,
      fileCount: names.length,
      proxies: names.map((name) => ({ name, namespace: 'shop', source: 'x' })),
      files: dumps.map(({ name, bytes }) => ({
        path: name,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      })),
      failures: [],
    }
    const file = join(folder, 'mesh.zip')
    const archive = rawZip([
      ...dumps,
      { name: 'manifest.json', bytes: `${JSON.stringify(manifest, null, 1)}\n`, method: 0 },
    ])
    assert.ok(archive.length > 2 ** 20)
    writeFileSync(file, archive)
    const { out, err, code } = await runProgram([
      'clusters',
      '-n',
      'shop',
      '--all-pods',
      '-o',
      'jsonl',
      '--capture',
      file,
    ])
    assert.equal(err, '')
    assert.equal(code, 0)
    const found = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      found.map(({ proxy, resource }) => [proxy, resource]).sort(),
      names.map((name) => [`${name}.shop`, `of-${name}`]).sort(),
    )
  })
}
