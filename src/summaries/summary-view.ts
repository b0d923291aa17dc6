import type { ConfigDump, Entry } from '../envoy/config-dump.ts'
import type { Json, JsonObject } from '../envoy/json.ts'
import { toCamelCase } from '../envoy/proto-json.ts'
import { redact } from '../envoy/redact.ts'
import { sections } from '../envoy/sections.ts'
import { AppError } from '../errors.ts'
import type { Document, View, ViewColumn } from '../view.ts'
import { provenanceColumns, state } from './columns.ts'
import { entryNotes } from './entry-notes.ts'
import { missingSection } from './missing-section.ts'
import { narrowedSection } from './narrowed-section.ts'
import type { AnySummary, Column, Row } from './summary.ts'

/** Values of a summary's filters, by the name of the flag. */
export type WantedFilters = Readonly<Record<string, string | undefined>>

export interface ViewOptions {
  readonly wanted: WantedFilters
  /** Names the dump in errors. */
  readonly label: string
  readonly now: Date
  /** The reply of the summary's page `beside`, when the proxy is live. */
  readonly beside?: Json | undefined
}

/**
 * A dump seen through a summary: the rows that pass every filter, in the summary's order, and the resources behind them.
 * @throws AppError when the dump does not hold this kind of section at all
 */
export function summaryView(summary: AnySummary, dump: ConfigDump, options: ViewOptions): View {
  return viewOf(summary.instead?.(dump) ?? summary, dump, options)
}

function viewOf(summary: AnySummary, dump: ConfigDump, options: ViewOptions): View {
  const { wanted, label } = options
  if (!dump.has(summary.entries)) throw new AppError(...missingSection(summary, dump, label))
  const entries = dump.entries(summary.entries)
  const rows = rowsOf(summary, dump, options)
  const shown = rows.filter(({ entry }) => !entry.echo)
  const columns = columnsOf(summary, entries)
  return {
    kind: summary.kind,
    columns: columns.map(viewColumn),
    rows: shown.map((row) => ({ name: row.entry.name, cells: columns.map((column) => column.value(row)) })),
    document: () => documentOf(summary, dump, rows),
    raw: () => rawOf(summary, dump, rows),
    notes: [...dump.notes, ...entryNotes(summary, [...new Set(shown.map(({ entry }) => entry))], dump)],
    empty: `No ${summary.name} found${Object.values(wanted).some((value) => value !== undefined) ? ' that match the filters' : ''} in ${label}.`,
  }
}

/** The rows that pass every filter, in the summary's order. */
export function rowsOf(
  summary: AnySummary,
  dump: ConfigDump,
  { wanted, now, beside }: Omit<ViewOptions, 'label'>,
): Row[] {
  const surroundings = { dump, now, beside }
  const rows = dump.entries(summary.entries).flatMap((entry) => [...summary.rows(entry, surroundings)])
  return [...rows, ...(summary.rowsBeside?.(surroundings) ?? [])]
    .filter((row) => passes(summary, row, wanted))
    .sort(summary.compare)
}

function passes(summary: AnySummary, row: Row, wanted: WantedFilters): boolean {
  return summary.filters.every((filter) => {
    const value = wanted[filter.name]
    return value === undefined || filter.matches(row, value)
  })
}

/** STATE appears as soon as an entry is in a state worth knowing. */
function columnsOf(summary: AnySummary, entries: readonly Entry[]): Column<Row>[] {
  const told = entries.some((entry) => entry.state !== 'active' && entry.state !== 'static')
  const stateColumn: Column<Row> = {
    header: 'STATE',
    value: ({ entry }) => state(entry),
    ...(told ? {} : { wide: true }),
  }
  if (summary.entries === 'bootstrap') return [...summary.columns]
  if (summary.entries === 'clusterStatuses') return [...summary.columns]
  return [...summary.columns, ...(summary.ownState ? [] : [stateColumn]), ...provenanceColumns]
}

function viewColumn({ header, missing, wide }: Column<Row>): ViewColumn {
  return { header, key: camelKey(header), ...(missing === undefined ? {} : { missing }), ...(wide ? { wide } : {}) }
}

function camelKey(header: string): string {
  return header.toLowerCase().replace(/ ([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function documentOf(summary: AnySummary, dump: ConfigDump, rows: readonly Row[]): Document {
  const { type, message } = sections[summary.entries]
  if (summary.inSection) {
    return { value: redact(toCamelCase(sectionOf(summary, dump, rows), `envoy.admin.v3.${message}`)) }
  }
  const byEntry = Map.groupBy(rows, ({ entry }) => entry)
  return {
    list: (function* () {
      for (const [entry, own] of byEntry) yield redact(toCamelCase(summary.prune?.(entry, own) ?? entry.resource, type))
    })(),
  }
}

function rawOf(summary: AnySummary, dump: ConfigDump, rows: readonly Row[]): Document {
  if (summary.inSection) return { value: redact(sectionOf(summary, dump, rows)) }
  return { list: [...new Set(rows.map(({ entry }) => entry))].map((entry) => redact(entry.received)) }
}

/** All sections of the kind as one; Envoy prints an ECDS section for each filter. */
function sectionOf(summary: AnySummary, dump: ConfigDump, rows: readonly Row[]): JsonObject {
  const whole: JsonObject = {}
  for (const section of dump.sections) {
    if (section.kind !== summary.entries) continue
    const { '@type': _, ...fields } = narrowedSection(section, rows, summary) ?? {}
    for (const [name, value] of Object.entries(fields)) {
      const before = whole[name]
      whole[name] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value
    }
  }
  return whole
}
