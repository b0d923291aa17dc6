import type { ConfigDump, Entry } from '../envoy/dump/config-dump.ts'
import { AppError } from '../errors.ts'
import type { Cell, Tone, Tones, ViewColumn } from '../view.ts'
import { provenanceColumns, state, stateTone } from './columns.ts'
import { shownEntries } from './contained/shown-entries.ts'
import { type NearValues, nearValues } from './empty-text.ts'
import { entryNotes } from './entry-notes.ts'
import { missingSection } from './missing-section.ts'
import { isIstioEntry, othersTable, showsIstio } from './own-columns.ts'
import type { AnyResourceKind, Column, ResourceKind, Row, RowContext } from './resource-kind.ts'
import type { ViewOptions, WantedFilters } from './view-options.ts'

/** A table of resources, and what each of its lines is made from. */
export interface ResourceTable<R extends Row> {
  readonly columns: readonly ViewColumn[]
  readonly lines: readonly Line<R>[]
  /** Every row that passes, also those that need no line of their own. */
  readonly rows: readonly R[]
  readonly notes: readonly string[]
  /** Values that hold what a filter asks for as a whole. */
  readonly near: NearValues['found']
}

interface Line<R extends Row> {
  readonly row: R
  readonly cells: readonly Cell[]
  readonly tones: Tones | undefined
}

/**
 * The rows of a dump that pass every filter, in the kind's order, as a table.
 * @throws AppError when the dump does not hold this kind of section at all
 */
export function resourceTable<R extends Row>(
  resourceKind: ResourceKind<R>,
  dump: ConfigDump,
  options: ViewOptions,
): ResourceTable<R> {
  const { wanted, label } = options
  const shown = shownEntries(resourceKind, dump)
  if (shown === undefined) throw new AppError(...missingSection(resourceKind, dump, label))
  const columns = columnsOf(resourceKind)
  const tonesOf = rowTones(columns)
  const context = surroundingsOf(dump, options)
  const lines: Line<R>[] = []
  let hasStates = false
  const told: string[] = []
  let istio = false
  const near = nearValues(resourceKind, wanted)
  // A row's cells are made while its entry is at hand: of a large dump it is not held, and reading it again takes time.
  const add = (row: R) => {
    if (passes(resourceKind, row, wanted))
      lines.push({ row, cells: columns.map((column) => column.value(row)), tones: tonesOf(row) })
    else if (lines.length === 0) near.look(row)
  }
  for (const entry of resourceKind.inSection ? shown.all() : shown.each()) {
    istio ||= isIstioEntry(entry)
    hasStates ||= entry.state !== 'active' && entry.state !== 'static'
    const before = lines.length
    resourceKind.rows(entry, context).forEach(add)
    if (lines.length > before) for (const note of resourceKind.notesOf?.(entry) ?? []) told.push(note)
  }
  resourceKind.auxiliaryRows?.(context).forEach(add)
  lines.sort((a, b) => resourceKind.compare(a.row, b.row))
  const rows = lines.map(({ row }) => row)
  const listed = lines.filter(({ row }) => !row.entry.isDuplicate && !row.unlisted)
  // STATE appears as soon as an entry is in a state worth knowing.
  const known = columns.map((column) => {
    if (column === stateColumn && !hasStates) return viewColumn({ ...column, wide: true })
    const { wide: _, ...always } = column
    return viewColumn(listed.some(({ row }) => column.isNotable?.(row)) ? always : column)
  })
  const isIstio = istio || showsIstio(listed, dump)
  return {
    ...(isIstio ? { columns: known, lines: listed } : othersTable(columns, known, listed)),
    rows,
    notes: [
      ...dump.notes,
      ...shown.notes,
      ...atMost(maxNotes, told),
      ...entryNotes(resourceKind, [...entriesBehind(listed.map(({ row }) => row))], dump),
    ],
    near: near.found,
  }
}

/** Notes of entries that are shown before the rest is only counted. */
const maxNotes = 5

function atMost(most: number, notes: readonly string[]): string[] {
  const more = notes.length - most
  return more > 0 ? [...notes.slice(0, most), `… and ${more} more notes of this kind.`] : [...notes]
}

/** What gives a row its tones. */
function rowTones<R extends Row>(columns: readonly Column<R>[]): (row: R) => Tones | undefined {
  const toned = columns.flatMap(({ header, key, tone }) =>
    tone === undefined ? [] : [{ key: key ?? camelKey(header), tone }],
  )
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
export function rowsOfEntry<R extends Row>(
  resourceKind: ResourceKind<R>,
  entry: Entry,
  dump: ConfigDump,
  options: Omit<ViewOptions, 'label'>,
): R[] {
  const rows = resourceKind.rows(entry, surroundingsOf(dump, options))
  return rows.filter((row) => passes(resourceKind, row, options.wanted))
}

/** The rows that pass every filter, in the kind's order. */
export function rowsOf<R extends Row>(
  resourceKind: ResourceKind<R>,
  dump: ConfigDump,
  options: Omit<ViewOptions, 'label'>,
): R[] {
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

function passes<R extends Row>(resourceKind: ResourceKind<R>, row: R, wanted: WantedFilters): boolean {
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

function columnsOf<R extends Row>(resourceKind: ResourceKind<R>): Column<R>[] {
  if (resourceKind.entries === 'bootstrap' || resourceKind.entries === 'clusterStatuses')
    return [...resourceKind.columns]
  return [...resourceKind.columns, ...(resourceKind.ownState ? [] : [stateColumn]), ...provenanceColumns]
}

/** Every column that a view of the resourceKind can have, for the schema of its rows. */
export function viewColumns(resourceKind: AnyResourceKind): ViewColumn[] {
  return columnsOf(resourceKind).map(viewColumn)
}

function viewColumn({
  header,
  key,
  missing,
  types,
  wide,
  clock,
}: Omit<Column<Row>, 'value' | 'isNotable' | 'tone'>): ViewColumn {
  return {
    header,
    key: key ?? camelKey(header),
    ...(missing === undefined ? {} : { missing }),
    ...(types === undefined ? {} : { types }),
    ...(wide ? { wide } : {}),
    ...(clock ? { clock } : {}),
  }
}

function camelKey(header: string): string {
  return header.toLowerCase().replace(/ ([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** The entries that rows were made from, each once. */
export function entriesBehind(rows: readonly Row[]): ReadonlySet<Entry> {
  return new Set(rows.map(({ entry }) => entry))
}
