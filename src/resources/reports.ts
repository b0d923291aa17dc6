import type { Report } from '../report/report.ts'
import { assignedEndpoints } from './endpoints.ts'
import { resourceKinds } from './index.ts'
import { viewColumns } from './resource-table.ts'

/** What is shown of resources; their documents are Envoy's own. */
export const resourceReports: readonly Report[] = resourceKinds.map((resourceKind) => ({
  name: resourceKind.name,
  title: resourceKind.title,
  kind: resourceKind.kind,
  columns: [
    resourceKind,
    resourceKind.compact,
    resourceKind.entries === 'clusterStatuses' ? assignedEndpoints : undefined,
  ].flatMap((each) => (each === undefined ? [] : [viewColumns(each)])),
}))
