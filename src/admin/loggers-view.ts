import type { View, ViewColumn } from '../view.ts'

/** Columns of loggers. */
export const loggerColumns: readonly ViewColumn[] = [
  { header: 'LOGGER', key: 'logger' },
  { header: 'LEVEL', key: 'level' },
]

/** Columns of loggers that were changed. */
export const changedLoggerColumns: readonly ViewColumn[] = [
  { header: 'LOGGER', key: 'logger' },
  { header: 'OLD LEVEL', key: 'oldLevel' },
  { header: 'LEVEL', key: 'level' },
]

type Levels = ReadonlyMap<string, string>

/** The level of every logger. */
export function loggersView(levels: Levels, label: string): View {
  return {
    ...documents(levels),
    kind: 'logger',
    columns: loggerColumns,
    rows: [...levels].map(([name, level]) => ({ name, cells: [name, level] })),
    notes: [],
    empty: `No loggers found in ${label}.`,
  }
}

/** The loggers whose level is another one than before. */
export function changedLoggersView(before: Levels, after: Levels, label: string): View {
  const changed = [...after].filter(([name, level]) => before.get(name) !== level)
  return {
    ...documents(new Map(changed)),
    kind: 'logger',
    columns: changedLoggerColumns,
    rows: changed.map(([name, level]) => ({ name, cells: [name, before.get(name), level] })),
    notes: [`${changed.length} of ${after.size} loggers changed`],
    empty: `Every logger of ${label} had its level already.`,
  }
}

function documents(levels: Levels): Pick<View, 'document' | 'raw'> {
  const value = Object.fromEntries(levels)
  return { document: () => ({ value }), raw: () => ({ value }) }
}
