import type { DumpSection, Entry } from '../envoy/dump/config-dump.ts'
import { type JsonObject, objectsOf } from '../envoy/json.ts'
import { type Kind, sections } from '../envoy/kinds.ts'
import { camelName } from '../envoy/proto-json/proto-names.ts'
import type { ResourceKind, Row } from './resource-kind.ts'
import { type SectionField, sectionFields } from './section-fields.ts'

interface Narrowing {
  readonly entries: Kind
  readonly prune: ResourceKind['prune'] | undefined
  /** What is shown. */
  readonly shown: Iterable<Entry>
  /** The rows of an entry that are shown, made of what it holds now. */
  rows(entry: Entry): readonly Row[]
}

/**
 * The section with only those members that the entries come from, and of each of them only what their rows stand for. A section that
 * is a single entry (a bootstrap, `?resource=`) is kept or undefined.
 */
export function narrowedSection(section: DumpSection, narrowing: Narrowing): readonly SectionField[] | undefined {
  const { shown, entries: kind } = narrowing
  const kept = Map.groupBy(shown, ({ member }) => member)
  if (kind === 'bootstrap' || section.type.split('.').length > 4)
    return kept.has(section.value()) ? sectionFields(section) : undefined
  return sectionFields(section).map((field): SectionField => {
    if (!('members' in field) || !isList(kind, field.name)) return field
    const own = field.members.flatMap((member) => {
      const entries = kept.get(member)
      return entries === undefined ? [] : [{ member, entries }]
    })
    const list = mapped(own, ({ entries }) => narrowed(entries, narrowing))
    return { name: field.name, list, members: own.map(({ member }) => member) }
  })
}

function* mapped<T>(items: Iterable<T>, make: (item: T) => JsonObject): Generator<JsonObject> {
  for (const item of items) yield make(item)
}

/** A member with what is shown of its entries. */
function narrowed(entries: readonly Entry[], { entries: kind, prune, rows }: Narrowing): JsonObject {
  const [first] = entries
  if (first === undefined) return {}
  const pruned = prune?.(first, rows(first))
  const whole = pruned === undefined || pruned === first.resource
  return whole ? onlyEntries(first.wrapper, entries, kind) : replaced(first, pruned)
}

/** Of the resources that share a member (scoped routes) those of the entries. */
function onlyEntries(wrapper: JsonObject, entries: readonly Entry[], kind: Kind): JsonObject {
  const name = nameIn(wrapper, sections[kind].resource)
  const resources = wrapper[name]
  if (!Array.isArray(resources) || resources.length === entries.length) return wrapper
  const shown = new Set(entries.map(({ position }) => position))
  return { ...wrapper, [name]: objectsOf(resources).filter((_, position) => shown.has(position)) }
}

function replaced({ kind, wrapper, received }: Entry, resource: JsonObject): JsonObject {
  if (wrapper === received) return resource
  return { ...wrapper, [nameIn(wrapper, sections[kind].resource)]: resource }
}

function isList(kind: Kind, name: string): boolean {
  return sections[kind].lists.some(({ field }) => field === name || camelName(field) === name)
}

/** The field's name in the case in which the object has it. */
function nameIn(object: JsonObject, field: string): string {
  return field in object ? field : camelName(field)
}
