import type { Json } from '../../envoy/json.ts'
import { optionalDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/** Envoy picks out what counts updates, and chains that drain: all statistics are megabytes. */
const updatesPage = `stats?filter=${encodeURIComponent('update_(rejected|success)$|filter_chains_draining$')}&usedonly&format=json`

/** Counters of updates that Envoy rejected and of filter chains that drain, as `/stats?format=json`; undefined where nobody saved them. */
export function updateCounters(proxy: MeshProxy, signal: AbortSignal): Promise<Json | undefined> {
  return optionalDocument(proxy, updatesPage, signal)
}
