import { nodeOf } from '../envoy/dump/bootstrap-node.ts'
import type { ConfigDump, Entry } from '../envoy/dump/config-dump.ts'
import { isObject, objectOf, stringOf } from '../envoy/json.ts'
import { clusterName } from '../envoy/model/names.ts'
import { type Cell, cellValue, type ViewColumn } from '../view.ts'
import type { Column, Row } from './resource-kind.ts'

/** What the column of the API object is called where it is none of Istio's. */
export const objectHeader = 'OBJECT'

/**
 * Whether an entry is one that istiod makes: by the version that istiod gives its updates (`2025-11-01T08:58:12Z/31`), by the name
 * of a cluster, or by its metadata.
 */
export function isIstioEntry({ name, version, resource }: Entry): boolean {
  return (
    /^\d{4}-\d\d-\d\dT[\d:]+Z\/\d+/.test(version ?? '') ||
    clusterName(name).direction !== undefined ||
    /^(?:BlackHoleCluster|(?:Inbound)?PassthroughCluster.*|virtual(?:In|Out)bound|ROOTCA)$/.test(name) ||
    isObject(objectOf(objectOf(resource.metadata).filter_metadata).istio)
  )
}

/** A cluster of Istio's in a cell: `Cluster: outbound|9080||reviews.default.svc.cluster.local`. */
const istioCluster = /(?:^|[\s,])(?:in|out)bound(?:-vip)?\|\d+\|/

/** Whether rows show what istiod has made, or the proxy introduces itself as one of Istio's: `sidecar~10.1.0.5~web.default~…`. */
export function showsIstio(lines: readonly Line[], dump: ConfigDump): boolean {
  return (
    lines.some(({ cells }) => cells.some((cell) => typeof cell === 'string' && istioCluster.test(cell))) ||
    /^(?:sidecar|ingress|router|waypoint|ztunnel)~/.test(stringOf(nodeOf(dump).id) ?? '')
  )
}

interface Line {
  readonly cells: readonly Cell[]
}

/**
 * The view's columns and cells for a proxy of another control plane than Istio: a column of an Istio kind is called OBJECT (its key
 * stays), and a column without any value is left to `-o wide`.
 */
export function othersTable<L extends Line>(
  kinds: readonly Column<Row>[],
  columns: readonly ViewColumn[],
  lines: readonly L[],
): { columns: ViewColumn[]; lines: L[] } {
  const own = lines.map((line) => ({
    ...line,
    cells: line.cells.map((cell, at) => (cell === kinds[at]?.istio?.withoutObject ? undefined : cell)),
  }))
  const isEmpty = (at: number) => own.length > 0 && own.every(({ cells }) => cellValue(cells[at]) === undefined)
  return {
    columns: columns.map((column, at) => ({
      ...column,
      ...(kinds[at]?.istio === undefined ? {} : { header: objectHeader }),
      ...(isEmpty(at) ? { wide: true } : {}),
    })),
    lines: own,
  }
}
