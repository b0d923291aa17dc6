import type { HostRow } from '../../resources/endpoints.ts'
import type { Column } from '../../resources/resource-kind.ts'
import { hostColumns } from './host-columns.ts'
import { type HostTraffic, hostTraffic } from './host-traffic.ts'
import type { TrafficReadings } from './readings.ts'

/** What the hosts of `endpoints` count. */
export function endpointColumns(readings: TrafficReadings): readonly Column<HostRow>[] {
  const traffic = ({ entry, host }: HostRow): HostTraffic | undefined => host && hostTraffic(entry.name, host, readings)
  return hostColumns(traffic, readings.seconds !== undefined)
}
