import { platform } from '../../platform/node.ts'
import type { Member, Section, SectionPart } from '../dump/section.ts'
import { isObject, type JsonObject } from '../json.ts'
import { elementsOf, endOfValue, memberAt, opensArray, opensObject, type Span, skipSpace, textOf } from './json-span.ts'
import { parseJson } from './parse-json.ts'
import { parseSection } from './parse-section.ts'
import { inMemory } from './stored-bytes.ts'

/**
 * A section in any layout. Of a large one the members of lists are found by their brackets and parsed when they are read: parsed at once, a
 * dump of 1 GB takes three times its size.
 */
export function scannedSection(bytes: Uint8Array, span: Span, type: string, label: string): Section {
  const value = () => parseSection(inMemory(bytes), span, type, label)
  if (span.end - span.start < minScanned) return { type, value }
  return { type, value, parts: () => partsOf({ bytes, label: `${label}, inside ${type},` }, span) }
}

/** Bytes of a section below which it is parsed at once. */
const minScanned = 2 ** 22
/** Bytes of a field that is parsed as it is found. */
const maxParsed = 65_536

/** The input that members are of. */
interface Holder {
  readonly bytes: Uint8Array
  /** Names it in errors. */
  readonly label: string
}

class ScannedMember implements Member {
  readonly #holder: Holder
  readonly #span: Span

  constructor(holder: Holder, span: Span) {
    this.#holder = holder
    this.#span = span
  }

  get size(): number {
    return this.#span.end - this.#span.start
  }

  mentions(text: Uint8Array): boolean {
    return platform.indexOf(this.#holder.bytes.subarray(this.#span.start, this.#span.end), text, 0) !== -1
  }

  read(): JsonObject {
    const value = parseJson(textOf(this.#holder.bytes, this.#span), this.#holder.label)
    if (!isObject(value)) throw new SyntaxError('an object was expected')
    return value
  }
}

/** The fields of a section; undefined unless they fit together without a gap, or where one is left to the parser. */
function partsOf(holder: Holder, { start, end }: Span): SectionPart[] | undefined {
  const { bytes } = holder
  const parts: SectionPart[] = []
  let at = skipSpace(bytes, start + 1)
  for (;;) {
    const field = memberAt(bytes, at)
    if (field === undefined || !/^@?\w+$/.test(field.key)) return undefined
    const list = opensArray(bytes[field.start]) ? listAt(holder, field.start) : undefined
    const fieldEnd = list?.end ?? endOfValue(bytes, field.start)
    if (fieldEnd === undefined) return undefined
    const part =
      list === undefined
        ? parsedField(bytes, field.key, { start: field.start, end: fieldEnd })
        : { name: field.key, members: list.members }
    if (part === undefined) return undefined
    parts.push(part)
    at = skipSpace(bytes, fieldEnd)
    if (at === end - 1) break
    if (bytes[at] !== comma) return undefined
    at = skipSpace(bytes, at + 1)
  }
  // Of two fields of one name JSON.parse takes the last.
  return new Set(parts.map(({ name }) => name)).size === parts.length ? parts : undefined
}

const comma = 0x2c

/** The list that opens at an offset; undefined unless it is one of objects with a comma between each two. */
function listAt(
  holder: Holder,
  start: number,
): { readonly members: readonly Member[]; readonly end: number } | undefined {
  const { bytes } = holder
  const { spans, end, cut } = elementsOf(bytes, start)
  const fits = (span: Span, index: number): boolean => {
    const next = spans[index + 1]
    const after = skipSpace(bytes, span.end)
    const isFollowed =
      next === undefined ? after === end - 1 : bytes[after] === comma && skipSpace(bytes, after + 1) === next.start
    return isFollowed && opensObject(bytes[span.start])
  }
  if (cut || spans.length === 0 || !spans.every(fits)) return undefined
  return { members: spans.map((span) => new ScannedMember(holder, span)), end }
}

function parsedField(bytes: Uint8Array, name: string, span: Span): SectionPart | undefined {
  if (span.end - span.start > maxParsed) return undefined
  try {
    return { name, value: JSON.parse(textOf(bytes, span)) }
  } catch {
    return undefined
  }
}
