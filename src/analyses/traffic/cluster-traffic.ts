import type { Column, Row } from '../../resources/resource-kind.ts'
import { limitsInUse } from '../../semantics/clusters/limits-in-use.ts'
import { type LimitInUse, limitNouns } from '../../semantics/reasons/limit-in-use.ts'
import { clusterStatistic } from './cluster-statistic.ts'
import { hostColumns } from './host-columns.ts'
import { clusterTraffic } from './host-traffic.ts'
import type { TrafficReadings } from './readings.ts'
import { counterColumn, gaugeColumn } from './traffic-column.ts'

/** What the clusters of `clusters` count, and how near their circuit breakers are. */
export function clusterColumns(readings: TrafficReadings): readonly Column<Row>[] {
  const isRate = readings.seconds !== undefined
  const hosts = ({ entry }: Row) => readings.last.hosts.get(entry.name)
  const ofStats =
    (counter: string) =>
    ({ entry }: Row) =>
      clusterStatistic(entry.name, entry.resource, counter, readings)
  return [
    ...hostColumns(({ entry }: Row) => clusterTraffic(entry.name, readings), isRate),
    counterColumn({ header: 'RETRIES', value: ofStats('upstream_rq_retry'), rare: true }, isRate),
    counterColumn(
      { header: 'OVERFLOWS', value: ofStats('upstream_rq_pending_overflow'), rare: true, isFault: true },
      isRate,
    ),
    gaugeColumn({ header: 'HOSTS', value: (row) => hosts(row)?.length }),
    gaugeColumn({
      header: 'EJECTED',
      value: (row) => hosts(row)?.filter(({ host }) => host.ejected).length,
      isFault: true,
    }),
    {
      header: 'NEAREST LIMIT',
      value: ({ entry }) => limitText(nearestLimit(entry.name, readings)),
      missing: '-',
      tone: ({ entry }) => (shareOf(nearestLimit(entry.name, readings)) >= 0.8 ? 'warning' : undefined),
    },
  ]
}

/** Istio's way to say that there is no limit. */
const unlimited = 4_294_967_295

/** The circuit breaker of which the largest share is in use; of none that is chosen undefined. */
function nearestLimit(cluster: string, { last }: TrafficReadings): LimitInUse | undefined {
  return (['DEFAULT', 'HIGH'] as const)
    .flatMap((priority) => limitsInUse(cluster, last.statuses, priority))
    .filter(({ max }) => max < unlimited)
    .toSorted((a, b) => shareOf(b) - shareOf(a) || a.max - b.max)[0]
}

/** A limit of 0 is always reached. */
function shareOf(limit: LimitInUse | undefined): number {
  if (limit === undefined) return 0
  return limit.max === 0 ? 1 : limit.inUse / limit.max
}

/** `3 of 100 requests` */
function limitText(limit: LimitInUse | undefined): string | undefined {
  return limit && `${limit.inUse} of ${limit.max} ${limitNouns[limit.limit]}`
}
