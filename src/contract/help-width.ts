/**
 * Help as a terminal of so many columns shows it best: texts broken between words, what follows below its own beginning. Lines to
 * paste stay whole.
 */
export function helpWithin(help: string, columns: number): string {
  if (!Number.isFinite(columns)) return help
  const width = Math.max(columns, narrowest)
  return paragraphs(help.split('\n'))
    .flatMap((line) => (line.length <= width || isPasted(line) ? [line] : wrapped(line, width)))
    .join('\n')
}

/** Below this no text can be read. */
const narrowest = 40

function isPasted(line: string): boolean {
  return line.startsWith('  kubectl ')
}

/** Texts are broken where the source is: a sentence that goes on in the next line is one line. */
function paragraphs(lines: readonly string[]): string[] {
  const joined: string[] = []
  for (const line of lines) {
    const before = joined.at(-1)
    const goesOn = before !== undefined && /^\S.*[^.:]$/.test(before) && /^\S/.test(line)
    if (goesOn) joined[joined.length - 1] = `${before} ${line}`
    else joined.push(line)
  }
  return joined
}

function wrapped(line: string, width: number): string[] {
  const [start = ''] = hanging.exec(line) ?? []
  const next = start.replace(/[^ #]/g, ' ')
  const lines: string[] = []
  let current = start
  for (const word of line.slice(start.length).split(' ')) {
    if (current.length > start.length && current.length + 1 + word.length > width) {
      lines.push(current)
      current = next + word
    } else current += current.length > start.length ? ` ${word}` : word
  }
  return [...lines, current]
}

/** What stands before a text: its indent, the mark of a comment, or the name that it explains. */
const hanging = /^ *(?:# |\S+ {3,})?/
