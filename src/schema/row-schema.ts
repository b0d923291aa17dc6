import type { ViewColumn } from '../view.ts'
import { type AnswerSchema, rowVersion } from './answer-schema.ts'
import { type JsonSchema, text } from './json-schema.ts'

/** The schema of one row: a key is required when every list of columns has it. */
export function rowSchema({ kind, columns, open, record }: AnswerSchema): JsonSchema {
  const head = { schema: { const: rowVersion }, kind: { const: kind } }
  if (record !== undefined) return record(head)
  const all = new Map(columns.flat().map((column) => [column.key, cell(column)]))
  const always = [...all.keys()].filter((key) => columns.every((list) => list.some((column) => column.key === key)))
  return {
    type: 'object',
    properties: {
      ...head,
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
