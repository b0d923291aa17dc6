import type { AnswerColumn } from '../../sql/protocol.ts'
import type { SqlValue } from '../../sql/table.ts'
import type { View, ViewColumn } from '../../view.ts'

/** The columns of an answer. Names that come twice get a number: `name`, `name_2`. */
export function answerColumns(columns: readonly AnswerColumn[]): readonly ViewColumn[] {
  const taken = new Set<string>()
  return columns.map(({ name, type }) => {
    let key = name
    for (let count = 2; taken.has(key); count++) key = `${name}_${count}`
    taken.add(key)
    const types = type === 'NUMERIC' ? 'number' : type === 'BOOLEAN' ? 'boolean' : undefined
    return { header: headerOf(key), key, ...(types === undefined ? {} : { types: [types] }) }
  })
}

/** `serviceFqdn` as a table has it: `SERVICE FQDN`. */
function headerOf(name: string): string {
  return name
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toUpperCase()
}

/** Rows of an answer. What a program reads of them has the names of the statement, and nothing else. */
export function answerView(columns: readonly ViewColumn[], rows: readonly (readonly SqlValue[])[]): View {
  function* records(): Generator<object> {
    for (const row of rows) yield Object.fromEntries(columns.map(({ key }, at) => [key, row[at] ?? null]))
  }
  return {
    kind: 'row',
    columns,
    rows: rows.map((row) => ({ name: String(row[0] ?? ''), cells: row.map((value) => value ?? undefined) })),
    records,
    document: () => ({ list: records() }),
    raw: () => ({ list: records() }),
    notes: [],
    empty: 'No rows.',
    isRedacted: true,
  }
}
