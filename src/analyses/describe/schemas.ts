import type { AnswerSchema } from '../../schema/answer-schema.ts'
import { listOf, record, text } from '../../schema/json-schema.ts'
import { descriptionColumns } from './description-view.ts'

/** `describe`: the configuration related to a pod or a service. */
export const describeSchema: AnswerSchema = {
  name: 'describe',
  title: 'A piece of configuration related to a pod or a service',
  kind: 'description',
  columns: [descriptionColumns],
  document: {
    title: 'Configuration related to a pod or a service',
    schema: listOf(record({ part: text, name: text, summary: text, object: text })),
  },
}
