import type { Report } from '../report/report.ts'
import { difference } from './compare/difference.ts'
import { description } from './describe/description.ts'
import { syncDifference } from './diff/sync-difference.ts'
import { logExplanation } from './explain/log-explanation.ts'
import { meshSync } from './status/mesh-sync.ts'
import { casesReport } from './trace/report/reports.ts'
import { requestTrace } from './trace/report/traced-request.ts'
import { waitReport } from './wait/wait-report.ts'
import { watchReport } from './watch/watch-report.ts'

/** What is shown of the analyses whose commands ask more than proxies: clusters, control planes, files of requests. */
export const ownReports: readonly Report[] = [
  requestTrace.report,
  casesReport,
  meshSync.report,
  syncDifference.report,
  difference.report,
  watchReport,
  waitReport,
  description.report,
  logExplanation.report,
]
