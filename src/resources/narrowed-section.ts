import type { DumpSection, Entry } from '../envoy/dump/config-dump.ts'
import { type Json, type JsonObject, listOf } from '../envoy/json.ts'
import { type Kind, sections } from '../envoy/kinds.ts'
import { camelName } from '../envoy/proto-json/proto-names.ts'
import type { ResourceKind, Row } from './resource-kind.ts'

/**
 * The section with only those members that the rows come from, and of each of them only what the rows stand for. A section that
 * is a single entry (`?resource=`) is kept or undefined.
 */
export function narrowedSection(
  section: DumpSection,
  rows: readonly Row[],
  { entries: kind, prune }: Pick<ResourceKind, 'entries' | 'prune'>,
): JsonObject | undefined {
  const value = section.value()
  const byEntry = Map.groupBy(rows, ({ entry }) => entry)
  const kept = Map.groupBy(byEntry.keys(), ({ wrapper }) => wrapper)
  const member = (wrapper: Json): Json[] => {
    const entries = typeof wrapper === 'object' && wrapper !== null ? kept.get(wrapper as JsonObject) : undefined
    const [first] = entries ?? []
    if (entries === undefined || first === undefined) return []
    const pruned = prune?.(first, byEntry.get(first) ?? [])
    const whole = pruned === undefined || pruned === first.resource
    return [whole ? onlyEntries(first.wrapper, entries, kind) : replaced(first, pruned)]
  }
  if (kept.has(value)) return value
  if (section.type.split('.').length > 4) return undefined
  return Object.fromEntries(
    Object.entries(value).map(([name, list]) => [name, isList(kind, name) ? listOf(list).flatMap(member) : list]),
  )
}

/** Of the resources that share a member (scoped routes) those of the entries. */
function onlyEntries(wrapper: JsonObject, entries: readonly Entry[], kind: Kind): JsonObject {
  const name = nameIn(wrapper, sections[kind].resource)
  const resources = wrapper[name]
  if (!Array.isArray(resources) || resources.length === entries.length) return wrapper
  const shown = new Set<Json>(entries.map(({ received }) => received))
  return { ...wrapper, [name]: resources.filter((resource) => shown.has(resource)) }
}

function replaced({ kind, wrapper, received }: Entry, resource: JsonObject): JsonObject {
  return wrapper === received ? resource : { ...wrapper, [nameIn(wrapper, sections[kind].resource)]: resource }
}

function isList(kind: Kind, name: string): boolean {
  return sections[kind].lists.some(({ field }) => field === name || camelName(field) === name)
}

/** The field's name in the case in which the object has it. */
function nameIn(object: JsonObject, field: string): string {
  return field in object ? field : camelName(field)
}
