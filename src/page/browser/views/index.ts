import { graphView } from '../graph/graph-view.ts'
import { traceView } from '../trace/trace-view.ts'
import type { PageView } from '../view.ts'
import { diffPlace } from './diff.ts'
import { meshTables } from './mesh-tables.ts'
import { overview } from './overview/overview.ts'
import { kindTable } from './proxy/kind.ts'
import { resourcePlace } from './proxy/resource.ts'
import { proxySummary } from './proxy/summary.ts'

/** THE list of views: the first that shows a place is taken. */
export const views: readonly PageView[] = [
  overview,
  ...meshTables,
  diffPlace,
  traceView,
  graphView,
  proxySummary,
  kindTable,
  resourcePlace,
]
