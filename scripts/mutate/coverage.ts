import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { runTest } from './run-test.ts'

interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

/** What one test file runs of the sources: which ranges of which file, and how long it takes. */
export interface Coverage {
  readonly test: string
  readonly milliseconds: number
  /** How many files of code it loads. */
  readonly loaded: number
  /** Whether the test runs the character at an offset. Types are blanked by Node, so offsets are those of the source. */
  covers(file: string, offset: number): boolean
}

/** What is kept of a run. */
interface Reading {
  readonly milliseconds: number
  /** The code that the test loaded, by its path, with a hash of it: the reading holds as long as none of it changes. */
  readonly files: Readonly<Record<string, string>>
  /** The ranges of each function, by the path of its source file. */
  readonly functions: Readonly<Record<string, readonly (readonly Range[])[]>>
}

/**
 * What a test file runs; kept below node_modules until the test or something that it loads changes.
 * @throws Error when the test fails without any mutant
 */
export async function coverageOf(root: string, test: string): Promise<Coverage> {
  const kept = join(root, 'node_modules/.cache/mutate', `${test.replaceAll('/', '+')}.json.gz`)
  const { milliseconds, files, functions } = keptReading(root, kept) ?? (await newReading(root, test, kept))
  return {
    test,
    milliseconds,
    loaded: Object.keys(files).length,
    covers: (file, offset) => innermost(functions[file] ?? [], offset),
  }
}

function keptReading(root: string, kept: string): Reading | undefined {
  if (!existsSync(kept)) return undefined
  const reading: Reading = JSON.parse(gunzipSync(readFileSync(kept)).toString())
  return Object.entries(reading.files).every(([file, hash]) => hash === hashOf(join(root, file))) ? reading : undefined
}

async function newReading(root: string, test: string, kept: string): Promise<Reading> {
  const reading = await readingOf(root, test)
  mkdirSync(dirname(kept), { recursive: true })
  writeFileSync(kept, gzipSync(JSON.stringify(reading)))
  return reading
}

function hashOf(file: string): string {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : ''
}

/** Runs the test once with V8's coverage. */
async function readingOf(root: string, test: string): Promise<Reading> {
  const directory = mkdtempSync(join(tmpdir(), 'mutate-'))
  const started = performance.now()
  const passed = await runTest(root, test, { NODE_V8_COVERAGE: directory }, 300_000)
  const milliseconds = performance.now() - started
  if (!passed) throw new Error(`${test} fails without any mutant`)
  const files: Record<string, string> = {}
  const functions: Record<string, Range[][]> = {}
  for (const name of readdirSync(directory)) {
    const report: { result: { url: string; functions: { ranges: Range[] }[] }[] } = JSON.parse(
      readFileSync(join(directory, name), 'utf8'),
    )
    for (const { url, functions: found } of report.result) {
      const file = url.startsWith('file:') ? relative(root, fileURLToPath(url)) : ''
      if (!/^(?:src|test)\b/.test(file)) continue
      files[file] = hashOf(join(root, file))
      if (file.startsWith('src')) functions[file] = [...(functions[file] ?? []), ...found.map(({ ranges }) => ranges)]
    }
  }
  rmSync(directory, { recursive: true })
  return { milliseconds, files, functions }
}

/** Of nested ranges the smallest around the offset tells; several processes may each have their own. */
function innermost(functions: readonly (readonly Range[])[], offset: number): boolean {
  const around = functions.flatMap((ranges) => {
    const inside = ranges.filter(({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset)
    const smallest = inside.toSorted((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset))[0]
    return smallest === undefined ? [] : [smallest]
  })
  if (around.length === 0) return false
  const size = Math.min(...around.map(({ startOffset, endOffset }) => endOffset - startOffset))
  return around.some(({ startOffset, endOffset, count }) => endOffset - startOffset === size && count > 0)
}
