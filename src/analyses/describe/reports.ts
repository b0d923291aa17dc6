import { listOf, record, text } from '../../report/json-schema.ts'
import type { Report } from '../../report/report.ts'
import { concernColumns } from './concerns-view.ts'

/** `describe`: what concerns a pod or a service. */
export const describeReport: Report = {
  name: 'describe',
  title: 'A piece of configuration that concerns a pod or a service',
  kind: 'concern',
  columns: [concernColumns],
  document: {
    title: 'What concerns a pod or a service',
    schema: listOf(record({ part: text, name: text, does: text, object: text })),
  },
}
