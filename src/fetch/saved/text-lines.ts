import { AppError } from '../../errors.ts'

/** Characters that a line may have: what never ends one must not take all memory. */
const longestLine = 2 ** 20

/**
 * The lines of UTF-8 text as they arrive, a batch for each chunk that completes some. Line ends are taken off. @throws AppError for a
 * line without an end
 */
export async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) throw new AppError('a line is longer than 1 MiB: JSON lines hold one request each')
    if (lines.length > 0) yield lines.map(withoutReturn)
  }
  rest += decoder.decode()
  if (rest !== '') yield [withoutReturn(rest)]
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
