import { type Json, type JsonObject, stringOf } from '../envoy/json.ts'
import { hostAddressText, hostsOfStatus } from '../envoy/model/hosts.ts'
import { adminReply, clusterStatusesOf } from '../envoy/proto-json/admin-reply.ts'
import { hostCounts } from '../envoy/proto-json/host-counts.ts'
import { toCamelCase } from '../envoy/proto-json/proto-json.ts'
import type { View, ViewColumn } from '../view.ts'

const message = 'envoy.admin.v3.ClusterStatus'

/** The numbers Envoy keeps for each host. https://www.envoyproxy.io/docs/envoy/latest/operations/admin#get--clusters */
const numbers = [
  'cx_active',
  'cx_total',
  'cx_connect_fail',
  'rq_active',
  'rq_total',
  'rq_success',
  'rq_error',
  'rq_timeout',
]

/** Columns of upstream hosts. */
export const hostColumns: readonly ViewColumn[] = [
  { header: 'CLUSTER', key: 'cluster' },
  { header: 'ENDPOINT', key: 'endpoint' },
  ...numbers.map((name) => ({
    header: name.toUpperCase().replaceAll('_', ' '),
    key: camelKey(name),
    types: ['number'] as const,
  })),
]

/**
 * Connections and requests of each upstream host, from `/clusters?format=json`.
 * @param wanted decides which clusters are shown, by name
 */
export function clusterStatsView(document: Json, label: string, wanted: (cluster: string) => boolean): View {
  const statuses = clusterStatusesOf(document).filter(({ name }) => wanted(stringOf(name) ?? ''))
  return {
    kind: 'host',
    columns: hostColumns,
    rows: statuses.flatMap((status) => {
      const cluster = stringOf(status.name) ?? ''
      return hostsOfStatus(status).map((host) => ({
        name: cluster,
        cells: [cluster, hostAddressText(host), ...numbersOf(host.source)],
      }))
    }),
    document: () => ({
      value: { clusterStatuses: statuses.map((status) => toCamelCase(status, message)) },
    }),
    raw: () => ({ value: { ...adminReply(document, 'Clusters'), cluster_statuses: statuses } }),
    notes: [],
    empty: `No upstream hosts found in ${label}.`,
  }
}

/** Envoy leaves a number that is 0 out. */
function numbersOf(host: JsonObject): number[] {
  const found = hostCounts(host)
  return numbers.map((name) => found.get(name) ?? 0)
}

function camelKey(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
