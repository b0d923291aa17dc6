import assert from 'node:assert/strict'
import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Real dumps from many places, beside the project and never part of it. */
export const corpus = fileURLToPath(new URL('../../../shared/conformance/', import.meta.url))

/** Whether the corpus is there; without it a test is skipped aloud, and fails in CI. */
export function hasCorpus(t: TestContext): boolean {
  if (existsSync(corpus)) return true
  assert.ok(process.env.CI === undefined, 'no conformance corpus in ../shared')
  t.diagnostic('SKIPPED: no conformance corpus in ../shared')
  t.skip('no conformance corpus')
  return false
}

/** Files of the corpus below the given folders, sorted. */
export function filesIn(...folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*`, { cwd: corpus }))
    .filter((file) => statSync(join(corpus, file)).isFile())
    .toSorted()
}
