import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('golden/', import.meta.url))

/** Compares text with a golden file. `UPDATE_GOLDEN=1 npm test` writes the files anew; the diff is then for a person to read. */
export function assertGolden(name: string, actual: string): void {
  const path = join(folder, name)
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, actual)
    return
  }
  assert.ok(existsSync(path), `no golden file ${name}: write it with UPDATE_GOLDEN=1 npm test, and read it`)
  assert.equal(actual, readFileSync(path, 'utf8'))
}
