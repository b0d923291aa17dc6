import type { ViewColumn } from '../../view.ts'
import { rowVersion } from '../jsonl.ts'
import { type JsonSchema, text } from './json-schema.ts'

/** The rows that a command prints with `-o jsonl`. */
export interface RowKind {
  /** The value of `kind` in each row. */
  readonly kind: string
  /** The columns; several lists where a flag or the input chooses between them. */
  readonly columns: readonly (readonly ViewColumn[])[]
  /** Keys that depend on what is shown: a text or null under any other name. */
  readonly open?: boolean
}

/** The schema of one row: a key is required when every list of columns has it. */
export function rowSchema({ kind, columns, open }: RowKind): JsonSchema {
  const all = new Map(columns.flat().map((column) => [column.key, cell(column)]))
  const always = [...all.keys()].filter((key) => columns.every((list) => list.some((column) => column.key === key)))
  return {
    type: 'object',
    properties: {
      schema: { const: rowVersion },
      kind: { const: kind },
      resource: { type: ['string', 'null'], description: 'Name of the resource; null where it has none' },
      ...(all.has('proxy')
        ? {}
        : { proxy: { ...text, description: 'Whose row it is, when several proxies are shown' } }),
      ...Object.fromEntries(all),
    },
    required: ['schema', 'kind', 'resource', ...always],
    ...(open ? { additionalProperties: { type: ['string', 'null'] } } : {}),
  }
}

function cell({ header, types = ['string'] }: ViewColumn): JsonSchema {
  return { type: [...types, 'null'], description: header }
}
