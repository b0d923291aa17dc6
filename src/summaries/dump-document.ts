import type { ConfigDump } from '../envoy/config-dump.ts'
import type { Json, JsonObject } from '../envoy/json.ts'
import { toCamelCase } from '../envoy/proto-json.ts'
import { narrowedSection } from './narrowed-section.ts'
import type { AnySummary } from './summary.ts'
import { rowsOf, type WantedFilters } from './summary-view.ts'

export interface DumpDocumentOptions {
  /** What is asked of each kind. */
  wanted(summary: AnySummary): WantedFilters
  readonly now: Date
  /** Known sections in lowerCamelCase; else as received. */
  readonly camelCase: boolean
}

/**
 * A dump as one `envoy.admin.v3.ConfigDump`, which is a dump again: every section in its order, unknown ones as received, and of
 * the kinds that a filter is given for only the entries that pass it.
 */
export function dumpDocument(
  summaries: readonly AnySummary[],
  dump: ConfigDump,
  { wanted, now, camelCase }: DumpDocumentOptions,
): JsonObject {
  const filtered = summaries.flatMap((summary) => {
    const asked = wanted(summary)
    if (!dump.has(summary.entries) || Object.values(asked).every((value) => value === undefined)) return []
    return [{ summary, rows: rowsOf(summary, dump, { wanted: asked, now }) }]
  })
  const configs = dump.sections.flatMap((section): Json[] => {
    const kept = filtered.find(({ summary }) => summary.entries === section.kind)
    const value = kept === undefined ? section.value() : narrowedSection(section, kept.rows, kept.summary)
    if (value === undefined) return []
    const typed = { '@type': `type.googleapis.com/${section.type}`, ...value }
    return [camelCase && section.kind !== undefined ? toCamelCase(typed, section.type) : typed]
  })
  return { configs }
}
