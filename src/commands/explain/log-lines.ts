/** A longer line is passed by: Envoy's own are some kilobytes at most, for headers are limited. */
const longestLine = 2 ** 17

const newline = 0x0a

/** The lines of a log as they arrive, a batch for each chunk that completes some; undefined for a line that is too long to be held. */
export async function* logLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<(string | undefined)[]> {
  const begun: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(newline)
    if (end === -1) {
      size += chunk.length
      // Of a line that is too long nothing is kept but that it was there.
      if (size <= longestLine) begun.push(copyOf(chunk))
      continue
    }
    const first = chunk.indexOf(newline)
    const head = lineOf([...begun, chunk.subarray(0, first)], size + first)
    begun.length = 0
    size = chunk.length - end - 1
    const lines: (string | undefined)[] = [head]
    if (end > first)
      for (const line of text(chunk.subarray(first + 1, end)).split('\n')) lines.push(withoutReturn(line))
    if (size > 0) begun.push(copyOf(chunk.subarray(end + 1)))
    yield lines
  }
  if (size > 0) yield [lineOf(begun, size)]
}

/** What reads a file reuses its memory, and `slice` of a Buffer copies nothing. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes)
}

function lineOf(parts: readonly Uint8Array[], size: number): string | undefined {
  return size > longestLine ? undefined : withoutReturn(text(Buffer.concat(parts)))
}

/** Bytes that are no UTF-8 become U+FFFD. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
