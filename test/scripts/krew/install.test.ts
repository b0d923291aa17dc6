import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { install } from '../../../scripts/krew/install.ts'
import type { ArchiveFile } from '../../../scripts/package/archive-file.ts'
import { tarGz } from '../../../scripts/package/tar-gz.ts'
import { zip } from '../../../scripts/package/zip.ts'

const krewRoot = mkdtempSync(join(tmpdir(), 'krew-test-'))
after(() => rmSync(krewRoot, { recursive: true }))

const file = (name: string, executable = false): ArchiveFile => ({ name, content: Buffer.from(name), executable })
const sound = [file('kubectl-x_y', true), file('LICENSE')]

function installed(archive: Buffer, changes: { sha256?: string; bin?: string } = {}): Promise<string> {
  const sha256 = createHash('sha256').update(archive).digest('hex')
  return install({ krewRoot, name: 'x-y', version: 'v1.0.0', archive, sha256, bin: 'kubectl-x_y', ...changes })
}

async function tarWith(header: Parameters<ReturnType<typeof pack>['entry']>[0]): Promise<Buffer> {
  const tar = pack()
  for (const { name, content } of sound) tar.entry({ name }, content)
  tar.entry(header)
  tar.finalize()
  return gzipSync(await buffer(tar))
}

test('a sound archive is unpacked to the store and linked, from tar and from zip', async () => {
  for (const archive of [await tarGz(sound), await zip(sound)]) {
    const link = await installed(archive)
    assert.equal(link, join(krewRoot, 'bin', 'kubectl-x_y'))
    assert.equal(readlinkSync(link), join(krewRoot, 'store', 'x-y', 'v1.0.0', 'kubectl-x_y'))
    if (process.platform !== 'win32') assert.equal(statSync(link).mode & 0o111, 0o111)
  }
})

test('links are refused', async () => {
  await assert.rejects(
    installed(await tarWith({ name: 'kubectl-z', type: 'symlink', linkname: 'kubectl-x_y' })),
    /regular file/,
  )
  await assert.rejects(
    installed(await tarWith({ name: 'kubectl-z', type: 'link', linkname: 'kubectl-x_y' })),
    /regular file/,
  )
})

test('paths that leave the archive are refused', async () => {
  for (const name of ['../x', 'a/../../x', '/etc/x', '\\x', 'a\\..\\x']) {
    await assert.rejects(installed(await tarGz([...sound, file(name)])), /unsafe path/, name)
    await assert.rejects(installed(await zip([...sound, file(name)])), /unsafe path/, name)
  }
})

test('a sum in upper case, or of something else, is refused', async () => {
  const archive = await tarGz(sound)
  const sum = createHash('sha256').update(archive).digest('hex')
  await assert.rejects(installed(archive, { sha256: sum.toUpperCase() }), /lower-case/)
  await assert.rejects(installed(archive, { sha256: '0'.repeat(64) }), /checksum does not match/)
})

test('an archive of another type, without a licence, or without the binary is refused', async () => {
  await assert.rejects(installed(Buffer.from('BZh9')), /neither gzip nor zip/)
  await assert.rejects(installed(await tarGz([file('kubectl-x_y', true)])), /no licence/)
  await assert.rejects(installed(await tarGz([file('LICENSE')])), /bin is not in the archive/)
  await assert.rejects(installed(await tarGz(sound), { bin: '../other' }), /bin leaves the installation/)
})
