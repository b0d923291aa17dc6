import { platform } from '../../platform/node.ts'
import type { Member, Section, SectionPart } from '../dump/section.ts'
import { isObject, type JsonObject } from '../json.ts'
import type { Span } from './json-span.ts'
import { parseJson } from './parse-json.ts'
import { parseSection } from './parse-section.ts'
import type { StoredBytes } from './stored-bytes.ts'
import { offsetsOf, wholeLines } from './whole-lines.ts'

/** A section in Envoy's own layout: the members of its lists are found without parsing them. */
export function laidOutSection(stored: StoredBytes, span: Span, type: string, label: string): Section {
  return {
    type,
    size: span.end - span.start,
    value: () => parseSection(stored, span, type, label),
    parts: () => partsOf(stored, span, `${label}, inside ${type},`),
  }
}

/** A member from the line break before it up to the next one's, or to the end of its list. */
interface Place extends Span {
  /** Another one follows, so that it ends in a comma. */
  readonly followed: boolean
}

/** The input that members are of. */
interface Holder {
  readonly stored: StoredBytes
  /** Names it in errors. */
  readonly label: string
}

/** A class, for a dump may have hundreds of thousands. */
class LaidOutMember implements Member {
  readonly #holder: Holder
  readonly #place: Place

  constructor(holder: Holder, place: Place) {
    this.#holder = holder
    this.#place = place
  }

  get size(): number {
    return this.#place.end - this.#place.start
  }

  mentions(text: Uint8Array): boolean {
    return platform.indexOf(this.#holder.stored.read(this.#place.start, this.#place.end), text, 0) !== -1
  }

  read(): JsonObject {
    const text = textOf(this.#holder.stored, this.#place)
    const isFollowed = this.#place.followed
    if (isFollowed && !text.endsWith(',')) throw new SyntaxError('a comma was expected')
    const value = parseJson(isFollowed ? text.slice(0, -1) : text, this.#holder.label)
    if (!isObject(value)) throw new SyntaxError('an object was expected')
    return value
  }
}

/** The fields of a section; undefined unless its lines fit together without a gap. */
function partsOf(stored: StoredBytes, span: Span, label: string): SectionPart[] | undefined {
  const lines = linesOf(stored, span)
  const end = span.end - closing.length
  if (lines === undefined || textOf(stored, { start: end, end: span.end }) !== closing) return undefined
  const { fields, members } = lines
  if (textOf(stored, { start: span.start, end: fields[0] ?? end }) !== '{') return undefined
  const holder = { stored, label }
  const parts: SectionPart[] = []
  let next = 0
  for (const [index, start] of fields.entries()) {
    const last = index === fields.length - 1
    const field = { start, end: fields[index + 1] ?? end }
    const first = next
    while ((members[next] ?? end) < field.end) next++
    const own = members.slice(first, next)
    if (own[0] === undefined) {
      const parsed = parsedField(textOf(stored, field), last)
      if (parsed === undefined) return undefined
      parts.push(parsed)
      continue
    }
    const name = /^\n {3}"(\w+)": \[$/.exec(textOf(stored, { start, end: own[0] }))?.[1]
    const tail = last ? endOfList : `${endOfList},`
    const listEnd = field.end - tail.length
    if (name === undefined || textOf(stored, { start: listEnd, end: field.end }) !== tail) return undefined
    const read = own.map((at, member) => {
      const place = { start: at, end: own[member + 1] ?? listEnd, followed: member < own.length - 1 }
      return new LaidOutMember(holder, place)
    })
    parts.push({ name, members: read })
  }
  // Of two fields of one name JSON.parse takes the last.
  return new Set(parts.map(({ name }) => name)).size === parts.length ? parts : undefined
}

const closing = '\n  }'
const endOfList = '\n   ]'
const fieldLine = platform.encode('\n   "')
const memberLine = platform.encode('\n    {')

interface LineOffsets {
  /** Where the section's own fields begin, at the line break before them. */
  readonly fields: readonly number[]
  /** Where the members of lists begin, in the same way. */
  readonly members: readonly number[]
}

function linesOf(stored: StoredBytes, span: Span): LineOffsets | undefined {
  const fields: number[] = []
  const members: number[] = []
  const visited = wholeLines(stored, span, (lines, offset) => {
    for (const at of offsetsOf(fieldLine, lines)) fields.push(offset + at)
    for (const at of offsetsOf(memberLine, lines)) members.push(offset + at)
  })
  return visited ? { fields, members } : undefined
}

/** A field that is no list of objects; undefined for one that is large, which is left to the parser. */
function parsedField(text: string, last: boolean): SectionPart | undefined {
  if (text.length > 65_536 || text.endsWith(',') === last) return undefined
  try {
    const field: JsonObject = JSON.parse(`{${last ? text : text.slice(0, -1)}}`)
    const [first, ...others] = Object.entries(field)
    return first === undefined || others.length > 0 ? undefined : { name: first[0], value: first[1] ?? null }
  } catch {
    return undefined
  }
}

function textOf(stored: StoredBytes, span: Span): string {
  return platform.utf8(stored.read(span.start, span.end))
}
