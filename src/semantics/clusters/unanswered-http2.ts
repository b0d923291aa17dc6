import { type JsonObject, objectsOf } from '../../envoy/json.ts'
import { upstreamProtocol } from '../../envoy/model/upstream-protocol.ts'
import { hostCounts } from '../../envoy/proto-json/host-counts.ts'

/** Fewer failed requests may have another cause. */
const leastFailed = 5

/**
 * How many requests a cluster that speaks HTTP/2 has sent of which none was answered, though connections could be made: its servers do not
 * speak it. Undefined where some were answered, few were sent, or the cluster speaks something else.
 * @param status `envoy.admin.v3.ClusterStatus` of the cluster, from `/clusters`
 */
export function unansweredHttp2(cluster: JsonObject, status: JsonObject | undefined): number | undefined {
  if (upstreamProtocol(cluster) !== 'HTTP/2') return undefined
  const all = objectsOf(status?.host_statuses).map(hostCounts)
  const sum = (stat: string) => all.reduce((total, counts) => total + (counts.get(stat) ?? 0), 0)
  const failed = sum('rq_error')
  return sum('rq_success') === 0 && failed >= leastFailed && sum('cx_connect_fail') === 0 ? failed : undefined
}
