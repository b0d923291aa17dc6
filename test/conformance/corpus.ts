import assert from 'node:assert/strict'
import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Real dumps from many places, beside the project and never part of it. */
export const corpus = fileURLToPath(new URL('../../../shared/conformance/', import.meta.url))

/**
 * Whether the corpus, or this part of it, is there. Without it a test is skipped, aloud; where CONFORMANCE=required (.ci/run) it fails.
 */
export function hasCorpus(t: TestContext, part = ''): boolean {
  if (existsSync(join(corpus, part))) return true
  const missing = `there is no ../shared/conformance/${part}`
  assert.notEqual(process.env.CONFORMANCE, 'required', missing)
  console.error(`*** NOT RUN: ${t.name}: ${missing}`)
  t.skip(missing)
  return false
}

/** Files of the corpus below the given folders, sorted. */
export function filesIn(...folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*`, { cwd: corpus }))
    .filter((file) => statSync(join(corpus, file)).isFile())
    .toSorted()
}
