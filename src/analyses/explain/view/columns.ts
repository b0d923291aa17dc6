import type { ViewColumn } from '../../../view.ts'

/** Columns of kinds of failures. */
export const failureColumns: readonly ViewColumn[] = [
  { header: 'COUNT', key: 'count', types: ['number'] },
  { header: 'CODE', key: 'code', missing: '-' },
  { header: 'FLAGS', key: 'flags', missing: '-' },
  { header: 'DETAILS', key: 'details', missing: '-' },
  { header: 'CLUSTER', key: 'cluster', missing: '-' },
  { header: 'CAUSE', key: 'cause' },
  { header: 'ENDED BY', key: 'endedBy' },
  { header: 'CERTAINTY', key: 'certainty', wide: true },
  { header: 'HOSTS', key: 'hosts', missing: '-', wide: true },
  { header: 'ROUTES', key: 'routes', missing: '-', wide: true },
  { header: 'FIRST', key: 'first', missing: '-', wide: true },
  { header: 'LAST', key: 'last', missing: '-', wide: true },
  { header: 'ADVICE', key: 'advice', missing: '-', wide: true },
]
