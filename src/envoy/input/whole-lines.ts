import { platform } from '../../platform/node.ts'
import type { Span } from './json-span.ts'
import type { StoredBytes } from './stored-bytes.ts'

/** Bytes looked at in one go. */
const pieceSize = 2 ** 20

/**
 * Visits a span in pieces that end where a line does, each beginning with the line break before its first line.
 * @param visit gets a piece and its offset
 * @returns false when a line is longer than a piece: then not all was visited
 */
export function wholeLines(
  stored: StoredBytes,
  { start, end }: Span,
  visit: (lines: Uint8Array, offset: number) => void,
): boolean {
  for (let at = start; at < end; ) {
    const to = Math.min(at + pieceSize, end)
    const bytes = stored.read(at, to)
    const whole = to === end ? bytes.length : bytes.lastIndexOf(0x0a)
    if (whole <= 0) return false
    visit(bytes.subarray(0, whole), at)
    at += whole
  }
  return true
}

/** Where a line's beginning stands in a piece, one after the other. */
export function* offsetsOf(wanted: Uint8Array, lines: Uint8Array): Generator<number> {
  let at = platform.indexOf(lines, wanted, 0)
  while (at !== -1) {
    yield at
    at = platform.indexOf(lines, wanted, at + wanted.length)
  }
}
