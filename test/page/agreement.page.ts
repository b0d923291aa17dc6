import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { corpus, hasCorpus } from '../conformance/corpus.ts'
import { argvOf, askedVectors, fragmentQuery } from '../conformance/trace-questions.ts'
import { runProgram } from '../run-program.ts'
import { hasBrowser, withPage } from './browser.ts'
import { pageOf } from './made-page.ts'
import { go } from './places.ts'

const count = 300

test(`the trace box says what the program says of ${count} requests of the vectors, line by line`, async (t) => {
  if (!hasBrowser(t) || !hasCorpus(t, 'vectors/real-envoy/truth.jsonl')) return
  const asked = askedVectors(count)
  assert.equal(asked.length, count)
  const dumps = [...new Set(asked.map(({ file }) => join(corpus, file)))]
  const page = await pageOf(...dumps.flatMap((dump) => ['--file', dump]))
  const differences: string[] = []
  let answered = 0
  await withPage(page, {}, async ({ page }) => {
    for (const { file, question } of asked) {
      const dump = join(corpus, file)
      const query = fragmentQuery(question)
      const { code, out, err } = await runProgram(['trace', '--file', dump, ...argvOf(question)])
      await go(page, `proxy/${encodeURIComponent(dump)}/trace?${query}`)
      const shown = await page.locator(code === 0 ? 'pre.trace-steps' : 'main [role="alert"]').allInnerTexts()
      // A refusal has a way back behind it.
      const said = shown.map((text) => (code === 0 ? text : text.replace(/ Overview$/, '')))
      const expected = code === 0 ? out : err.split('\n')[0]?.replace(/^error: /, '')
      if (code === 0) answered++
      if (said.join('\n').trimEnd() !== expected?.trimEnd())
        differences.push(`${file} ${query}\n${expected}\n--- but\n${said.join('\n')}`)
    }
  })
  t.diagnostic(`${count - differences.length} of ${count} agree, ${answered} of them answered and not refused`)
  assert.deepEqual(differences.slice(0, 3), [])
  assert.ok(answered >= count * 0.98, `${answered} answered`)
})
