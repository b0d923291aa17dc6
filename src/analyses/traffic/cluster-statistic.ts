import type { JsonObject } from '../../envoy/json.ts'
import { clusterStatPrefix } from '../../envoy/proto-json/stats-reply.ts'
import { statistic, type TrafficReadings } from './readings.ts'

/**
 * A statistic of a cluster; undefined where the proxy does not keep it, which shows by requests that hosts count and it does not.
 * @param resource the `envoy.config.cluster.v3.Cluster`, as far as it is known
 */
export function clusterStatistic(
  name: string,
  resource: JsonObject,
  counter: string,
  readings: TrafficReadings,
): number | undefined {
  const prefix = clusterStatPrefix(name, resource)
  const { hosts, stats } = readings.last
  const hasRequests = (hosts.get(name) ?? []).some(
    ({ counts }) => (counts.get('rq_total') ?? 0) + (counts.get('rq_error') ?? 0) > 0,
  )
  const isCounted = (last: string) => stats?.has(prefix + last) === true
  const isKept = !hasRequests || isCounted('upstream_rq_total') || isCounted('upstream_rq_completed')
  return isKept ? statistic(`${prefix}${counter}`, readings) : undefined
}
