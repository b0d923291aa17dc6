import { type View, type ViewColumn, withTones } from '../../view.ts'
import type { MeshStatus } from './mesh-status.ts'
import { overallStatus, type ProxyStatus, statusCell, statusOf, statusTone } from './proxy-status.ts'
import { rejectionNotes } from './refusal.ts'
import { typeColumns } from './xds-types.ts'

/** The columns of proxies; a table leaves some of them to `-o wide`. @param types xDS types, a column each */
export function meshColumns(types: readonly string[]): ViewColumn[] {
  return [
    { header: 'NAME', key: 'name' },
    { header: 'CLUSTER', key: 'cluster', missing: '-' },
    { header: 'TYPE', key: 'type', missing: '-', wide: true },
    { header: 'STATUS', key: 'status' },
    ...types.map((type) => ({ header: type, key: type.toLowerCase() })),
    { header: 'CONTROL PLANE', key: 'controlPlane', missing: '-' },
    { header: 'ISTIOD', key: 'istiod', missing: '-' },
    { header: 'VERSION', key: 'version', missing: '-' },
  ]
}

/** The table that everyone types first: a row per proxy, a column per xDS type; of proxies without any, their one status. */
export function meshView({ proxies }: MeshStatus, raw: () => unknown): View {
  const used = new Set(proxies.flatMap(({ types }) => [...types.keys()]))
  const types = typeColumns(used, true)
  const shown = new Set(typeColumns(used, false).filter((type) => isTelling(type, proxies)))
  const wide = new Set([
    ...(proxies.length === 0 || proxies.some(({ cluster }) => cluster) ? [] : ['cluster']),
    ...(shown.size === 0 ? [] : ['status']),
    ...types.filter((type) => !shown.has(type)).map((type) => type.toLowerCase()),
    ...(proxies.some(({ istiod }) => istiod !== undefined) ? [] : ['istiod']),
    ...(proxies.some(({ controlPlane }) => controlPlane !== undefined) ? [] : ['controlPlane']),
  ])
  return {
    kind: 'pod',
    columns: meshColumns(types).map((column) => (wide.has(column.key) ? { ...column, wide: true } : column)),
    rows: proxies.map((proxy) => ({
      name: proxy.name,
      cells: [
        proxy.name,
        proxy.cluster,
        proxy.proxyType,
        overallStatus(proxy),
        ...types.map((type) => statusCell(proxy, type)),
        proxy.controlPlane ?? (proxy.istiod === undefined ? undefined : 'Istio'),
        proxy.istiod,
        proxy.version,
      ],
      state: stateOf(proxy),
      ...withTones({
        status: statusTone(overallStatus(proxy)),
        ...Object.fromEntries(types.map((type) => [type.toLowerCase(), statusTone(statusOf(proxy, type))])),
      }),
    })),
    document: () => ({ list: proxies.map(document) }),
    rowItems: async () => proxies.map(document),
    raw: () => ({ value: raw() }),
    notes: [],
    empty: 'No proxies found.',
  }
}

/** All that the row shows but ages. */
function stateOf(proxy: ProxyStatus): string {
  const { cluster, proxyType, controlPlane, istiod, version, types } = proxy
  const each = [...types].map(([type, { status, percent }]) => [type, status, percent ?? null])
  return JSON.stringify([overallStatus(proxy), each, cluster, proxyType, controlPlane, istiod, version])
}

const core = new Set(['CDS', 'LDS', 'EDS', 'RDS', 'ECDS'])

/** Further types are left to `-o wide` while they are in sync and not all that a proxy has (a ztunnel has WDS and WADS). */
function isTelling(type: string, proxies: readonly ProxyStatus[]): boolean {
  if (core.has(type)) return true
  return proxies.some(({ types }) => {
    const status = types.get(type)?.status
    if (status === undefined) return false
    return status !== 'SYNCED' || ![...types.keys()].some((other) => core.has(other))
  })
}

/** A proxy in `-o json`. */
function document(proxy: ProxyStatus): unknown {
  const { name, context, namespace, cluster, proxyType, istiod, version, connected, types, notes } = proxy
  const { controlPlane, controlPlanePod } = proxy
  const allNotes = [...notes, ...rejectionNotes(proxy)]
  return {
    name,
    context,
    namespace,
    cluster,
    type: proxyType,
    istiod,
    controlPlane,
    controlPlanePod,
    version,
    connected: connected ?? null,
    status: overallStatus(proxy),
    types: Object.fromEntries(
      [...types].map(([type, { status, sentTime, age, error, acceptedBefore, percent, differs, pastRejections }]) => [
        type,
        { status, sentTime: sentTime?.toISOString(), age, percent, error, acceptedBefore, differs, pastRejections },
      ]),
    ),
    ...(allNotes.length === 0 ? {} : { notes: allNotes }),
  }
}
