import type { Reads } from '../protocol.ts'
import { proxiesTable, proxyColumns, resourceColumn, type SqlColumn, type SqlTable } from '../table.ts'

/** Marks a database of this program. https://www.sqlite.org/fileformat.html#application_id */
export const applicationId = 0x70726378

/** Of the tables behind the views, as the file's user_version: a program that knows only earlier ones does not guess. */
export const schemaVersion = 1

/** Any name as SQL has it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The table behind the view of a name. */
export function storedName(name: string): string {
  return `_${name}`
}

/**
 * The columns of a table that are stored, in their order; what it shows of its proxy and its resource is stored once elsewhere.
 * @param reads the columns that are read; absent where none is
 */
export function storedColumns(table: SqlTable, reads: readonly string[] | undefined): readonly SqlColumn[] {
  const own = table.name === proxiesTable ? [] : proxyColumns
  return table.columns.filter(
    ({ name }) =>
      name !== resourceColumn &&
      !own.some((column) => column === name) &&
      (name === 'proxy' || table.name === proxiesTable || reads?.includes(name) === true),
  )
}

/** The names of proxies, by the number that rows have in their place. A million rows are of a few hundred. */
export const namesTable = '_names'

/** The column with that number. */
const proxyNumber = '_proxy'

/** What a column of a table is stored as. */
function physicalName(name: string): string {
  return name === 'proxy' ? proxyNumber : name
}

/** The statements that make the tables and the views that show them. */
export function schemaStatements(tables: readonly SqlTable[], reads: Reads): string[] {
  return [
    'CREATE TABLE "_resources"("id" INTEGER PRIMARY KEY, "json" TEXT)',
    'CREATE TABLE "_filled"("name" TEXT)',
    `CREATE TABLE "${namesTable}"("id" INTEGER PRIMARY KEY, "proxy" TEXT)`,
    ...tables.flatMap((table) => {
      const stored = storedColumns(table, reads[table.name])
      const columns = stored.map(({ name, type }) =>
        name === 'proxy' ? `"${proxyNumber}" INTEGER` : `${quoted(name)} ${type}`,
      )
      const physical = quoted(storedName(table.name))
      return [
        `CREATE TABLE ${physical}(${[...columns, '"_resource" INTEGER'].join(', ')})`,
        `CREATE VIEW ${quoted(table.name)} AS SELECT ${table.columns.map((column) => shown(column, table, stored)).join(', ')} FROM ${physical} JOIN "${namesTable}" ON "${namesTable}"."id" = ${physical}."${proxyNumber}"`,
      ]
    }),
    `CREATE INDEX "_names proxy" ON "${namesTable}"("proxy")`,
    `CREATE INDEX "_proxies proxy" ON "_proxies"("${proxyNumber}")`,
  ]
}

/** What a view shows as a column. */
function shown({ name }: SqlColumn, table: SqlTable, stored: readonly SqlColumn[]): string {
  const physical = quoted(storedName(table.name))
  if (name === 'proxy') return `"${namesTable}"."proxy"`
  if (name === resourceColumn)
    return `(SELECT "json" FROM "_resources" WHERE "id" = ${physical}."_resource") AS "resource"`
  if (stored.some((column) => column.name === name)) return `${physical}.${quoted(name)}`
  if (table.name !== proxiesTable && proxyColumns.some((column) => column === name))
    return `(SELECT ${quoted(name)} FROM "_proxies" WHERE "_proxies"."${proxyNumber}" = ${physical}."${proxyNumber}") AS ${quoted(name)}`
  return `NULL AS ${quoted(name)}`
}

/** The statements that make the indexes of what is stored. */
export function indexStatements(tables: readonly SqlTable[], reads: Reads): string[] {
  return tables.flatMap((table) => {
    const stored = new Set(storedColumns(table, reads[table.name]).map(({ name }) => name))
    if (reads[table.name] === undefined) return []
    return table.keys
      .filter((key) => key.every((name) => stored.has(name)))
      .map(
        (key) =>
          `CREATE INDEX ${quoted(`_${table.name} ${key.join(' ')}`)} ON ${quoted(storedName(table.name))}(${key.map((name) => quoted(physicalName(name))).join(', ')})`,
      )
  })
}
