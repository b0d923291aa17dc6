import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { corpus, hasCorpus } from './corpus.ts'

const part = 'access-log'
const file = (name: string) => join(corpus, part, name)

interface Document {
  readonly requests: number
  readonly otherLines: number
  readonly verification: Readonly<Record<string, number>> & {
    readonly disagreements: readonly { readonly reason: string }[]
  }
  readonly kinds: readonly { readonly flags?: string; readonly findings: readonly { readonly code: string }[] }[]
}

async function explained(who: string): Promise<Document> {
  const dump = ['--file', file(`${who}.json`), '--clusters-file', file(`${who}.clusters.json`)]
  const { out, err, code } = await runProgram([
    'explain',
    ...dump,
    '--log',
    file(`${who}.log`),
    '--verify',
    '-o',
    'json',
  ])
  assert.equal(code, 0, err)
  return JSON.parse(out)
}

test('every line of a sidecar is read and predicted but for headers that it does not hold and events at run time', async (t) => {
  if (!hasCorpus(t, part)) return
  const { requests, otherLines, verification, kinds } = await explained('web')
  assert.deepEqual([requests, otherLines], [153, 0])
  const { disagreements, ...counts } = verification
  assert.deepEqual(counts, {
    compared: 153,
    untraceable: 0,
    predicted: 119,
    event: 22,
    header: 12,
    rewritten: 0,
    undecided: 0,
    differs: 0,
  })
  assert.ok(disagreements.every(({ reason }) => reason === 'header'))
  const codesOf = (flags: string) => kinds.find((kind) => kind.flags === flags)?.findings.map(({ code }) => code)
  assert.deepEqual(codesOf('UH'), ['same-now'])
  assert.deepEqual(codesOf('FI'), ['objects', 'same-now'])
  assert.deepEqual(codesOf('UT'), ['objects', 'timeout'])
})

test('so is every line of the sidecar that is called', async (t) => {
  if (!hasCorpus(t, part)) return
  const { verification } = await explained('cart')
  const { compared, predicted, event } = verification
  assert.deepEqual([compared, predicted, event], [53, 52, 1])
})
