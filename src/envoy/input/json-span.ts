import { platform } from '../../platform/node.ts'
/** Where a JSON value stands in a byte array: `[start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a

/** Offset of the first byte at or after `at` that is not JSON white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let i = at
  while (i < bytes.length && isSpace(bytes[i])) i++
  return i
}

export function opensObject(byte: number | undefined): boolean {
  return byte === 0x7b
}

export function opensArray(byte: number | undefined): boolean {
  return byte === 0x5b
}

/**
 * Offset just past the JSON value that starts at `start`, or undefined when the input ends inside it.
 * Only brackets and strings are looked at, so that a 100 MB section is stepped over without parsing it; nesting costs no stack.
 */
export function endOfValue(bytes: Uint8Array, start: number): number | undefined {
  let depth = 0
  const length = bytes.length
  for (let i = start; i < length; i++) {
    const byte = bytes[i]
    if (byte === quote) {
      const end = endOfString(bytes, i)
      if (end === undefined || depth === 0) return end
      i = end - 1
    } else if (opensObject(byte) || opensArray(byte)) {
      depth++
    } else if (closes(byte)) {
      if (depth === 0) return i
      if (--depth === 0) return i + 1
    } else if (depth === 0 && (byte === comma || isSpace(byte))) {
      return i
    }
  }
  return undefined
}

/** Offset just past the string that opens at `start`, or undefined when the input ends inside it. */
function endOfString(bytes: Uint8Array, start: number): number | undefined {
  for (let i = start + 1; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === backslash) i++
    else if (byte === quote) return i + 1
  }
  return undefined
}

export interface Elements {
  readonly spans: readonly Span[]
  /** Offset just past the array, or where the element begins that the input does not hold to its end. */
  readonly end: number
  /** The input ends before the array does. */
  readonly cut: boolean
}

/** The whole values of the array that opens at `start`. */
export function elementsOf(bytes: Uint8Array, start: number): Elements {
  const spans: Span[] = []
  let i = skipSpace(bytes, start + 1)
  while (i < bytes.length) {
    if (closes(bytes[i])) return { spans, end: i + 1, cut: false }
    const end = endOfValue(bytes, i)
    if (end === undefined || end === i) break
    spans.push({ start: i, end })
    i = afterComma(bytes, end)
  }
  return { spans, end: i, cut: true }
}

export interface Member {
  readonly key: string
  readonly start: number
}

/** The member whose key begins at `at`, or undefined where there is none. */
export function memberAt(bytes: Uint8Array, at: number): Member | undefined {
  if (bytes[at] !== quote) return undefined
  const endOfKey = endOfString(bytes, at)
  if (endOfKey === undefined) return undefined
  const afterKey = skipSpace(bytes, endOfKey)
  if (bytes[afterKey] !== colon) return undefined
  return { key: textOf(bytes, { start: at + 1, end: endOfKey - 1 }), start: skipSpace(bytes, afterKey + 1) }
}

/** Offset of what follows a value that ended at `end`: the next member or element, or the closing bracket. */
export function afterComma(bytes: Uint8Array, end: number): number {
  const i = skipSpace(bytes, end)
  return bytes[i] === comma ? skipSpace(bytes, i + 1) : i
}

/** @throws RangeError past V8's longest string, 512 MB */
export function textOf(bytes: Uint8Array, span: Span): string {
  return platform.utf8(bytes.subarray(span.start, span.end))
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function closes(byte: number | undefined): boolean {
  return byte === 0x7d || byte === 0x5d
}
