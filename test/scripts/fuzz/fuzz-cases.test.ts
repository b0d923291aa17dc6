import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fuzzInput, fuzzKinds } from '../../../scripts/fuzz/fuzz-input.ts'
import { faultsOf } from '../../../scripts/fuzz/oracles.ts'
import { runInput } from '../../../scripts/fuzz/run-input.ts'
import { readCase, savedCase } from '../../../scripts/fuzz/saved-case.ts'
import { readSeeds } from '../../../scripts/fuzz/seeds.ts'

const folder = mkdtempSync(join(tmpdir(), 'fuzz-cases-'))
after(() => rmSync(folder, { recursive: true }))

const kept = join(import.meta.dirname, '../../fuzz-cases')
for (const file of globSync('*.json', { cwd: kept }).toSorted()) {
  test(`a fault of before does not come back: ${file}`, async () => {
    const input = readCase(readFileSync(join(kept, file), 'utf8'))
    assert.deepEqual(faultsOf(input, await runInput(input, folder)), [])
  })
}

const seeds = await readSeeds()

for (const kind of fuzzKinds) {
  test(`25 inputs of the kind ${kind} are without a fault`, async () => {
    for (let index = 0; index < 25; index++) {
      const input = fuzzInput(seeds, 1, index, kind)
      assert.deepEqual(faultsOf(input, await runInput(input, folder)), [], `input ${index}: ${input.argv.join(' ')}`)
    }
  })
}

test('an input follows from its seed and index, and is the same when it was kept', () => {
  const input = fuzzInput(seeds, 7, 11)
  assert.deepEqual(fuzzInput(seeds, 7, 11), input)
  assert.notDeepEqual(fuzzInput(seeds, 8, 11), input)
  const { argv, files } = readCase(savedCase(input))
  assert.deepEqual({ argv, files }, { argv: input.argv, files: input.files })
})

test('a fault is seen', () => {
  const input = { argv: ['clusters', '-o', 'json'], files: { dump: Buffer.from('{}') }, planted: 'canary1canary' }
  const fine = { code: 0, out: '[]\n', err: '', cpu: 1 }
  assert.deepEqual(faultsOf(input, fine), [])
  const faulty: readonly (readonly [Partial<typeof fine> & { readonly thrown?: unknown }, RegExp])[] = [
    [{ thrown: new Error('x') }, /thrown/],
    [{ code: 2 }, /exit code 2/],
    [{ code: 1, out: '', err: '' }, /without a word/],
    [{ err: 'error: x\n    at y (z.ts:1:1)\n' }, /stack/],
    [{ out: '["[object Object]"]' }, /object Object/],
    [{ out: '["canary1canary"]' }, /secret/],
    [{ out: `["${Buffer.from('canary1canary').toString('base64')}"]` }, /secret/],
    [{ err: 'a\u001b[31m' }, /control character/],
    [{ out: '[' }, /cannot be parsed/],
    [{ cpu: 1e6 }, /of the processor/],
  ]
  for (const [change, expected] of faulty) assert.match(faultsOf(input, { ...fine, ...change }).join(), expected)
})
