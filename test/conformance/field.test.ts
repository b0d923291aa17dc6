import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { corpus, hasCorpus } from './corpus.ts'

// Situations of public bug reports, rebuilt as small dumps: what an answer must say and must not.

interface Expectation {
  readonly args: readonly string[]
  readonly has?: readonly string[]
  readonly not?: readonly string[]
  readonly why: string
}

/** Places in the folder of the situations become paths. */
function argsOf(args: readonly string[], folder: string): string[] {
  return args.map((arg) => (/^\d\d-[\w-]+\//.test(arg) ? join(folder, arg) : arg))
}

test('situations of bug reports are answered as their causes are', async (t) => {
  if (!hasCorpus(t, 'field')) return
  const folder = join(corpus, 'field')
  const lines = readFileSync(join(folder, 'expect.jsonl'), 'utf8').split('\n').filter(Boolean)
  for (const line of lines) {
    const { args, has = [], not = [], why }: Expectation = JSON.parse(line)
    await t.test(why, async () => {
      const { out, err } = await runProgram(argsOf(args, folder))
      const all = out + err
      for (const text of has) assert.ok(all.includes(text), `${JSON.stringify(text)} is missing in:\n${all}`)
      for (const text of not) assert.ok(!all.includes(text), `${JSON.stringify(text)} is in:\n${all}`)
    })
  }
})
