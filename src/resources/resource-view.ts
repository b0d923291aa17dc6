import type { ConfigDump, Entry } from '../envoy/dump/config-dump.ts'
import { type Json, type JsonObject, listOf } from '../envoy/json.ts'
import { sections } from '../envoy/kinds.ts'
import { toCamelCase } from '../envoy/proto-json/proto-json.ts'
import { camelName } from '../envoy/proto-json/proto-names.ts'
import { AppError } from '../errors.ts'
import type { Cell, Document, Tone, Tones, View, ViewColumn } from '../view.ts'
import { provenanceColumns, state, stateTone } from './columns.ts'
import { shownEntries } from './contained/shown-entries.ts'
import { emptyText, nearValues } from './empty-text.ts'
import { entryNotes } from './entry-notes.ts'
import { missingSection } from './missing-section.ts'
import { narrowedSection } from './narrowed-section.ts'
import { isIstioEntry, othersTable, showsIstio } from './own-columns.ts'
import type { AnyResourceKind, Column, Row, RowContext } from './resource-kind.ts'
import type { ViewOptions, WantedFilters } from './view-options.ts'

/**
 * A dump seen through a resource kind: the rows that pass every filter, in the kind's order, and the resources behind them.
 * @throws AppError when the dump does not hold this kind of section at all
 */
export function resourceView(resourceKind: AnyResourceKind, dump: ConfigDump, options: ViewOptions): View {
  return viewOf(resourceKind.fallback?.(dump) ?? resourceKind, dump, options)
}

function viewOf(resourceKind: AnyResourceKind, dump: ConfigDump, options: ViewOptions): View {
  const { wanted, label } = options
  const shown = shownEntries(resourceKind, dump)
  if (shown === undefined) throw new AppError(...missingSection(resourceKind, dump, label))
  const columns = columnsOf(resourceKind)
  const tonesOf = rowTones(columns)
  const context = surroundingsOf(dump, options)
  const lines: Line[] = []
  let told = false
  let istio = false
  const near = nearValues(resourceKind, wanted)
  // A row's cells are made while its entry is at hand: of a large dump it is not held, and reading it again takes time.
  const add = (row: Row) => {
    if (passes(resourceKind, row, wanted))
      lines.push({ row, cells: columns.map((column) => column.value(row)), tones: tonesOf(row) })
    else if (lines.length === 0) near.look(row)
  }
  for (const entry of resourceKind.inSection ? shown.all() : shown.each()) {
    istio ||= isIstioEntry(entry)
    told ||= entry.state !== 'active' && entry.state !== 'static'
    resourceKind.rows(entry, context).forEach(add)
  }
  resourceKind.auxiliaryRows?.(context).forEach(add)
  lines.sort((a, b) => resourceKind.compare(a.row, b.row))
  const rows = lines.map(({ row }) => row)
  const listed = lines.filter(({ row }) => !row.entry.isDuplicate && !row.unlisted)
  // STATE appears as soon as an entry is in a state worth knowing.
  const known = columns.map((column) => {
    if (column === stateColumn && !told) return viewColumn({ ...column, wide: true })
    const { wide: _, ...always } = column
    return viewColumn(listed.some(({ row }) => column.tells?.(row)) ? always : column)
  })
  const table =
    istio || showsIstio(listed, dump) ? { columns: known, lines: listed } : othersTable(columns, known, listed)
  return {
    kind: resourceKind.kind,
    columns: table.columns,
    rows: table.lines.map(({ row, cells, tones }) => ({
      name: row.entry.name,
      cells,
      ...(tones === undefined ? {} : { tones }),
    })),
    document: () => documentOf(resourceKind, dump, rows, options),
    raw: () => rawOf(resourceKind, dump, rows, options),
    notes: [
      ...dump.notes,
      ...shown.notes,
      ...entryNotes(resourceKind, [...entriesBehind(listed.map(({ row }) => row))], dump),
    ],
    empty: emptyText(resourceKind, options, near.found),
  }
}

interface Line {
  readonly row: Row
  readonly cells: readonly Cell[]
  readonly tones: Tones | undefined
}

/** What gives a row its tones. */
function rowTones(columns: readonly Column<Row>[]): (row: Row) => Tones | undefined {
  const toned = columns.flatMap(({ header, tone }) => (tone === undefined ? [] : [{ key: camelKey(header), tone }]))
  return (row) => {
    let tones: Record<string, Tone> | undefined
    // Most rows have none, and there may be hundreds of thousands.
    for (const { key, tone } of toned) {
      const found = tone(row)
      if (found === undefined) continue
      tones ??= {}
      tones[key] = found
    }
    return tones
  }
}

/** The entries that have a row that passes every filter. */
export function entriesWithRows(
  resourceKind: AnyResourceKind,
  dump: ConfigDump,
  options: Omit<ViewOptions, 'label'>,
): Entry[] {
  const entries = shownEntries(resourceKind, dump)?.all() ?? []
  return entries.filter((entry) => rowsOfEntry(resourceKind, entry, dump, options).length > 0)
}

/** The rows of an entry that pass every filter, made of what it holds now. */
export function rowsOfEntry(
  resourceKind: AnyResourceKind,
  entry: Entry,
  dump: ConfigDump,
  options: Omit<ViewOptions, 'label'>,
): Row[] {
  const rows = resourceKind.rows(entry, surroundingsOf(dump, options))
  return rows.filter((row) => passes(resourceKind, row, options.wanted))
}

/** The rows that pass every filter, in the kind's order. */
export function rowsOf(resourceKind: AnyResourceKind, dump: ConfigDump, options: Omit<ViewOptions, 'label'>): Row[] {
  const context = surroundingsOf(dump, options)
  const entries = shownEntries(resourceKind, dump)?.all() ?? []
  const rows = entries.flatMap((entry) => [...resourceKind.rows(entry, context)])
  return [...rows, ...(resourceKind.auxiliaryRows?.(context) ?? [])]
    .filter((row) => passes(resourceKind, row, options.wanted))
    .sort(resourceKind.compare)
}

function surroundingsOf(dump: ConfigDump, { now, auxiliaryPage }: Omit<ViewOptions, 'label'>): RowContext {
  return { dump, now, auxiliaryPage }
}

function passes(resourceKind: AnyResourceKind, row: Row, wanted: WantedFilters): boolean {
  return resourceKind.filters.every((filter) => {
    const value = wanted[filter.name]
    return value === undefined || filter.matches(row, value)
  })
}

const stateColumn: Column<Row> = {
  header: 'STATE',
  value: ({ entry }) => state(entry),
  tone: ({ entry }) => stateTone(entry),
}

function columnsOf(resourceKind: AnyResourceKind): Column<Row>[] {
  if (resourceKind.entries === 'bootstrap' || resourceKind.entries === 'clusterStatuses')
    return [...resourceKind.columns]
  return [...resourceKind.columns, ...(resourceKind.ownState ? [] : [stateColumn]), ...provenanceColumns]
}

/** Every column that a view of the resourceKind can have, for the schema of its rows. */
export function viewColumns(resourceKind: AnyResourceKind): ViewColumn[] {
  return columnsOf(resourceKind).map(viewColumn)
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

function documentOf(
  resourceKind: AnyResourceKind,
  dump: ConfigDump,
  rows: readonly Row[],
  options: ViewOptions,
): Document {
  const { type, message } = sections[resourceKind.entries]
  if (resourceKind.inSection) {
    return { value: toCamelCase(sectionOf(resourceKind, dump, rows, options), `envoy.admin.v3.${message}`) }
  }
  const resource = (entry: Entry) => {
    if (resourceKind.prune === undefined) return entry.resource
    // Made anew: what the first rows hold may be of an earlier reading.
    return resourceKind.prune(entry, rowsOfEntry(resourceKind, entry, dump, options))
  }
  return { list: mapped(entriesBehind(rows), (entry) => toCamelCase(resource(entry), type)) }
}

function rawOf(resourceKind: AnyResourceKind, dump: ConfigDump, rows: readonly Row[], options: ViewOptions): Document {
  if (resourceKind.inSection) return { value: sectionOf(resourceKind, dump, rows, options) }
  return { list: mapped(entriesBehind(rows), (entry) => entry.received) }
}

function entriesBehind(rows: readonly Row[]): ReadonlySet<Entry> {
  return new Set(rows.map(({ entry }) => entry))
}

/** One at a time, so that a large document never exists as a whole. */
function* mapped<T>(items: Iterable<T>, make: (item: T) => Json): Generator<Json> {
  for (const item of items) yield make(item)
}

/** All sections of the kind as one, as Envoy prints an ECDS section for each filter, with what only the page auxiliaryPage has. */
function sectionOf(
  resourceKind: AnyResourceKind,
  dump: ConfigDump,
  rows: readonly Row[],
  options: ViewOptions,
): JsonObject {
  const whole: JsonObject = {}
  const narrowing = {
    entries: resourceKind.entries,
    prune: resourceKind.prune,
    shown: entriesBehind(rows),
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
  for (const { state, wrapper } of [...entriesBehind(rows)].filter((entry) => !listed.has(entry))) {
    const list = sections[resourceKind.entries].lists.find((known) => known.state === state)?.field ?? ''
    const name = camelName(list) in whole ? camelName(list) : list
    whole[name] = [...listOf(whole[name]), wrapper]
  }
  return whole
}
