import type { ConfigDump, DumpSection, Entry } from '../envoy/dump/config-dump.ts'
import { isObject, type Json, type JsonObject, listOf } from '../envoy/json.ts'
import { toCamelCase } from '../envoy/proto-json/proto-json.ts'
import type { Document } from '../view.ts'
import { shownEntries } from './contained/shown-entries.ts'
import { narrowedSection } from './narrowed-section.ts'
import type { AnyResourceKind } from './resource-kind.ts'
import { rowsOfEntry } from './resource-table.ts'
import { type SectionField, sectionFields } from './section-fields.ts'
import type { ViewOptions, WantedFilters } from './view-options.ts'

export interface DumpDocumentOptions {
  /** What is asked of each kind. */
  wanted(resourceKind: AnyResourceKind): WantedFilters
  readonly now: Date
  /** Known sections in lowerCamelCase; else as received. */
  readonly camelCase: boolean
}

/**
 * A dump as one `envoy.admin.v3.ConfigDump`, which is a dump again: every section in its order, unknown ones as received, and of
 * the kinds that a filter is given for only the entries that pass it.
 */
export function dumpDocument(
  resourceKinds: readonly AnyResourceKind[],
  dump: ConfigDump,
  { wanted, now, camelCase }: DumpDocumentOptions,
): Document {
  const filtered = resourceKinds.flatMap((resourceKind) => {
    const options = { wanted: wanted(resourceKind), now }
    const isAsked = Object.values(options.wanted).some((value) => value !== undefined)
    if (!dump.has(resourceKind.entries) || !isAsked) return []
    const shown = entriesWithRows(resourceKind, dump, options)
    const rows = (entry: Entry) => rowsOfEntry(resourceKind, entry, dump, options)
    return [{ entries: resourceKind.entries, prune: resourceKind.prune, shown, rows }]
  })
  const documents = dump.sections.flatMap((section): Document[] => {
    // What the API does not know is a value of its own, whose members mean what they do beside each other.
    if (section.kind === undefined)
      return [{ value: { '@type': `type.googleapis.com/${section.type}`, ...section.value() } }]
    const narrowing = filtered.find(({ entries }) => entries === section.kind)
    const fields = narrowing === undefined ? sectionFields(section) : narrowedSection(section, narrowing)
    if (fields === undefined) return []
    return [documentOf(section, fields, camelCase)]
  })
  return { fields: [['configs', { documents }]] }
}

function documentOf({ type }: DumpSection, fields: readonly SectionField[], camelCase: boolean): Document {
  const received = new Set(fields.map(({ name }) => name))
  const convert = (name: string, value: Json): [string, Json] => {
    const [shown, inner] = camelCase ? inCamelCase(name, value, type) : [name, value]
    // A name stays as received where its other one is taken.
    return [received.has(shown) ? name : shown, inner]
  }
  const own = fields.map((field): readonly [string, Document] => {
    const { name } = field
    if ('value' in field) {
      const [shown, value] = convert(name, field.value)
      return [shown, { value }]
    }
    const [shown] = convert(name, [])
    return [shown, { list: mapped(field.list, (item) => listOf(convert(name, [item])[1])[0]) }]
  })
  const isTyped = own.some(([name]) => name === '@type')
  return { fields: isTyped ? own : [['@type', { value: `type.googleapis.com/${type}` }], ...own] }
}

function inCamelCase(name: string, value: Json, type: string): [string, Json] {
  const converted = toCamelCase({ [name]: value }, type)
  const [[shown, inner = null] = [name, value]] = isObject(converted) ? Object.entries(converted) : []
  return [shown, inner]
}

function* mapped(items: Iterable<JsonObject>, make: (item: JsonObject) => unknown): Generator<unknown> {
  for (const item of items) yield make(item)
}

/** The entries that have a row that passes every filter. */
function entriesWithRows(
  resourceKind: AnyResourceKind,
  dump: ConfigDump,
  options: Omit<ViewOptions, 'label'>,
): Entry[] {
  const entries = shownEntries(resourceKind, dump)?.all() ?? []
  return entries.filter((entry) => rowsOfEntry(resourceKind, entry, dump, options).length > 0)
}
