import { platform } from '../../platform/node.ts'
import type { JsonObject } from '../json.ts'
import { type Kind, kinds, sections } from '../kinds.ts'
import type { ConfigDump, Cut, DumpSection, Entry } from './config-dump.ts'
import { entriesOf, entriesRead } from './dump-entries.ts'
import { RecentlyRead } from './dump-entry.ts'
import type { Member, Section, SectionPart } from './section.ts'

/** A ConfigDump over sections that are parsed when their kind is first asked for. Sections of one type are merged in order. */
export class SectionDump implements ConfigDump {
  readonly notes: readonly string[]
  readonly cut: Cut | undefined
  readonly sections: readonly KnownSection[]
  readonly #all: readonly Section[]
  readonly #recent: RecentlyRead
  readonly #entries = new Map<Kind, readonly Entry[]>()
  readonly #searched = new Map<Kind, (list: string) => readonly Member[]>()

  /** @param held bytes of text whose entries are held at a time, where a section's layout lets them be read again */
  constructor(all: readonly Section[], notes: readonly string[] = [], cut?: Cut, held = maxHeld) {
    this.#all = all
    this.#recent = new RecentlyRead(held)
    this.cut = cut
    this.notes = notes
    this.sections = all.map((section) => new KnownSection(section))
  }

  withNote(note: string): SectionDump {
    return new SectionDump(this.#all, [...this.notes, note], this.cut)
  }

  has(kind: Kind): boolean {
    return this.sections.some((section) => section.kind === kind)
  }

  get unknown(): readonly JsonObject[] {
    return this.sections.filter(({ kind }) => kind === undefined).map((section) => section.value())
  }

  entries(kind: Kind): readonly Entry[] {
    const known = this.#entries.get(kind)
    if (known !== undefined) return known
    const found =
      this.#readAll(kind) ?? this.#ofKind(kind).flatMap((section) => entriesOf(kind, asSection(kind, section)))
    const sorted = [
      ...found.filter(({ state }) => state !== 'static'),
      ...found.filter(({ state }) => state === 'static'),
    ]
    this.#entries.set(kind, sorted)
    return sorted
  }

  each(kind: Kind): Iterable<Entry> {
    const members = this.#members(kind)
    return members === undefined ? this.entries(kind) : this.#read(kind, members)
  }

  named(kind: Kind, name: string): readonly Entry[] {
    const members = plainName.test(name) ? (this.#searched.get(kind) ?? this.#members(kind)) : undefined
    if (this.#entries.has(kind) || members === undefined)
      return this.entries(kind).filter((entry) => entry.name === name)
    this.#searched.set(kind, members)
    const quoted = platform.encode(JSON.stringify(name))
    const mentioning = (list: string) => members(list).filter((member) => member.mentions(quoted))
    try {
      return [...entriesRead(kind, mentioning, new RecentlyRead(maxPassing))].filter((entry) => entry.name === name)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      return this.entries(kind).filter((entry) => entry.name === name)
    }
  }

  /** The members of a kind's lists where they are known without parsing, and have not been parsed. */
  #members(kind: Kind): ((list: string) => readonly Member[]) | undefined {
    const [section, ...others] = this.#ofKind(kind)
    const isOneSection = others.length === 0 && section?.type.split('.').length === 4
    if (this.#entries.has(kind) || !isOneSection || sections[kind].lists.length === 0) return undefined
    const parts = section.parts()
    return parts && ((list) => parts.flatMap((part) => ('members' in part && part.name === list ? part.members : [])))
  }

  /** The entries of a kind whose members can be read again; undefined where they are not what the layout promises. */
  #readAll(kind: Kind): Entry[] | undefined {
    const members = this.#members(kind)
    if (members === undefined) return undefined
    try {
      return [...entriesRead(kind, members, this.#recent)]
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      for (const section of this.#ofKind(kind)) section.parseWhole()
      return undefined
    }
  }

  *#read(kind: Kind, members: (list: string) => readonly Member[]): Generator<Entry> {
    let count = 0
    try {
      for (const entry of entriesRead(kind, members, new RecentlyRead(maxPassing))) {
        count++
        yield entry
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      // Broken, or laid out in a way that only a parser sees through, which also says where it is broken.
      yield* this.entries(kind).slice(count)
    }
  }

  #ofKind(kind: Kind): KnownSection[] {
    return this.sections.filter((section) => section.kind === kind)
  }
}

/** Bytes of text whose entries are held at a time: parsed they take two to three times as much. */
const maxHeld = 2 ** 26

/** The same for entries that are gone through once. */
const maxPassing = 2 ** 18

/** A section that is parsed once, as a whole or in its parts. */
class KnownSection implements DumpSection {
  readonly type: string
  readonly kind: Kind | undefined
  readonly size: number | undefined
  readonly #section: Section
  #value: JsonObject | undefined
  #parts: readonly SectionPart[] | undefined
  #isWhole: boolean

  constructor(section: Section) {
    this.type = section.type
    this.kind = kindOf(section)
    this.size = section.size
    this.#section = section
    this.#isWhole = section.parts === undefined
  }

  value(): JsonObject {
    this.#value ??= this.#section.value()
    return this.#value
  }

  parts(): readonly SectionPart[] | undefined {
    if (this.#isWhole) return undefined
    this.#parts ??= this.#section.parts?.()
    if (this.#parts === undefined) this.parseWhole()
    return this.#parts
  }

  /** Its parts are not what its layout promises. */
  parseWhole(): void {
    this.#isWhole = true
    this.#parts = undefined
  }
}

/** Names that JSON has no second way to write. */
const plainName = /^[\w.|:~*-]+$/

/** Only Envoy's own sections: other products have messages of the same last name (`aeraki….RoutesConfigDump`). */
const ownSection = /^envoy\.admin\.v\w+\.(\w+?)(?:\.\w+)?$/

const kindOfMessage = new Map(kinds.map((kind) => [sections[kind].message, kind]))

function kindOf(section: Section): Kind | undefined {
  const message = ownSection.exec(section.type)?.[1]
  return message === undefined ? undefined : kindOfMessage.get(message)
}

/** `?resource=` makes each entry a member of `configs` of its own, of type `ClustersConfigDump.DynamicCluster`. */
function asSection(kind: Kind, section: Section): JsonObject {
  const [, , , , entry] = section.type.split('.')
  if (entry === undefined) return section.value()
  const isStatic = entry.startsWith('Static') || entry.startsWith('Inline')
  const list = sections[kind].lists.find(({ state }) => (state === 'static') === isStatic) ?? sections[kind].lists[0]
  return list === undefined ? section.value() : { [list.field]: [section.value()] }
}
