import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeHostileCapture } from '../../page/hostile-mesh.ts'
import { runProgram } from '../../run-program.ts'

// The first proxy has what all others have and more, and is read last.
test('what proxies share is written whichever of them was read first', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'))
  try {
    const capture = join(folder, 'mesh.zip')
    await writeHostileCapture(capture)
    const page = join(folder, 'mesh.html')
    const { code, out, err } = await runProgram(['report', '-A', '--capture', capture, '-o', page])
    assert.equal(code, 0, err)
    assert.equal(out, '')
    assert.match(readFileSync(page, 'utf8'), /^<!doctype html>/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
