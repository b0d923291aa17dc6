import type { ConfigDump } from '../envoy/dump/config-dump.ts'
import type { Json, JsonObject } from '../envoy/json.ts'
import { toCamelCase } from '../envoy/proto-json/proto-json.ts'
import { narrowedSection } from './narrowed-section.ts'
import type { AnyResourceKind } from './resource-kind.ts'
import { rowsOf } from './resource-view.ts'
import type { WantedFilters } from './view-options.ts'

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
): JsonObject {
  const filtered = resourceKinds.flatMap((resourceKind) => {
    const asked = wanted(resourceKind)
    if (!dump.has(resourceKind.entries) || Object.values(asked).every((value) => value === undefined)) return []
    return [{ resourceKind, rows: rowsOf(resourceKind, dump, { wanted: asked, now }) }]
  })
  const configs = dump.sections.flatMap((section): Json[] => {
    const kept = filtered.find(({ resourceKind }) => resourceKind.entries === section.kind)
    const value = kept === undefined ? section.value() : narrowedSection(section, kept.rows, kept.resourceKind)
    if (value === undefined) return []
    const typed = { '@type': `type.googleapis.com/${section.type}`, ...value }
    return [camelCase && section.kind !== undefined ? toCamelCase(typed, section.type) : typed]
  })
  return { configs }
}
