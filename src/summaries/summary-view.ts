import type { ConfigDump, Entry } from '../envoy/config-dump.ts'
import { type Json, type JsonObject, listOf } from '../envoy/json.ts'
import { toCamelCase } from '../envoy/proto-json.ts'
import { camelName } from '../envoy/proto-names.ts'
import { sections } from '../envoy/sections.ts'
import { AppError } from '../errors.ts'
import type { Cell, Document, View, ViewColumn } from '../view.ts'
import { provenanceColumns, state } from './columns.ts'
import { emptyText, nearValues } from './empty-text.ts'
import { entryNotes } from './entry-notes.ts'
import { missingSection } from './missing-section.ts'
import { narrowedSection } from './narrowed-section.ts'
import type { AnySummary, Column, Row, Surroundings } from './summary.ts'

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
  if (!dump.has(summary.entries) && !(summary.absentWhenEmpty && isWhole(dump)))
    throw new AppError(...missingSection(summary, dump, label))
  const columns = columnsOf(summary)
  const surroundings = surroundingsOf(dump, options)
  const lines: Line[] = []
  let told = false
  const near = nearValues(summary, wanted)
  // A row's cells are made while its entry is at hand: of a large dump it is not held, and reading it again takes time.
  const add = (row: Row) => {
    if (passes(summary, row, wanted)) lines.push({ row, cells: columns.map((column) => column.value(row)) })
    else if (lines.length === 0) near.look(row)
  }
  for (const entry of summary.inSection ? dump.entries(summary.entries) : dump.each(summary.entries)) {
    told ||= entry.state !== 'active' && entry.state !== 'static'
    summary.rows(entry, surroundings).forEach(add)
  }
  summary.rowsBeside?.(surroundings).forEach(add)
  lines.sort((a, b) => summary.compare(a.row, b.row))
  const shown = lines.filter(({ row }) => !row.entry.echo && !row.unlisted)
  const rows = lines.map(({ row }) => row)
  return {
    kind: summary.kind,
    // STATE appears as soon as an entry is in a state worth knowing.
    columns: columns.map((column) => viewColumn(column === stateColumn && !told ? { ...column, wide: true } : column)),
    rows: shown.map(({ row, cells }) => ({ name: row.entry.name, cells })),
    document: () => documentOf(summary, dump, rows, options),
    raw: () => rawOf(summary, dump, rows),
    notes: [...dump.notes, ...entryNotes(summary, [...entriesBehind(shown.map(({ row }) => row))], dump)],
    empty: emptyText(summary, options, near.found),
  }
}

/** Every config dump that is not masked has its bootstrap; so has the one that is read where Envoy refuses a mask. */
function isWhole(dump: ConfigDump): boolean {
  return dump.has('bootstrap')
}

interface Line {
  readonly row: Row
  readonly cells: readonly Cell[]
}

/** The rows that pass every filter, in the summary's order. */
export function rowsOf(summary: AnySummary, dump: ConfigDump, options: Omit<ViewOptions, 'label'>): Row[] {
  const surroundings = surroundingsOf(dump, options)
  const rows = dump.entries(summary.entries).flatMap((entry) => [...summary.rows(entry, surroundings)])
  return [...rows, ...(summary.rowsBeside?.(surroundings) ?? [])]
    .filter((row) => passes(summary, row, options.wanted))
    .sort(summary.compare)
}

function surroundingsOf(dump: ConfigDump, { now, beside }: Omit<ViewOptions, 'label'>): Surroundings {
  return { dump, now, beside }
}

function passes(summary: AnySummary, row: Row, wanted: WantedFilters): boolean {
  return summary.filters.every((filter) => {
    const value = wanted[filter.name]
    return value === undefined || filter.matches(row, value)
  })
}

const stateColumn: Column<Row> = { header: 'STATE', value: ({ entry }) => state(entry) }

function columnsOf(summary: AnySummary): Column<Row>[] {
  if (summary.entries === 'bootstrap' || summary.entries === 'clusterStatuses') return [...summary.columns]
  return [...summary.columns, ...(summary.ownState ? [] : [stateColumn]), ...provenanceColumns]
}

/** Every column that a view of the summary can have, for the schema of its rows. */
export function viewColumns(summary: AnySummary): ViewColumn[] {
  return columnsOf(summary).map(viewColumn)
}

function viewColumn({ header, missing, types, wide }: Column<Row>): ViewColumn {
  return {
    header,
    key: camelKey(header),
    ...(missing === undefined ? {} : { missing }),
    ...(types === undefined ? {} : { types }),
    ...(wide ? { wide } : {}),
  }
}

function camelKey(header: string): string {
  return header.toLowerCase().replace(/ ([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function documentOf(summary: AnySummary, dump: ConfigDump, rows: readonly Row[], options: ViewOptions): Document {
  const { type, message } = sections[summary.entries]
  if (summary.inSection) {
    return { value: toCamelCase(sectionOf(summary, dump, rows), `envoy.admin.v3.${message}`) }
  }
  const resource = (entry: Entry) => {
    if (summary.prune === undefined) return entry.resource
    // Made anew: what the first rows hold may be of an earlier reading.
    const own = summary.rows(entry, surroundingsOf(dump, options)).filter((row) => passes(summary, row, options.wanted))
    return summary.prune(entry, own)
  }
  return { list: mapped(entriesBehind(rows), (entry) => toCamelCase(resource(entry), type)) }
}

function rawOf(summary: AnySummary, dump: ConfigDump, rows: readonly Row[]): Document {
  if (summary.inSection) return { value: sectionOf(summary, dump, rows) }
  return { list: mapped(entriesBehind(rows), (entry) => entry.received) }
}

function entriesBehind(rows: readonly Row[]): ReadonlySet<Entry> {
  return new Set(rows.map(({ entry }) => entry))
}

/** One at a time, so that a large document never exists as a whole. */
function* mapped<T>(items: Iterable<T>, make: (item: T) => Json): Generator<Json> {
  for (const item of items) yield make(item)
}

/** All sections of the kind as one, as Envoy prints an ECDS section for each filter, with what only the page beside has. */
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
  const listed = new Set(dump.entries(summary.entries))
  for (const { state, wrapper } of [...entriesBehind(rows)].filter((entry) => !listed.has(entry))) {
    const list = sections[summary.entries].lists.find((known) => known.state === state)?.field ?? ''
    const name = camelName(list) in whole ? camelName(list) : list
    whole[name] = [...listOf(whole[name]), wrapper]
  }
  return whole
}
