import { UsageError } from '../../../errors.ts'
import type { Cell, View, ViewColumn } from '../../../view.ts'
import type { QueryExample } from './examples.ts'
import { tables } from './tables.ts'

/** `.tables` */
export function tablesView(): View {
  return listView(
    'table',
    [
      { header: 'TABLE', key: 'table' },
      { header: 'COLUMNS', key: 'columns', types: ['number'] },
      { header: 'HOLDS', key: 'holds' },
    ],
    tables.map(({ name, columns, describe }) => [name, columns.length, describe]),
  )
}

/** `.schema TABLE`. @throws UsageError where there is no such table */
export function schemaView(name: string): View {
  const table = tables.find((each) => each.name === name.toLowerCase())
  if (table === undefined)
    throw new UsageError(`there is no table ${JSON.stringify(name)}`, { hint: `The tables are: ${tableNames()}` })
  return listView(
    'column',
    [
      { header: 'COLUMN', key: 'column' },
      { header: 'TYPE', key: 'type' },
      { header: 'HOLDS', key: 'holds' },
    ],
    table.columns.map((column) => [column.name, column.type, column.describe]),
  )
}

/** `--examples` */
export function examplesView(examples: readonly QueryExample[]): View {
  const view = listView(
    'example',
    [
      { header: 'QUESTION', key: 'question' },
      { header: 'STATEMENT', key: 'statement' },
    ],
    examples.map(({ question, statement }) => [question, statement.replaceAll(/\s+/g, ' ')]),
  )
  const lines = () =>
    examples.flatMap(({ question, statement }, at) => [
      ...(at === 0 ? [] : ['']),
      `-- ${question}`,
      ...statement.split('\n'),
    ])
  return { ...view, texts: { table: lines } }
}

export function tableNames(): string {
  return tables.map(({ name }) => name).join(', ')
}

function listView(kind: string, columns: readonly ViewColumn[], rows: readonly (readonly Cell[])[]): View {
  const document = () => ({
    value: rows.map((cells) => Object.fromEntries(columns.map(({ key }, at) => [key, cells[at] ?? null]))),
  })
  return {
    kind,
    columns,
    rows: rows.map((cells) => ({ name: String(cells[0]), cells })),
    document,
    raw: document,
    notes: [],
    empty: '',
  }
}
