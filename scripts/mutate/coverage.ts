import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
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
  /** Whether the test runs the character at an offset. Types are blanked by Node, so offsets are those of the source. */
  covers(file: string, offset: number): boolean
}

/** Runs a test file once with V8's coverage. @throws Error when the test fails without any mutant */
export async function coverageOf(root: string, test: string): Promise<Coverage> {
  const directory = mkdtempSync(join(tmpdir(), 'mutate-'))
  const started = performance.now()
  const passed = await runTest(root, test, { NODE_V8_COVERAGE: directory }, 300_000)
  const milliseconds = performance.now() - started
  if (!passed) throw new Error(`${test} fails without any mutant`)
  const functions = new Map<string, Range[][]>()
  for (const name of readdirSync(directory)) {
    const report: { result: { url: string; functions: { ranges: Range[] }[] }[] } = JSON.parse(
      readFileSync(join(directory, name), 'utf8'),
    )
    for (const { url, functions: found } of report.result) {
      if (!url.startsWith(pathToFileURL(`${root}/src/`).href)) continue
      functions.set(url, [...(functions.get(url) ?? []), ...found.map(({ ranges }) => ranges)])
    }
  }
  rmSync(directory, { recursive: true })
  const covers = (file: string, offset: number): boolean => {
    const own = functions.get(pathToFileURL(join(root, file)).href) ?? []
    return innermost(own, offset)
  }
  return { test, milliseconds, covers }
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
