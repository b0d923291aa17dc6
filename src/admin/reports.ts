import type { Report } from '../report/report.ts'
import { loggers } from './loggers.ts'
import { serverFacts } from './server-facts.ts'
import { hostStatistics, serverStatistics } from './statistics.ts'

/** What is shown of the small admin pages. */
export const adminReports: readonly Report[] = [serverFacts, serverStatistics, hostStatistics, loggers].map(
  ({ report }) => report,
)
