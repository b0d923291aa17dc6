import { platform } from '../../platform/node.ts'
import type { JsonObject } from '../json.ts'
import { type Kind, kinds, sections } from '../kinds.ts'
import type { ConfigDump, Cut, DumpSection, Entry } from './config-dump.ts'
import { entriesOf, entriesRead } from './dump-entries.ts'
import type { Member, Section } from './section.ts'

/** A ConfigDump over sections that are parsed when their kind is first asked for. Sections of one type are merged in order. */
export class SectionDump implements ConfigDump {
  readonly notes: readonly string[]
  readonly cut: Cut | undefined
  readonly sections: readonly (DumpSection & Section)[]
  readonly #all: readonly Section[]
  readonly #entries = new Map<Kind, readonly Entry[]>()
  readonly #searched = new Map<Kind, (list: string) => readonly Member[]>()

  constructor(all: readonly Section[], notes: readonly string[] = [], cut?: Cut) {
    this.#all = all
    this.cut = cut
    this.notes = notes
    this.sections = all.map(parsedOnce)
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
    const found = this.#ofKind(kind).flatMap((section) => entriesOf(kind, asSection(kind, section)))
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
      return [...entriesRead(kind, mentioning)].filter((entry) => entry.name === name)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      return this.entries(kind).filter((entry) => entry.name === name)
    }
  }

  /** The members of a kind's lists where they can be told without parsing, and have not been parsed. */
  #members(kind: Kind): ((list: string) => readonly Member[]) | undefined {
    const [section, ...others] = this.#ofKind(kind)
    if (this.#entries.has(kind) || others.length > 0 || section?.type.split('.').length !== 4) return undefined
    return section.members?.()
  }

  *#read(kind: Kind, members: (list: string) => readonly Member[]): Generator<Entry> {
    let count = 0
    try {
      for (const entry of entriesRead(kind, members)) {
        count++
        yield entry
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      // Broken, or laid out in a way that only a parser sees through, which also says where it is broken.
      yield* this.entries(kind).slice(count)
    }
  }

  #ofKind(kind: Kind): (DumpSection & Section)[] {
    return this.sections.filter((section) => section.kind === kind)
  }
}

function parsedOnce(section: Section): DumpSection & Section {
  let value: JsonObject | undefined
  return {
    ...section,
    kind: kindOf(section),
    value() {
      value ??= section.value()
      return value
    },
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
