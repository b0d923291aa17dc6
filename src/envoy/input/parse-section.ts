import { AppError } from '../../errors.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import { findJsonFault } from './json-fault.ts'
import { afterComma, elementsOf, endOfValue, memberAt, opensArray, type Span, skipSpace, textOf } from './json-span.ts'
import type { StoredBytes } from './stored-bytes.ts'

/** V8's longest string is 2^29-24 UTF-16 units. */
const longestText = 2 ** 29 - 24

/**
 * The section that stands at `span`. One longer than V8's longest string is parsed part by part.
 * @throws AppError that says where it is broken
 */
export function parseSection(stored: StoredBytes, span: Span, type: string, label: string): JsonObject {
  const length = span.end - span.start
  const bytes = stored.read(span.start, span.end)
  if (length > longestText) return wholeParts(bytes, 0)
  const text = textOf(bytes, { start: 0, end: length })
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch (cause) {
    const fault = findJsonFault(text)
    const lines = lineBreaks(stored, span.start)
    const line = (fault?.line ?? 1) + lines
    throw new AppError(`${label} is broken JSON at line ${line}, column ${fault?.column ?? 1}, inside ${type}`, {
      hint: 'The sections before and after it can still be shown.',
      cause,
    })
  }
}

/** The object at `start` member by member and element by element, as far as they are whole. */
export function wholeParts(bytes: Uint8Array, start: number): JsonObject {
  const whole: JsonObject = {}
  let at = skipSpace(bytes, start + 1)
  for (let member = memberAt(bytes, at); member !== undefined; member = memberAt(bytes, at)) {
    if (opensArray(bytes[member.start])) {
      const elements = elementsOf(bytes, member.start)
      whole[member.key] = elements.spans.map((span): Json => JSON.parse(textOf(bytes, span)))
      if (elements.cut) break
      at = afterComma(bytes, elements.end)
      continue
    }
    const end = endOfValue(bytes, member.start)
    if (end === undefined) break
    whole[member.key] = JSON.parse(textOf(bytes, { start: member.start, end }))
    at = afterComma(bytes, end)
  }
  return whole
}

function lineBreaks(stored: StoredBytes, end: number): number {
  let count = 0
  for (let at = 0; at < end; at += pieceSize) {
    const bytes = stored.read(at, Math.min(at + pieceSize, end))
    for (let i = bytes.indexOf(0x0a); i !== -1; i = bytes.indexOf(0x0a, i + 1)) count++
  }
  return count
}

const pieceSize = 2 ** 20
