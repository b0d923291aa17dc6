import type { AnswerSchema } from '../../../schema/answer-schema.ts'
import { rowVersion } from '../../../schema/answer-schema.ts'
import { integer, listOf, record, text } from '../../../schema/json-schema.ts'
import type { ViewColumn } from '../../../view.ts'

/** What stands in front of a row that several proxies have. */
export const foldedColumns: readonly ViewColumn[] = [
  { header: 'PROXIES', key: 'presence' },
  { header: 'COUNT', key: 'count', types: ['number'], wide: true },
  { header: 'OF', key: 'of', types: ['number'], wide: true },
]

const names = { type: ['array', 'null'], items: text }

const folded = {
  ...record({
    schema: { const: rowVersion },
    kind: { ...text, description: 'Of the rows' },
    resource: { type: ['string', 'null'], description: 'Name of the resource; null where it has none' },
    presence: { ...text, description: 'How many proxies have the row, and which where they are few' },
    count: { ...integer, description: 'Proxies that have it' },
    of: { ...integer, description: 'Proxies that were read' },
    proxies: { ...names, description: 'Those that have it, where they are at most half' },
    missing: { ...names, description: 'Those that do not have it, where they are fewer than half' },
  }),
  additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
}

/** What `--group` and `--odd` print: beside these keys each row has those of its kind that the table shows. */
export const foldedSchema: AnswerSchema = {
  name: 'group',
  title: 'A row of --group or --odd: what several proxies have, once; the other keys are the columns of the kind',
  kind: 'group',
  columns: [foldedColumns],
  record: () => folded,
  document: { title: 'Rows of --group or --odd', schema: listOf(folded) },
}
