import type { ConfigDump, Entry } from '../envoy/dump/config-dump.ts'
import { type Json, type JsonObject, listOf } from '../envoy/json.ts'
import { sections } from '../envoy/kinds.ts'
import { toCamelCase } from '../envoy/proto-json/proto-json.ts'
import { camelName } from '../envoy/proto-json/proto-names.ts'
import type { Document, View } from '../view.ts'
import { emptyText } from './empty-text.ts'
import { narrowedSection } from './narrowed-section.ts'
import type { AnyResourceKind } from './resource-kind.ts'
import { resourceTable, rowsOfEntry } from './resource-table.ts'
import type { ViewOptions } from './view-options.ts'

/**
 * A dump seen through a resource kind: the rows that pass every filter, in the kind's order, and the resources behind them.
 * @throws AppError when the dump does not hold this kind of section at all
 */
export function resourceView(resourceKind: AnyResourceKind, dump: ConfigDump, options: ViewOptions): View {
  return viewOf(resourceKind.fallback?.(dump) ?? resourceKind, dump, options)
}

function viewOf(resourceKind: AnyResourceKind, dump: ConfigDump, options: ViewOptions): View {
  const { columns, lines, entries, notes, near } = resourceTable(resourceKind, dump, options)
  return {
    kind: resourceKind.kind,
    columns,
    rows: lines.map(({ entry, cells, tones }) => ({
      name: entry.name,
      cells,
      ...(tones === undefined ? {} : { tones }),
    })),
    document: () => documentOf(resourceKind, dump, entries(), options),
    raw: () => rawOf(resourceKind, dump, entries(), options),
    rowItems: async () => (await import('./row-items.ts')).rowItems(resourceKind, lines),
    notes,
    empty: emptyText(resourceKind, options, near),
  }
}

function documentOf(
  resourceKind: AnyResourceKind,
  dump: ConfigDump,
  shown: ReadonlySet<Entry>,
  options: ViewOptions,
): Document {
  const { type, message } = sections[resourceKind.entries]
  if (resourceKind.inSection) {
    const section = sectionOf(resourceKind, dump, shown, options)
    return { value: toCamelCase(section, `envoy.admin.v3.${message}`), isSection: true }
  }
  const resource = (entry: Entry) => {
    if (resourceKind.prune === undefined) return entry.resource
    // Made anew: what the first rows hold may be of an earlier reading.
    return resourceKind.prune(entry, rowsOfEntry(resourceKind, entry, dump, options))
  }
  return { list: mapped(shown, (entry) => toCamelCase(resource(entry), type)) }
}

function rawOf(
  resourceKind: AnyResourceKind,
  dump: ConfigDump,
  shown: ReadonlySet<Entry>,
  options: ViewOptions,
): Document {
  if (resourceKind.inSection) return { value: sectionOf(resourceKind, dump, shown, options), isSection: true }
  return { list: mapped(shown, (entry) => entry.received) }
}

/** One at a time, so that a large document never exists as a whole. */
function* mapped<T>(items: Iterable<T>, make: (item: T) => Json): Generator<Json> {
  for (const item of items) yield make(item)
}

/** All sections of the kind as one, as Envoy prints an ECDS section for each filter, with what only the page auxiliaryPage has. */
function sectionOf(
  resourceKind: AnyResourceKind,
  dump: ConfigDump,
  shown: ReadonlySet<Entry>,
  options: ViewOptions,
): JsonObject {
  const whole: JsonObject = {}
  const narrowing = {
    entries: resourceKind.entries,
    prune: resourceKind.prune,
    shown,
    rows: (entry: Entry) => rowsOfEntry(resourceKind, entry, dump, options),
  }
  for (const section of dump.sections) {
    if (section.kind !== resourceKind.entries) continue
    for (const field of narrowedSection(section, narrowing) ?? []) {
      const { name } = field
      if (name === '@type') continue
      const before = whole[name]
      const value = 'value' in field ? field.value : [...field.list]
      whole[name] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value
    }
  }
  const listed = new Set(dump.entries(resourceKind.entries))
  for (const { state, wrapper } of [...shown].filter((entry) => !listed.has(entry))) {
    const list = sections[resourceKind.entries].lists.find((known) => known.state === state)?.field ?? ''
    const name = camelName(list) in whole ? camelName(list) : list
    whole[name] = [...listOf(whole[name]), wrapper]
  }
  return whole
}
