import { platform } from '../../platform/node.ts'
import type { Section } from '../dump/section.ts'
import { isBinary, notUtf8 } from './decode.ts'
import type { Span } from './json-span.ts'
import { laidOutSection } from './laid-out-section.ts'
import type { StoredBytes } from './stored-bytes.ts'
import { offsetsOf, wholeLines } from './whole-lines.ts'

/**
 * The sections of a dump in the very layout that Envoy writes, `{"configs": […]}` with one space for each level. They are found by
 * a native search for the line each begins with, at the speed of reading. What lies between has to fit without a gap, so a
 * section that parses proves where it begins and ends. Undefined for any other layout, and for a dump that was cut short.
 * @param label names the input in errors
 */
export function envoyLayout(
  stored: StoredBytes,
  label: string,
): { sections: readonly Section[]; notes: readonly string[] } | undefined {
  const end = endOfSections(stored)
  if (end === undefined || !isOpening(stored)) return undefined
  const starts: number[] = []
  let valid = true
  let binary = false
  const visited = wholeLines(stored, { start: 0, end: stored.size }, (lines, offset) => {
    if (offset === 0) binary = isBinary(lines)
    valid &&= platform.isUtf8(lines)
    for (const at of offsetsOf(typeLine, lines)) starts.push(offset + at - brace.length)
  })
  if (!visited || binary || starts[0] !== opening.length - typeLine.length - brace.length) return undefined
  const sections: Section[] = []
  for (const [index, start] of starts.entries()) {
    const next = starts[index + 1]
    const section = sectionAt(stored, { start: start + indent, end: next === undefined ? end : next - 1 }, label)
    if (section === undefined || (next !== undefined && textAt(stored, next - 5, next) !== between)) return undefined
    sections.push(section)
  }
  return { sections, notes: valid ? [] : [notUtf8] }
}

/** Whether a dump begins and ends in that layout: what lies between has hardly another. */
export function hasEnvoyLayout(stored: StoredBytes): boolean {
  return isOpening(stored) && endOfSections(stored) !== undefined
}

function isOpening(stored: StoredBytes): boolean {
  return textAt(stored, 0, opening.length) === opening
}

const brace = '\n  {'
const indent = 3
const type = '\n   "@type": "type.googleapis.com/'
const typeLine = platform.encode(type)
const opening = `{\n "configs": [${brace}${type}`
const between = '\n  },'
const closing = '\n ]\n}'

/** Offset just past the last section; undefined where the input does not end as a dump does. */
function endOfSections(stored: StoredBytes): number | undefined {
  const from = Math.max(0, stored.size - 256)
  const tail = textAt(stored, from, stored.size)
  const at = tail.lastIndexOf(closing)
  return at === -1 || tail.slice(at + closing.length).trim() !== '' || !tail.slice(0, at).endsWith('\n  }')
    ? undefined
    : from + at
}

const longestType = 256

function sectionAt(stored: StoredBytes, span: Span, label: string): Section | undefined {
  const from = span.start + 1 + type.length
  const name = /^[\w.]+(?=")/.exec(textAt(stored, from, Math.min(from + longestType, span.end)))?.[0]
  return name === undefined ? undefined : laidOutSection(stored, span, name, label)
}

function textAt(stored: StoredBytes, start: number, end: number): string {
  return platform.latin1(stored.read(start, end))
}
