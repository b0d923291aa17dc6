import { type TrafficSample, trafficSample } from '../../analyses/traffic/sample.ts'
import { optionalDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/** The counters that are shown: all statistics of a large proxy are megabytes. */
const counters = 'upstream_rq_(total|completed|5xx|retry|pending_overflow)$'
const statsPage = `stats?filter=${encodeURIComponent(counters)}&usedonly&format=json`

/** What a proxy has counted until now. @param pages `hosts`: `/clusters` alone, which has all of them */
export async function readSample(
  proxy: MeshProxy,
  pages: 'hosts' | 'statistics',
  signal: AbortSignal,
): Promise<TrafficSample> {
  const clusters = await optionalDocument(proxy, 'clusters?format=json', signal)
  return trafficSample(clusters, pages === 'hosts' ? undefined : await optionalDocument(proxy, statsPage, signal))
}
