import type { Tone } from '../../../../view.ts'
import { fragmentOf } from '../../../read/place.ts'
import { syncStates } from '../../mesh.ts'
import type { PageData, PageProxy } from '../../proxies.ts'
import type { TableColumn, TableRow } from '../../table/table-model.ts'

const columns: readonly TableColumn[] = [
  { header: 'PROXY', key: 'proxy' },
  { header: 'NAMESPACE', key: 'namespace' },
  { header: 'WORKLOAD', key: 'workload' },
  { header: 'SYNC', key: 'sync' },
  { header: 'FINDINGS', key: 'findings' },
  { header: 'REJECTED', key: 'rejected' },
  { header: 'ENVOY', key: 'envoyVersion' },
  { header: 'CONTROL PLANE', key: 'controlPlane' },
  { header: 'CLUSTERS', key: 'clusters' },
  { header: 'LISTENERS', key: 'listeners' },
  { header: 'ROUTES', key: 'routes' },
  { header: 'ENDPOINTS', key: 'endpoints', wide: true },
  { header: 'NODE', key: 'node', wide: true },
  { header: 'KUBE CLUSTER', key: 'context', wide: true },
  { header: 'READ', key: 'readAt', wide: true },
]

/** Every proxy of the page. */
export function proxiesTable(page: PageData) {
  const states = syncStates(page)
  const findings = findingsOf(page)
  const hasContexts = page.proxies.some(({ facts }) => facts.context !== undefined)
  const rows = page.proxies.map(({ id, facts }, at): TableRow => {
    const sync = states.get(facts.id)
    const tones: Record<string, Tone> = {}
    if (sync?.tone !== undefined) tones.sync = sync.tone
    if (facts.rejected > 0) tones.rejected = 'bad'
    const found = findings.get(at)
    if (found?.tone !== undefined) tones.findings = found.tone
    return {
      href: fragmentOf(['proxy', id]),
      tones,
      cells: [
        id,
        facts.namespace,
        facts.workload,
        sync?.status,
        found?.count ?? 0,
        facts.rejected,
        facts.envoyVersion,
        controlPlaneText(facts),
        facts.counts.clusters,
        facts.counts.listeners,
        facts.counts.routes,
        facts.counts.endpoints,
        facts.node,
        facts.context,
        facts.readAt,
      ],
    }
  })
  return {
    caption: 'Proxies',
    columns: columns.map((column) => (column.key === 'context' && hasContexts ? { ...column, wide: false } : column)),
    rows,
    empty: 'No proxy could be read.',
  }
}

/** `Istio 1.31.0` */
export function controlPlaneText({ controlPlane, controlPlaneVersion }: PageProxy['facts']): string | undefined {
  return [controlPlane, controlPlaneVersion].filter(Boolean).join(' ') || undefined
}

/** Findings of each proxy, those of the fleet among them, by its place, with the worst tone. */
function findingsOf({ index }: PageData): ReadonlyMap<number, { count: number; tone: Tone | undefined }> {
  const found = new Map<number, { count: number; tone: Tone | undefined }>()
  for (const { proxies = [], tones } of [...(index.tables.findings?.rows ?? []), ...(index.tables.fleet?.rows ?? [])])
    for (const at of proxies) {
      const known = found.get(at) ?? { count: 0, tone: undefined }
      known.count += 1
      if (known.tone !== 'bad') known.tone = tones?.severity ?? known.tone
      found.set(at, known)
    }
  return found
}
