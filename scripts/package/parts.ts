import type { Bundle } from '../bundle/build.ts'

/** Chunks that the executable compiles together, from one piece of the text that it holds. */
export interface Part {
  /** Where it begins and ends in the text, in bytes: the text is ASCII. */
  readonly start: number
  readonly end: number
  /** Line of the bundle that its first line is, counted from 0. */
  readonly line: number
  readonly chunks: readonly number[]
  /** Where its code cache begins and ends in the asset of that name. */
  readonly cache?: readonly [start: number, end: number]
}

/** What the executable holds of the program. */
export interface Program {
  readonly text: string
  readonly parts: readonly Part[]
}

/**
 * The program in parts: chunks that the same command lines load are one part, every other chunk is one of its own. A command line then
 * reads and compiles nothing but what it needs, in few pieces.
 * @param loaded for each of some command lines the chunks that it loads
 */
export function programInParts(
  { chunks, joined }: Pick<Bundle, 'chunks' | 'joined'>,
  loaded: readonly (readonly number[])[],
): Program {
  const users = (chunk: number) => loaded.flatMap((each, at) => (each.includes(chunk) ? [at] : [])).join()
  const groups = Map.groupBy(chunks.keys(), (chunk) => users(chunk) || `chunk ${chunk}`)
  const parts: Part[] = []
  let text = ''
  for (const group of groups.values()) {
    const piece = textOf(group, { chunks, joined })
    parts.push({
      start: text.length,
      end: text.length + piece.length,
      line: lineOf(group[0], joined) - 1,
      chunks: group,
    })
    text += piece
  }
  return { text, parts }
}

/** Empty lines between the chunks give each the line that it has in the bundle. */
function textOf(group: readonly number[], { chunks, joined }: Pick<Bundle, 'chunks' | 'joined'>): string {
  let text = '(chunks=>{\n'
  let line = lineOf(group[0], joined)
  for (const chunk of group) {
    const code = chunks[chunk]?.code ?? ''
    const begins = lineOf(chunk, joined)
    text += `${'\n'.repeat(begins - line)}${code}\n`
    line = begins + code.split('\n').length
  }
  return `${text}})`
}

function lineOf(chunk: number | undefined, { lines }: Bundle['joined']): number {
  const line = chunk === undefined ? undefined : lines[chunk]
  if (line === undefined) throw new Error(`there is no chunk ${chunk}`)
  return line
}

/** Numbers that the executable's index has for each chunk: start, end and line of its part, start and end of that one's code cache. */
const columns = 5

/** The index of the executable: for each chunk where its part is, as 32-bit numbers, little-endian. Nothing has to be parsed at the start. */
export function indexOf(parts: readonly Part[]): Buffer {
  const index = Buffer.alloc(parts.reduce((sum, { chunks }) => sum + chunks.length, 0) * columns * 4)
  for (const { start, end, line, cache: [from, to] = [0, 0], chunks } of parts)
    for (const chunk of chunks)
      for (const [column, value] of [start, end, line, from, to].entries())
        index.writeInt32LE(value, (chunk * columns + column) * 4)
  return index
}
