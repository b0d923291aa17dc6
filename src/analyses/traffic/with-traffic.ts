import type { AnyResourceKind, Column, Row } from '../../resources/resource-kind.ts'
import { clusterColumns } from './cluster-traffic.ts'
import { endpointColumns } from './endpoint-traffic.ts'
import type { TrafficReadings } from './readings.ts'
import { routeColumns } from './route-traffic.ts'

/** Columns of what a proxy counts, by the name of the kind. */
const columnsOf: ReadonlyMap<string, (readings: TrafficReadings) => readonly Column<Row>[]> = new Map([
  ['clusters', clusterColumns],
  ['endpoints', endpointColumns],
  ['routes', routeColumns],
])

/** Columns that say nothing of traffic: a table is wide enough without them. */
const leftToWide: ReadonlySet<string> = new Set(['TYPE', 'DESTINATION RULE', 'VIRTUAL SERVICE'])

/** The kind with columns of what the proxy counts, behind its own. */
export function withTraffic(resourceKind: AnyResourceKind, readings: TrafficReadings): AnyResourceKind {
  const columns = columnsOf.get(resourceKind.name)?.(readings) ?? []
  const own = resourceKind.columns.map((column) =>
    leftToWide.has(column.header) ? { ...column, wide: true as const } : column,
  )
  return { ...resourceKind, columns: [...own, ...columns] }
}
