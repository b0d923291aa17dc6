import { hash as hashOfText } from 'node:crypto'
import type { ConfigDump, Cut, DumpSection } from '../../envoy/dump/config-dump.ts'
import { isObject, type Json, type JsonObject, objectOf, objectsOf } from '../../envoy/json.ts'
import type { Kind } from '../../envoy/kinds.ts'
import type { CertificateFact } from '../../platform/stored-x509.ts'
import { withOwnValues } from '../own-values.ts'

/** A dump without its secrets, taken apart: what proxies share stands beside it, by its hash. */
export interface PackedDump {
  readonly sections: readonly PackedSection[]
  /** What members do not share, each once. */
  readonly values: readonly Json[]
  readonly notes: readonly string[]
  readonly cut?: Cut
  /** What the certificates in it say, a resource; absent where there are none. */
  readonly certificates?: string
  /** Equal for dumps whose clusters, listeners, routes and endpoints are equal but for versions and times. */
  readonly loaded: string
}

interface PackedSection {
  readonly type: string
  readonly fields: readonly PackedField[]
}

export type PackedField =
  | { readonly name: string; readonly members: readonly string[]; readonly own: readonly number[] }
  | { readonly name: string; readonly resource: string }
  | { readonly name: string; readonly value: Json }

/** Takes the secrets out of a document; the value itself stays as it is. */
type Redact = (value: Json) => Json

/** Values of this many characters of JSON are stored as resources. */
const shortValue = 200

/** Takes dumps apart. What it has given once it does not give again. */
export class DumpPacker {
  readonly #redact: Redact
  readonly #known: Known = { given: new Set(), members: new Map(), own: new Map() }

  constructor(redact: Redact) {
    this.#redact = redact
  }

  /**
   * @param beside sections that come of other pages
   * @param certificates what the certificates of the dump say
   * @returns the dump, and the resources that this packer gives for the first time, by their hash, as JSON
   * @throws AppError where a section is broken
   */
  pack(
    { sections, notes, cut }: ConfigDump,
    beside: readonly DumpSection[] = [],
    certificates: readonly CertificateFact[] = [],
  ): { readonly packed: PackedDump; readonly added: ReadonlyMap<string, string> } {
    const packing = new Packing(this.#redact, this.#known)
    const all = [...sections, ...beside]
    const made = all.map((section) => packing.section(section))
    const loaded = all.flatMap(({ kind }, at) => (kind !== undefined && loadedKinds.has(kind) ? (made[at] ?? []) : []))
    const shownNotes = listOf(this.#redact([...notes])).map(String)
    return {
      packed: {
        sections: made,
        values: packing.values,
        notes: shownNotes,
        ...(cut === undefined ? {} : { cut }),
        ...(certificates.length === 0 ? {} : { certificates: packing.certificates(certificates) }),
        loaded: digestOf(loaded),
      },
      added: packing.added,
    }
  }
}

/** What was taken apart before. */
interface Known {
  /** Hashes of the resources that were given. */
  readonly given: Set<string>
  /** The resource of each member that was seen, by the hash of the member as it came, for most proxies have what others have. */
  readonly members: Map<string, string>
  /** Versions and times without secrets, by the text that came. */
  readonly own: Map<string, Json>
}

/** The kinds of which replicas have the same. */
const loadedKinds: ReadonlySet<Kind> = new Set(['clusters', 'listeners', 'routes', 'endpoints'])

/** Of the resources in lists, in whatever order: Envoy lists them in none. */
function digestOf(sections: readonly PackedSection[]): string {
  const lists = sections.flatMap(({ type, fields }) =>
    fields.flatMap((field) =>
      'members' in field ? [`${type} ${field.name} ${field.members.toSorted().join(' ')}`] : [],
    ),
  )
  return hashOf(lists.toSorted().join('\n')).slice(0, 8)
}

/** What is known while one dump is taken apart. */
class Packing {
  readonly added = new Map<string, string>()
  readonly #redact: Redact
  readonly #known: Known
  readonly #values = new Map<Json, number>()

  constructor(redact: Redact, known: Known) {
    this.#redact = redact
    this.#known = known
  }

  get values(): readonly Json[] {
    return [...this.#values.keys()]
  }

  section(section: DumpSection): PackedSection {
    const { type } = section
    const parts = section.parts()
    const fields =
      parts === undefined
        ? Object.entries(section.value()).map(([name, value = null]) => this.#field(type, name, value))
        : parts.map((part) =>
            'value' in part
              ? this.#field(type, part.name, part.value)
              : this.#list(type, part.name, part.members, (member) => member.read()),
          )
    return { type, fields }
  }

  certificates(facts: readonly CertificateFact[]): string {
    return this.#resource(JSON.stringify(facts))
  }

  #field(type: string, name: string, value: Json): PackedField {
    if (Array.isArray(value)) return this.#list(type, name, value, (member) => member)
    const shown = this.#redacted(type, name, value)
    const text = JSON.stringify(shown)
    return text.length <= shortValue ? { name, value: shown } : { name, resource: this.#resource(text) }
  }

  #list<M>(type: string, name: string, members: readonly M[], read: (member: M) => Json): PackedField {
    const own: number[] = []
    const hashes = members.map((each) => {
      const [shared, values] = apart(read(each))
      for (const value of values) own.push(this.#value(this.#ownValue(type, name, value)))
      const key = hashOf(`${type} ${name} ${JSON.stringify(shared)}`)
      const before = this.#known.members.get(key)
      if (before !== undefined) return before
      const [shown = null] = listOf(this.#redacted(type, name, [shared]))
      const hash = this.#resource(JSON.stringify(shown))
      this.#known.members.set(key, hash)
      return hash
    })
    return { name, members: hashes, own }
  }

  /** A version or a time without secrets: whoever gives versions can put anything into one. */
  #ownValue(type: string, name: string, value: Json): Json {
    const known = typeof value === 'string' ? this.#known.own.get(value) : undefined
    if (known !== undefined) return known
    const [member = null] = listOf(this.#redacted(type, name, [{ version_info: value }]))
    const shown = objectOf(member).version_info ?? null
    if (typeof value === 'string') this.#known.own.set(value, shown)
    return shown
  }

  /** Redacted where it stands in a dump: what is secret depends on that. */
  #redacted(type: string, name: string, value: Json): Json {
    const section: JsonObject = { '@type': `type.googleapis.com/${type}`, [name]: value }
    const [shown] = objectsOf(objectOf(this.#redact({ configs: [section] })).configs)
    return shown?.[name] ?? null
  }

  #value(value: Json): number {
    const known = this.#values.get(value)
    if (known !== undefined) return known
    const at = this.#values.size
    this.#values.set(value, at)
    return at
  }

  #resource(text: string): string {
    const hash = hashOf(text)
    if (!this.#known.given.has(hash)) {
      this.#known.given.add(hash)
      this.added.set(hash, text)
    }
    return hash
  }
}

/** A member of a list without its versions and times, and these in their order. */
function apart(member: Json): readonly [shared: Json, own: readonly Json[]] {
  if (!isObject(member)) return [member, []]
  const own: Json[] = []
  const shared = withOwnValues(member, (value) => {
    own.push(value)
    return null
  })
  return [shared, own]
}

/** 128 bits: no two resources of a mesh have the same. */
function hashOf(text: string): string {
  return hashOfText('sha256', text, 'base64url').slice(0, 22)
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : []
}
