import type { StoredBytes } from '../../envoy/input/stored-bytes.ts'

/** Some of the bytes that are stored: `[start, end)`. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Bytes that are searched at a time: with all of a large file at once, most of the time goes into memory for it. */
export const searchStep = 2 ** 16

/** Where `wanted` first begins within a range, which it does not leave; -1 where it does not. */
export function indexIn(stored: StoredBytes, wanted: Uint8Array, { start, end }: Range): number {
  const [step, overlap] = stepFor(wanted)
  for (let from = start; from + wanted.length <= end; from += step - overlap) {
    const found = bufferAt(stored, from, Math.min(end, from + step)).indexOf(wanted)
    if (found !== -1) return from + found
  }
  return -1
}

/** Where `wanted` last begins within a range, which it does not leave; -1 where it does not. */
export function lastIndexIn(stored: StoredBytes, wanted: Uint8Array, { start, end }: Range): number {
  const [step, overlap] = stepFor(wanted)
  for (let to = end; to - wanted.length >= start; to -= step - overlap) {
    const from = Math.max(start, to - step)
    const found = bufferAt(stored, from, to).lastIndexOf(wanted)
    if (found !== -1) return from + found
  }
  return -1
}

/** Stored bytes as text. */
export function textAt(stored: StoredBytes, { start, end }: Range): string {
  return bufferAt(stored, start, end).toString()
}

/** A part of what is stored, by itself. */
export function partOf(stored: StoredBytes, { start, end }: Range): StoredBytes {
  return { size: end - start, read: (from, to) => stored.read(start + from, start + to) }
}

/** Bytes that are searched at a time, and how many of them again with the next piece: a match may cross the border. */
function stepFor(wanted: Uint8Array): readonly [step: number, overlap: number] {
  return [Math.max(searchStep, wanted.length * 2), wanted.length - 1]
}

function bufferAt(stored: StoredBytes, start: number, end: number): Buffer {
  const bytes = stored.read(start, end)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
