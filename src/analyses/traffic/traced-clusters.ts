import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import type { JsonObject } from '../../envoy/json.ts'
import type { Trace } from '../../walk/trace-result.ts'
import { clusterStatistic } from './cluster-statistic.ts'
import { clusterTraffic } from './host-traffic.ts'
import type { TrafficReadings } from './readings.ts'
import type { TrafficSample } from './sample.ts'

/** What a cluster on the way of a request has counted, beside the attempts that the route allows. */
export interface TracedCluster {
  readonly cluster: string
  /** Requests to its hosts and their errors, each attempt one; absent where `/clusters` is not known. */
  readonly attempts?: number
  readonly errors?: number
  /** Requests of clients and the retries of them, of this cluster by whatever route; absent where the proxy does not keep them. */
  readonly requests?: number
  readonly retries?: number
  /** The most attempts that the route makes of one request: 1 without retries. */
  readonly maxAttempts: number
}

/** The clusters on the way of a traced request through one proxy, each once. */
export function tracedClusters(
  { alternatives }: Trace,
  dump: ConfigDump,
  last: TrafficSample,
): readonly TracedCluster[] {
  const readings: TrafficReadings = { first: undefined, last, seconds: undefined }
  const resources = new Map(dump.entries('clusters').map((entry) => [entry.name, entry]))
  const found = new Map<string, TracedCluster>()
  for (const { cluster, policy } of alternatives.flatMap(({ hops }) => hops)) {
    if (cluster === undefined) continue
    const maxAttempts = 1 + (policy?.retry?.attempts ?? 0)
    const known = found.get(cluster) ?? counted(cluster, resources.get(cluster)?.resource ?? {}, readings)
    found.set(cluster, { ...known, maxAttempts })
  }
  return [...found.values()]
}

function counted(cluster: string, resource: JsonObject, readings: TrafficReadings): Omit<TracedCluster, 'maxAttempts'> {
  const hosts = clusterTraffic(cluster, readings)
  const of = (counter: string) => clusterStatistic(cluster, resource, counter, readings)
  const [requests, retries] = [of('upstream_rq_completed'), of('upstream_rq_retry')]
  return {
    cluster,
    ...(hosts?.requests === undefined ? {} : { attempts: hosts.requests }),
    ...(hosts?.errors === undefined ? {} : { errors: hosts.errors }),
    ...(requests === undefined || retries === undefined ? {} : { requests, retries }),
  }
}

/** How many attempts come of one request; undefined where that is not known, or nothing was sent. */
export function amplification({ requests, retries }: TracedCluster): number | undefined {
  return requests === undefined || retries === undefined || requests === 0 ? undefined : (requests + retries) / requests
}
