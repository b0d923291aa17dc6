import type { AnswerSchema } from '../schema/answer-schema.ts'
import { assignedEndpoints } from './endpoints.ts'
import { resourceKinds } from './index.ts'
import { viewColumns } from './resource-table.ts'

/** What is shown of resources; their documents are Envoy's own. */
export const resourceSchemas: readonly AnswerSchema[] = resourceKinds.map((resourceKind) => ({
  name: resourceKind.name,
  title: resourceKind.title,
  kind: resourceKind.kind,
  columns: [
    resourceKind,
    resourceKind.compact,
    resourceKind.entries === 'clusterStatuses' ? assignedEndpoints : undefined,
  ].flatMap((each) => (each === undefined ? [] : [viewColumns(each)])),
}))
