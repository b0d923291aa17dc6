import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readArchive } from '../../scripts/krew/read-archive.ts'
import { layoutNodes, nodeVersion } from '../../scripts/package/node-package.ts'
import { checkIntegrity } from '../../scripts/package/npm-tarball.ts'
import { shimFiles } from '../../scripts/package/shims.ts'
import { stripSymbols } from '../../scripts/package/strip-symbols.ts'
import { tarGz } from '../../scripts/package/tar-gz.ts'
import { type Target, targetName, targets } from '../../scripts/package/targets.ts'
import { zip } from '../../scripts/package/zip.ts'
import { wordsFor } from '../../src/cli/completion/invoked-as.ts'
import { readExecutableHeader } from '../package/executable-header.ts'

const folder = mkdtempSync(join(tmpdir(), 'package-test-'))
after(() => rmSync(folder, { recursive: true }))
const root = join(import.meta.dirname, '../..')

const files = [
  { name: 'program', content: Buffer.from('#!/bin/sh\n'.repeat(1000)), executable: true },
  { name: 'LICENSE', content: Buffer.from('text'), executable: false },
]

test('archives give back what went in, and the same bytes each time', async () => {
  for (const archive of [tarGz, zip]) {
    const bytes = await archive(files)
    const members = (await readArchive(bytes)).map(({ path, executable, content }) => ({
      name: path,
      content,
      executable,
    }))
    assert.deepEqual(members, files)
    assert.ok(bytes.equals(await archive(files)))
  }
})

test('every target has a locked Node: on Linux one that needs no libatomic, elsewhere that one or a newer', () => {
  for (const target of targets) {
    const major = Number.parseInt(nodeVersion(root, target), 10)
    assert.ok(target.os === 'linux' ? major === 24 : major >= 24, targetName(target))
  }
})

test('what Linux x64 builds for another platform, a pinned Node of the same version lays out', {
  skip: process.platform !== 'linux' || process.arch !== 'x64',
}, () => {
  for (const target of targets) {
    const version = nodeVersion(root, target)
    if (version !== process.versions.node)
      assert.ok(
        layoutNodes.some((each) => each.version === version),
        targetName(target),
      )
  }
})

test('a file that is not what the lockfile pins is refused', () => {
  const file = join(folder, 'package.tgz')
  writeFileSync(file, 'abc')
  const sha512 = '3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw=='
  checkIntegrity(file, `sha512-${sha512}`)
  writeFileSync(file, 'abd')
  assert.throws(() => checkIntegrity(file, `sha512-${sha512}`), /is not what is pinned/)
})

test('a shim stands for the same words as a link of its name', () => {
  for (const target of targets) {
    for (const { name, content, executable } of shimFiles(target)) {
      const role = wordsFor(name.replace(/\.cmd$/, '')).join(' ')
      assert.notEqual(role, '')
      assert.ok(executable)
      assert.match(content.toString(), new RegExp(`kubectl-proxy_config(?:\\.exe")? ${role} (?:"\\$@"\\n|%\\*\\r\\n)$`))
    }
  }
  assert.equal(shimFiles(targets[0] as Target).length, 3)
})

test('without symbols, all that is loaded stays where it was', { skip: process.platform !== 'linux' }, () => {
  const node = readFileSync(process.execPath)
  const stripped = stripSymbols(node)
  assert.ok(stripped.length < node.length * 0.9, `${stripped.length} of ${node.length} bytes`)
  assert.deepEqual(readExecutableHeader(stripped), readExecutableHeader(node))
  const header = 64
  for (const { offset, size } of readExecutableHeader(node).parts) {
    const from = Math.max(offset, header)
    assert.ok(stripped.subarray(from, offset + size).equals(node.subarray(from, offset + size)))
  }
  const file = join(folder, 'node')
  writeFileSync(file, stripped, { mode: 0o755 })
  assert.equal(spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout.trim(), process.version)
  assert.ok(stripSymbols(stripped).equals(stripped))
})
