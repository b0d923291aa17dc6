import { AppError } from '../../errors.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import { findJsonFault } from './json-fault.ts'
import { afterComma, elementsOf, endOfValue, memberAt, opensArray, type Span, skipSpace, textOf } from './json-span.ts'
import { parseJson } from './parse-json.ts'
import { inMemory, type StoredBytes } from './stored-bytes.ts'
import { textWithin } from './text-within.ts'

/** V8's longest string is 2^29-24 UTF-16 units. */
const longestText = 2 ** 29 - 24

/**
 * The section that stands at `span`. One longer than V8's longest string is parsed part by part.
 * @throws AppError that says where it is broken
 */
export function parseSection(stored: StoredBytes, span: Span, type: string, label: string): JsonObject {
  const length = span.end - span.start
  const bytes = stored.read(span.start, span.end)
  if (length > longestText) return wholeParts(bytes, 0, { type, label })
  const text = textOf(bytes, { start: 0, end: length })
  try {
    const value = parseJson(text, `${label}, inside ${type},`)
    return isObject(value) ? value : {}
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw brokenSection(text, lineBreaks(stored, span.start), { type, label }, cause)
  }
}

/**
 * The object at `start` member by member and element by element, as far as they are whole.
 * @throws AppError that says where a whole part is broken
 */
export function wholeParts(bytes: Uint8Array, start: number, names: { type: string; label: string }): JsonObject {
  const whole = new Map<string, Json>()
  let at = skipSpace(bytes, start + 1)
  for (let member = memberAt(bytes, at); member !== undefined; member = memberAt(bytes, at)) {
    if (opensArray(bytes[member.start])) {
      const elements = elementsOf(bytes, member.start)
      whole.set(
        member.key,
        elements.spans.map((span) => partAt(bytes, span, names)),
      )
      if (elements.cut) break
      at = afterComma(bytes, elements.end)
      continue
    }
    const end = endOfValue(bytes, member.start)
    if (end === undefined) break
    whole.set(member.key, partAt(bytes, { start: member.start, end }, names))
    at = afterComma(bytes, end)
  }
  return Object.fromEntries(whole)
}

function partAt(bytes: Uint8Array, span: Span, { type, label }: { type: string; label: string }): Json {
  const text = textWithin(bytes, span.start, span.end, label)
  try {
    return parseJson(text, `${label}, inside ${type},`)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw brokenSection(text, lineBreaks(inMemory(bytes), span.start), { type, label }, cause)
  }
}

function brokenSection(
  text: string,
  linesBefore: number,
  { type, label }: { type: string; label: string },
  cause: unknown,
): AppError {
  const fault = findJsonFault(text)
  const line = (fault?.line ?? 1) + linesBefore
  return new AppError(`${label} is broken JSON at line ${line}, column ${fault?.column ?? 1}, inside ${type}`, {
    hint: 'The sections before and after it can still be shown.',
    cause,
  })
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
