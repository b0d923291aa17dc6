import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { corpus, hasCorpus } from './corpus.ts'
import { readLines } from './trace-vectors.ts'

/** A report from the field, rebuilt as a small dump: what the right answer has in it, and what it has not. */
interface FieldCase {
  readonly args: readonly string[]
  readonly has?: readonly string[]
  readonly not?: readonly string[]
  readonly why: string
}

/** A file of the corpus where an argument names one. */
const argument = (text: string): string => (text.endsWith('.json') ? join(corpus, 'field', text) : text)

test('reports from the field get the right answer', async (t) => {
  if (!hasCorpus(t, 'field/expect.jsonl')) return
  const cases = [...readLines<FieldCase>('field/expect.jsonl')]
  assert.ok(cases.length >= 16)
  for (const { args, has = [], not = [], why } of cases) {
    await t.test(args.join(' '), async () => {
      const { out, err } = await runProgram(args.map(argument))
      const said = `${out}\n${err}`
      // A text is one of the answer with blanks of any number: columns.
      for (const text of has) assert.match(said, new RegExp(text), why)
      for (const text of not) assert.doesNotMatch(said, new RegExp(text), why)
    })
  }
})
