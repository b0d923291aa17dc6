import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { buildBundle, bundleFile, sourceMapFile } from '../../scripts/bundle/build.ts'
import { symbolicated } from '../../scripts/symbolicate/symbolicated.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'symbolicate-'))
after(() => rmSync(folder, { recursive: true }))

test('a crash report names what is needed and no data; with the source map it names the sources', async () => {
  await buildBundle(root, folder)
  // Stands for any defect: a table cannot be drawn.
  const broken = join(folder, 'broken.cjs')
  const content = "String.prototype.repeat = () => { throw new Error('secret of the dump') }"
  writeFileSync(broken, content)
  const dump = join(root, 'test/fixtures/sidecar/config_dump.json')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', broken, join(folder, bundleFile), 'clusters', '--file', dump],
    { encoding: 'utf8' },
  )
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' })
  assert.match(stderr, /^error: internal error in kubectl proxy-config \d+\.\d+\.\d+, please report it\nNeeded are /)
  assert.doesNotMatch(stderr, /secret of the dump/)
  assert.match(stderr, new RegExp(`${bundleFile.replace('.', '\\.')}:\\d+:\\d+`))
  const named = symbolicated(stderr, JSON.parse(readFileSync(join(folder, sourceMapFile), 'utf8')))
  assert.match(named, /^ +at .*\bsrc\/[\w/-]+\.ts:\d+:\d+\)?$/m)
  assert.doesNotMatch(named, new RegExp(`${bundleFile}:`))
})

test('what is no place in the bundle stays as it is', () => {
  const map = { version: 3, sources: [], names: [], mappings: '', file: '', sourceRoot: '', sourcesContent: [] }
  for (const text of ['', 'error: x\n', '    at f (node:fs:1:2)\n', `    at ${bundleFile}:1:5\n`])
    assert.equal(symbolicated(text, map), text)
})
