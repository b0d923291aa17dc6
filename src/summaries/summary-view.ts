import type { ConfigDump, Entry } from '../envoy/config-dump.ts'
import type { Json, JsonObject } from '../envoy/json.ts'
import { toCamelCase } from '../envoy/proto-json.ts'
import { sections } from '../envoy/sections.ts'
import { AppError } from '../errors.ts'
import type { View, ViewColumn } from '../view.ts'
import { provenanceColumns, state } from './columns.ts'
import { missingSection } from './missing-section.ts'
import type { AnySummary, Column, Row } from './summary.ts'

/** Values of a summary's filters, by the name of the flag. */
export type WantedFilters = Readonly<Record<string, string | undefined>>

/**
 * A dump seen through a summary: the rows that pass every filter, in the summary's order, and the resources behind them.
 * @param label names the dump in errors
 * @throws AppError when the dump does not hold this kind of section at all
 */
export function summaryView(summary: AnySummary, dump: ConfigDump, wanted: WantedFilters, label: string): View {
  return viewOf(summary.instead?.(dump) ?? summary, dump, wanted, label)
}

function viewOf(summary: AnySummary, dump: ConfigDump, wanted: WantedFilters, label: string): View {
  if (!dump.has(summary.entries)) throw new AppError(...missingSection(summary, dump, label))
  const entries = dump.entries(summary.entries)
  const rows = entries
    .flatMap((entry) => [...summary.rows(entry)])
    .filter((row) => passes(summary, row, wanted))
    .sort(summary.compare)
  const columns = columnsOf(summary, entries)
  return {
    kind: summary.kind,
    columns: columns.map(viewColumn),
    rows: rows.map((row) => ({ name: row.entry.name, cells: columns.map((column) => column.value(row)) })),
    document: () => documentOf(summary, rows),
    raw: () => ({ list: [...new Set(rows.map(({ entry }) => entry))].map((entry) => entry.received) }),
    notes: [...dump.notes, ...rejections(summary, rows)],
    empty: `No ${summary.name} found${Object.values(wanted).some((value) => value !== undefined) ? ' that match the filters' : ''} in ${label}.`,
  }
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
  return [...summary.columns, stateColumn, ...provenanceColumns]
}

function viewColumn({ header, missing, wide }: Column<Row>): ViewColumn {
  return { header, key: camelKey(header), ...(missing === undefined ? {} : { missing }), ...(wide ? { wide } : {}) }
}

function camelKey(header: string): string {
  return header.toLowerCase().replace(/ ([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function documentOf(summary: AnySummary, rows: readonly Row[]): { list: Iterable<unknown> } | { value: unknown } {
  const { type } = sections[summary.entries]
  const byEntry = Map.groupBy(rows, ({ entry }) => entry)
  const camel = (entry: Entry, own: readonly Row[]): Json =>
    toCamelCase(summary.prune?.(entry, own) ?? entry.resource, type)
  if (summary.entries === 'bootstrap') {
    const [entry] = byEntry.keys()
    return { value: entry === undefined ? {} : withUpdate(camel(entry, []), entry.lastUpdated) }
  }
  return {
    list: (function* () {
      for (const [entry, own] of byEntry) yield camel(entry, own)
    })(),
  }
}

function withUpdate(bootstrap: Json, lastUpdated: string | undefined): JsonObject {
  return { bootstrap, ...(lastUpdated === undefined ? {} : { lastUpdated }) }
}

/** Envoy's own words for what it rejected. */
function rejections(summary: AnySummary, rows: readonly Row[]): string[] {
  const entries = new Set(rows.map(({ entry }) => entry))
  return [...entries].flatMap(({ name, error }) => {
    if (error === undefined) return []
    const at = error.lastAttempt === undefined ? '' : ` at ${error.lastAttempt}`
    return [`Envoy rejected ${summary.kind} ${JSON.stringify(name)}${at}: ${error.details}`]
  })
}
