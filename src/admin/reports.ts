import type { Report } from '../report/report.ts'
import { hostColumns } from './cluster-stats.ts'
import { factColumns } from './info-view.ts'
import { changedLoggerColumns, loggerColumns } from './loggers-view.ts'
import { statColumns } from './server-stats.ts'

/** What is shown of the small admin pages. */
export const adminReports: readonly Report[] = [
  { name: 'info', title: 'A fact of the server', kind: 'fact', columns: [factColumns] },
  { name: 'stats', title: 'A statistic', kind: 'stat', columns: [statColumns] },
  {
    name: 'stats-clusters',
    title: 'An upstream host (stats --type clusters)',
    kind: 'host',
    columns: [hostColumns],
  },
  { name: 'log', title: 'A logger', kind: 'logger', columns: [loggerColumns, changedLoggerColumns] },
]
