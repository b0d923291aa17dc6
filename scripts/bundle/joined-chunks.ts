import type { Chunk } from './chunks.ts'

/** A program of chunks as one file. */
export interface Joined {
  readonly text: string
  /** Its source map: an index map, with a section for each chunk. */
  readonly map: string
  /** Line of the file, counted from 0, that each chunk begins in, at its first column. */
  readonly lines: readonly number[]
}

/**
 * The chunks in one file that runs by itself. Each begins a line of its own, so that a part of them can be compiled alone with the
 * places that they have in the file.
 * @param start what the file does first
 */
export function joinedChunks(chunks: readonly Chunk[], start: string): Joined {
  const head = `${start}${loader}`
  const lines: number[] = []
  let next = head.split('\n').length
  for (const { code } of chunks) {
    lines.push(next)
    next += code.split('\n').length
  }
  const sections = chunks.map(({ map }, at) => ({
    offset: { line: lines[at], column: 0 },
    map: JSON.parse(map) as unknown,
  }))
  return {
    text: `${head}\n${chunks.map(({ code }) => code).join('\n')}\nload(0);\n`,
    map: JSON.stringify({ version: 3, sections }),
    lines,
  }
}

/** A chunk is run when it is first asked for. `executable-main.cjs` does the same with chunks that it compiles by then. */
const loader =
  "const bundleUrl=require('node:url').pathToFileURL(__filename).href,loaded=[],chunks=[]," +
  'load=n=>loaded[n]??=chunks[n](load,require,__filename,bundleUrl);'
