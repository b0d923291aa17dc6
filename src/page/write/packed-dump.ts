import { createHash } from 'node:crypto'
import type { ConfigDump, DumpSection } from '../../envoy/dump/config-dump.ts'
import { isObject, type Json, type JsonObject, objectOf, objectsOf } from '../../envoy/json.ts'
import { withOwnValues } from '../own-values.ts'

/** A dump without its secrets, taken apart: what proxies share stands beside it, by its hash. */
export interface PackedDump {
  readonly sections: readonly PackedSection[]
  /** What members do not share, each once. */
  readonly values: readonly Json[]
  readonly notes: readonly string[]
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
  readonly #given = new Set<string>()

  constructor(redact: Redact) {
    this.#redact = redact
  }

  /** @returns the dump, and the resources that this packer gives for the first time, by their hash, as JSON */
  pack(dump: ConfigDump): { readonly packed: PackedDump; readonly added: ReadonlyMap<string, string> } {
    const packing = new Packing(this.#redact, this.#given)
    const sections = dump.sections.map((section) => packing.section(section))
    return { packed: { sections, values: packing.values, notes: dump.notes }, added: packing.added }
  }
}

/** What is known while one dump is taken apart. */
class Packing {
  readonly added = new Map<string, string>()
  readonly #redact: Redact
  readonly #given: Set<string>
  readonly #values = new Map<Json, number>()

  constructor(redact: Redact, given: Set<string>) {
    this.#redact = redact
    this.#given = given
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

  #field(type: string, name: string, value: Json): PackedField {
    if (Array.isArray(value)) return this.#list(type, name, value, (member) => member)
    const shown = this.#redacted(type, name, value)
    const text = JSON.stringify(shown)
    return text.length <= shortValue ? { name, value: shown } : { name, resource: this.#resource(text) }
  }

  #list<M>(type: string, name: string, members: readonly M[], read: (member: M) => Json): PackedField {
    const own: number[] = []
    const hashes = members.map((each) => {
      const [member = null] = listOf(this.#redacted(type, name, [read(each)]))
      const shared = isObject(member)
        ? withOwnValues(member, (value) => {
            own.push(this.#value(value))
            return null
          })
        : member
      return this.#resource(JSON.stringify(shared))
    })
    return { name, members: hashes, own }
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
    const hash = createHash('sha256').update(text).digest('base64url').slice(0, 22)
    if (!this.#given.has(hash)) {
      this.#given.add(hash)
      this.added.set(hash, text)
    }
    return hash
  }
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : []
}
