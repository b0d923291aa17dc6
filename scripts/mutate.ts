import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { type Coverage, coverageOf } from './mutate/coverage.ts'
import { type Mutant, mutantsOf } from './mutate/mutants.ts'
import { runTest } from './mutate/run-test.ts'

/**
 * `npm run mutate -- src/semantics/routes [--sample 100] [--seed 1] [--tests 'test/analyses/**' ...] [--jobs 2]`: changes the sources in
 * small ways, one at a time and in memory only, runs the tests that reach the changed place, and prints the changes that no test sees.
 * With some of the tests only, the score is the least that all of them have.
 */
const root = join(import.meta.dirname, '..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    tests: { type: 'string', multiple: true, default: ['test/**/*.test.ts'] },
  },
})
if (positionals.length === 0) {
  console.error('Name the folders or files to change, such as: npm run mutate -- src/semantics')
  process.exit(1)
}

const files = positionals.flatMap((place) =>
  statSync(join(root, place)).isDirectory() ? globSync(`${place}/**/*.ts`, { cwd: root }) : [place],
)
const all = files.filter((file) => !file.endsWith('.generated.ts')).flatMap((file) => mutantsOf(root, file))
const mutants = sampled(all, Number(values.sample), Number(values.seed))
const tests = globSync(values.tests, { cwd: root }).filter(
  (test) => !/^test\/(?:architecture|scripts|startup)/.test(test),
)
console.error(
  `${mutants.length} of ${all.length} mutants of ${files.length} files; reading what ${tests.length} tests run ...`,
)
const coverages = (
  await inTurn(tests, (test) =>
    coverageOf(root, test).catch((error: Error) => console.error(`left out: ${error.message}`)),
  )
).filter((coverage) => coverage !== undefined)

const survivors: string[] = []
/** Which test saw the last mutant of a file: it likely sees the next one too. */
const seenBy = new Map<string, string>()
let done = 0
await inTurn(mutants, async (mutant) => {
  const reaching = coverages
    .filter(({ covers }) => covers(mutant.file, mutant.reached))
    .toSorted((a, b) => cost(a, mutant) - cost(b, mutant))
  if (!(await isSeen(mutant, reaching))) {
    survivors.push(
      `${mutant.file}:${mutant.line}: ${described(mutant)}${reaching.length === 0 ? ' (no test runs it)' : ''}`,
    )
  }
  done++
  if (process.stderr.isTTY || done % 25 === 0)
    console.error(`${done} of ${mutants.length}, ${survivors.length} not seen`)
})

for (const survivor of survivors.toSorted()) console.log(survivor)
const seen = mutants.length - survivors.length
console.log(
  `${seen} of ${mutants.length} mutants seen by a test: ${((100 * seen) / Math.max(1, mutants.length)).toFixed(1)} %`,
)

async function isSeen(mutant: Mutant, reaching: readonly Coverage[]): Promise<boolean> {
  const { file, start, end, replacement } = mutant
  const env = {
    MUTANT: JSON.stringify({ url: pathToFileURL(join(root, file)).href, start, end, replacement }),
    NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'mutate/load-mutant.ts')).href}`,
    // What does not change from one mutant to the next is compiled once.
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/mutate/compiled'),
  }
  for (const { test, milliseconds } of reaching) {
    if (await runTest(root, test, env, Math.ceil(4 * milliseconds + 10_000))) continue
    seenBy.set(file, test)
    return true
  }
  return false
}

/** What comes first: the test that saw the last mutant of the file, then those that load the least, which look closest at it. */
function cost({ test, loaded }: Coverage, { file }: Mutant): number {
  return seenBy.get(file) === test ? 0 : loaded
}

function described({ file, start, end, replacement }: Mutant): string {
  const text = readFileSync(join(root, file), 'utf8')
  return `${JSON.stringify(text.slice(start, end))} -> ${JSON.stringify(replacement)}`
}

/** Runs so many at a time as --jobs says, and keeps the order of the results. */
async function inTurn<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index]
      if (item !== undefined) results[index] = await run(item)
    }
  }
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker))
  return results
}

/** The same mutants for the same seed (mulberry32). */
function sampled(mutants: readonly Mutant[], size: number, seed: number): readonly Mutant[] {
  let state = seed >>> 0
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return mutants
    .map((mutant) => ({ mutant, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, size)
    .map(({ mutant }) => mutant)
}
