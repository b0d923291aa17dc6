import { clusterStatsView } from '../../admin/cluster-stats.ts'
import { infoView } from '../../admin/info-view.ts'
import { changedLoggersView, loggersView } from '../../admin/loggers-view.ts'
import { serverStatsView } from '../../admin/server-stats.ts'
import { answerView } from '../../analyses/authz/answer-view.ts'
import { policiesView } from '../../analyses/authz/policies-view.ts'
import { concernsView } from '../../analyses/describe/concerns-view.ts'
import { diffView } from '../../analyses/diff/diff-view.ts'
import { meshView } from '../../analyses/status/mesh-view.ts'
import { traceView } from '../../analyses/trace/report/trace-view.ts'
import { SectionDump } from '../../envoy/dump/section-dump.ts'
import type { RowKind } from '../../output/schemas/row.ts'
import { assignedEndpoints } from '../../resources/endpoints.ts'
import { expiringView } from '../../resources/expiring-view.ts'
import { resourceKinds } from '../../resources/index.ts'
import { viewColumns } from '../../resources/resource-view.ts'
import { secrets } from '../../resources/secrets.ts'
import { trustView } from '../../resources/trust-view.ts'
import type { View, ViewColumn } from '../../view.ts'
import { ztunnelKinds } from '../../ztunnel/index.ts'

/** Rows of a command with `-o jsonl`. */
export interface DocumentedRows extends RowKind {
  readonly name: string
  readonly title: string
}

const epoch = new Date(0)
const noPages = { server_info: undefined, memory: undefined, listeners: undefined, init_dump: undefined }
const noAnswer = {
  verdict: 'undecided',
  policy: undefined,
  reason: { code: '', args: {}, text: '' },
  steps: [],
} as const

/** Every kind of row. A view of nothing has its columns, so that what is documented is what is printed. */
export function rowKinds(): DocumentedRows[] {
  const noDump = new SectionDump([])
  return [
    ...resourceKinds.map((resourceKind) => ({
      name: resourceKind.name,
      title: resourceKind.title,
      kind: resourceKind.kind,
      columns: [
        resourceKind,
        resourceKind.compact,
        resourceKind.entries === 'clusterStatuses' ? assignedEndpoints : undefined,
      ].flatMap((each) => (each === undefined ? [] : [viewColumns(each)])),
    })),
    {
      ...rows(
        'status',
        'A proxy of the mesh',
        meshView({ proxies: [], rejections: [], counts: {} }, () => []),
      ),
      open: true,
    },
    rows(
      'diff',
      'A difference between the control plane and Envoy (status POD)',
      diffView({ kinds: [], match: true }, { controlPlane: noDump, envoy: noDump }),
    ),
    rows('trace', 'A listener on the way of a request', traceView([], false, [])),
    rows('certs', 'A certificate', expiringView(emptyView(viewColumns(secrets)), { now: epoch, within: undefined })),
    rows('rootca-compare', 'Two proxies, and whether they trust each other', trustView([], epoch)),
    rows('describe', 'A piece of configuration that concerns a pod or a service', concernsView([], '')),
    rows('authz', 'An authorization policy', policiesView([], '')),
    rows('authz-request', 'What a filter says to a request (authz --request)', answerView(noAnswer)),
    rows('info', 'A fact of the server', infoView(noPages, '')),
    rows('stats', 'A statistic', serverStatsView([], {}, '')),
    rows(
      'stats-clusters',
      'An upstream host (stats --type clusters)',
      clusterStatsView({}, '', () => true),
    ),
    {
      ...rows('log', 'A logger', loggersView(new Map(), '')),
      columns: [loggersView(new Map(), ''), changedLoggersView(new Map(), new Map(), '')].map(({ columns }) => columns),
    },
    ...ztunnelKinds.map(({ name, title, kind, columns }) => ({
      name: `ztunnel-${name}`,
      title: `ztunnel: ${title}`,
      kind,
      columns: [columns],
    })),
  ]
}

function rows(name: string, title: string, { kind, columns }: View): DocumentedRows {
  return { name, title, kind, columns: [columns] }
}

function emptyView(columns: readonly ViewColumn[]): View {
  const nothing = () => ({ value: null })
  return { kind: '', columns, rows: [], document: nothing, raw: nothing, notes: [], empty: '' }
}
