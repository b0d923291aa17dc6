import type { Report } from '../report/report.ts'
import { authzReports } from './authz/reports.ts'
import { describeReports } from './describe/reports.ts'
import { diffReports } from './diff/reports.ts'
import { statusReports } from './status/reports.ts'
import { traceReports } from './trace/report/reports.ts'

/** What is shown of the analyses whose commands ask more than proxies: clusters, control planes, files of requests. */
export const ownReports: readonly Report[] = [
  ...traceReports,
  ...statusReports,
  ...diffReports,
  ...describeReports,
  ...authzReports,
]
