import { graphView } from '../graph/graph-view.ts'
import { traceView } from '../trace/trace-view.ts'
import type { PageView } from '../view.ts'
import { overview } from './overview.ts'
import { proxyView } from './proxy.ts'
import { kindTable } from './resources/kind-table.ts'
import { rawResource } from './resources/raw-resource.ts'

/** THE list of views: the first that shows a place is taken. */
export const views: readonly PageView[] = [traceView, graphView, rawResource, kindTable, proxyView, overview]
