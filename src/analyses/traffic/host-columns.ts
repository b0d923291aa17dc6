import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import type { Column, Row } from '../../resources/resource-kind.ts'
import type { HostTraffic } from './host-traffic.ts'
import { counterColumn, gaugeColumn } from './traffic-column.ts'

/** Columns of what hosts count: of one for `endpoints`, of all of a cluster for `clusters`. */
export function hostColumns<R extends Row>(
  trafficOf: (row: R) => HostTraffic | undefined,
  isRate: boolean,
): readonly Column<R>[] {
  const ofRow = memoizeByObject(trafficOf)
  const value = (name: keyof HostTraffic) => (row: R) => ofRow(row)?.[name]
  return [
    counterColumn({ header: 'REQUESTS', value: value('requests') }, isRate),
    counterColumn({ header: 'ERRORS', value: value('errors'), isFault: true }, isRate),
    counterColumn({ header: 'TIMEOUTS', value: value('timeouts'), rare: true, isFault: true }, isRate),
    counterColumn(
      { header: 'FAILED CONNECTIONS', value: value('failedConnections'), rare: true, isFault: true },
      isRate,
    ),
    gaugeColumn({ header: 'ACTIVE', value: value('active') }),
    gaugeColumn({ header: 'PENDING', value: value('pending'), rare: true }),
    { ...gaugeColumn({ header: 'CONNECTIONS', value: value('connections') }), wide: true },
  ]
}
