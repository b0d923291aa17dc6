import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { rulePages } from '../../scripts/readme/rule-pages.ts'
import { allRules } from '../../src/lint/rules/index.ts'

const folder = join(import.meta.dirname, '../../docs/rules')

test('docs/rules is what the rules say of themselves today', () => {
  const pages = rulePages(allRules)
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(folder, { recursive: true })
    for (const stale of readdirSync(folder)) if (!pages.has(stale)) rmSync(join(folder, stale))
    for (const [file, text] of pages) writeFileSync(join(folder, file), text)
  }
  assert.deepEqual(readdirSync(folder).toSorted(), [...pages.keys()].toSorted())
  for (const [file, text] of pages)
    assert.equal(
      readFileSync(join(folder, file), 'utf8'),
      text,
      `docs/rules/${file} is stale: UPDATE_GOLDEN=1 npm test`,
    )
})
