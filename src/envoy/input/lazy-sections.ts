import type { Section } from '../dump/section.ts'
import {
  afterComma,
  elementsOf,
  endOfValue,
  memberAt,
  opensArray,
  opensObject,
  type Span,
  skipSpace,
  textOf,
} from './json-span.ts'
import { wholeParts } from './parse-section.ts'
import { scannedSection } from './scanned-section.ts'

export interface LazySections {
  readonly sections: readonly Section[]
  /** Offset just past the document. */
  readonly end: number
  /** The input ends inside the document; the last section holds what was whole of it. */
  readonly cut: boolean
}

/**
 * Finds the members of `configs` in `{"configs": [...]}` without parsing them: a command parses only the sections it shows, and
 * a dump may be larger than the longest string V8 can hold. Undefined when the document at `start` has another shape.
 */
export function lazySections(bytes: Uint8Array, start: number, label: string): LazySections | undefined {
  if (!opensObject(bytes[start])) return undefined
  const sections: Section[] = []
  let at = skipSpace(bytes, start + 1)
  for (let member = memberAt(bytes, at); member !== undefined; member = memberAt(bytes, at)) {
    if (member.key !== 'configs') {
      if (sections.length === 0) return undefined
      at = afterComma(bytes, endOfValue(bytes, member.start) ?? bytes.length)
      continue
    }
    if (!opensArray(bytes[member.start])) return undefined
    const elements = elementsOf(bytes, member.start)
    const found = elements.spans.map((span) => lazySection(bytes, span, label))
    if (elements.cut) {
      const broken = opensObject(bytes[elements.end]) ? typeAt(bytes, elements.end) : undefined
      if (broken !== undefined)
        found.push({ type: broken, value: () => wholeParts(bytes, elements.end, { type: broken, label }) })
    }
    for (const section of found) {
      if (section === undefined) return undefined
      sections.push(section)
    }
    if (elements.cut) return { sections, end: bytes.length, cut: true }
    at = afterComma(bytes, elements.end)
  }
  return sections.length === 0 ? undefined : { sections, end: at + 1, cut: at >= bytes.length }
}

function lazySection(bytes: Uint8Array, span: Span, label: string): Section | undefined {
  const type = opensObject(bytes[span.start]) ? typeAt(bytes, span.start) : undefined
  return type === undefined ? undefined : scannedSection(bytes, span, type, label)
}

/** The `@type` of the object at `start`. Envoy and istiod print it first; anything else is left to the whole parse. */
function typeAt(bytes: Uint8Array, start: number): string | undefined {
  const first = memberAt(bytes, skipSpace(bytes, start + 1))
  if (first?.key !== '@type') return undefined
  const end = endOfValue(bytes, first.start)
  if (end === undefined) return undefined
  const url = textOf(bytes, { start: first.start + 1, end: end - 1 })
  return url.slice(url.lastIndexOf('/') + 1)
}
