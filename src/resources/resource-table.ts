import type { ConfigDump, Entry } from '../envoy/dump/config-dump.ts'
import { AppError } from '../errors.ts'
import type { Cell, Tone, Tones, ViewColumn } from '../view.ts'
import { compareLists, provenanceColumns, state, stateTone } from './columns.ts'
import { shownEntries } from './contained/shown-entries.ts'
import { type NearValues, nearValues } from './empty-text.ts'
import { entryNotes } from './entry-notes.ts'
import { missingSection } from './missing-section.ts'
import { isIstioEntry, othersTable, showsIstio } from './own-columns.ts'
import type { AnyResourceKind, Column, ResourceKind, Row, RowContext, SortKey } from './resource-kind.ts'
import type { ViewOptions, WantedFilters } from './view-options.ts'

/** A table of resources, and the entries that its lines are made from. */
export interface ResourceTable<K = undefined> {
  readonly columns: readonly ViewColumn[]
  readonly lines: readonly Line<K>[]
  /** Of every row that passes, also of those that need no line of their own, in the order of the rows. */
  entries(): ReadonlySet<Entry>
  readonly notes: readonly string[]
  /** Values that hold what a filter asks for as a whole. */
  readonly near: NearValues['found']
}

/** What is left of a row. The row itself holds what was parsed: of a large dump all of it, which the garbage collector would move about. */
interface Line<K> extends Row {
  readonly cells: readonly Cell[]
  readonly tones: Tones | undefined
  readonly kept: K
}

interface SortedLine<K> extends Line<K> {
  readonly sortKeys: readonly SortKey[]
  /** Columns whose value is worth knowing. */
  readonly notable: readonly Column<never>[] | undefined
}

/**
 * The rows of a dump that pass every filter, in the kind's order, as a table.
 * @param keep gives what its line keeps of a row, beside the cells
 * @throws AppError when the dump does not hold this kind of section at all
 */
export function resourceTable<R extends Row, K = undefined>(
  resourceKind: ResourceKind<R>,
  dump: ConfigDump,
  options: ViewOptions,
  keep: (row: R) => K | undefined = () => undefined,
): ResourceTable<K | undefined> {
  const { wanted, label } = options
  const shown = shownEntries(resourceKind, dump)
  if (shown === undefined) throw new AppError(...missingSection(resourceKind, dump, label))
  const columns = columnsOf(resourceKind)
  const tonesOf = rowTones(columns)
  const context = surroundingsOf(dump, options)
  const notableIn = notableColumns(columns)
  const lines: SortedLine<K | undefined>[] = []
  let hasStates = false
  const told: string[] = []
  let istio = false
  const near = nearValues(resourceKind, wanted)
  // A row's cells are made while its entry is at hand: of a large dump it is not held, and reading it again takes time.
  const add = (row: R) => {
    if (passes(resourceKind, row, wanted))
      lines.push({
        entry: row.entry,
        unlisted: row.unlisted === true,
        cells: columns.map((column) => column.value(row)),
        tones: tonesOf(row),
        sortKeys: resourceKind.sortKeys(row),
        notable: notableIn(row),
        kept: keep(row),
      })
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
  lines.sort((a, b) => compareLists(a.sortKeys, b.sortKeys))
  const listed = lines.filter(({ entry, unlisted }) => !entry.isDuplicate && !unlisted)
  // STATE appears as soon as an entry is in a state worth knowing.
  const known = columns.map((column) => {
    if (column === stateColumn && !hasStates) return viewColumn({ ...column, wide: true })
    const { wide: _, ...always } = column
    const isNotable = column.isNotable !== undefined && listed.some(({ notable }) => notable?.includes(column))
    return viewColumn(isNotable ? always : column)
  })
  const isIstio = istio || showsIstio(listed, dump)
  return {
    ...(isIstio ? { columns: known, lines: listed } : othersTable(columns, known, listed)),
    entries: () => entriesBehind(lines),
    notes: [
      ...dump.notes,
      ...shown.notes,
      ...atMost(maxNotes, told),
      // Of what is only active or static nothing is said.
      ...(hasStates || resourceKind.auxiliaryRows !== undefined
        ? entryNotes(resourceKind, [...entriesBehind(listed)], dump)
        : []),
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

/** What gives the columns in which a row has something worth knowing; undefined for none. */
function notableColumns<R extends Row>(columns: readonly Column<R>[]): (row: R) => Column<R>[] | undefined {
  const asked = columns.filter(({ isNotable }) => isNotable !== undefined)
  return (row) => {
    const found = asked.filter((column) => column.isNotable?.(row))
    return found.length > 0 ? found : undefined
  }
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
    .sort((a, b) => compareLists(resourceKind.sortKeys(a), resourceKind.sortKeys(b)))
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
function entriesBehind(rows: readonly Row[]): ReadonlySet<Entry> {
  const entries = new Set<Entry>()
  let before: Entry | undefined
  for (const { entry } of rows) {
    // Rows of one entry mostly follow each other, and a set is slower than a comparison.
    if (entry !== before) entries.add(entry)
    before = entry
  }
  return entries
}
