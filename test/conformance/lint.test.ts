import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { savedTime } from '../../src/envoy/dump/saved-time.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { AppError } from '../../src/errors.ts'
import { lintedOf } from '../../src/lint/proxy/linted.ts'
import { rules } from '../../src/lint/rules/index.ts'
import { checkProxy } from '../../src/lint/run/check-proxy.ts'
import { folded } from '../../src/lint/run/fold.ts'
import { assertGolden } from '../golden.ts'
import { corpus, filesIn, hasCorpus } from './corpus.ts'

async function dumpOf(file: string) {
  try {
    return await readDump(readFileSync(join(corpus, file)), file)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

test('what each rule finds in the dumps of the corpus: the counts are as they were, and no rule throws', async (t) => {
  if (!hasCorpus(t)) return
  const counts = new Map<string, number>()
  const defects: string[] = []
  let dumps = 0
  for (const folder of ['dumps', 'assembled', 'lab/raw']) {
    for (const file of filesIn(folder)) {
      const dump = await dumpOf(file)
      if (dump === undefined || !(['clusters', 'listeners', 'routes'] as const).some((kind) => dump.has(kind))) continue
      dumps++
      const { findings, silent } = checkProxy(rules, lintedOf(dump, { name: file, moment: savedTime(dump, {}) }))
      for (const { rule, because } of silent) if ('defect' in because) defects.push(`${file} ${rule} ${because.defect}`)
      for (const { rule, profile, severity } of folded([{ proxy: file, findings }], rules)) {
        const key = [profile, rule, folder, severity].join(' ')
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
    }
  }
  assert.deepEqual(defects, [])
  assert.ok(dumps > 400, `${dumps} dumps`)
  const lines = [...counts].map(([key, count]) => `${key}: ${count}`).toSorted()
  assertGolden('lint/corpus.txt', `${dumps} dumps\n${lines.join('\n')}\n`)
})
