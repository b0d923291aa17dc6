import type { TracedRequest } from '../../analyses/trace/view/trace-view.ts'
import { tracedClusters } from '../../analyses/traffic/traced-clusters.ts'
import type { Context } from '../../contract/command.ts'
import { readSample } from '../resources/read-sample.ts'
import type { TracedProxy } from './traced-proxy.ts'

/** A traced request with what the clusters on its way have counted. */
export async function withTraffic(
  traced: TracedRequest,
  { proxy, dump }: TracedProxy,
  { io, note }: Context,
): Promise<TracedRequest> {
  const sample = await readSample(proxy, 'statistics', io.signal)
  if (sample.statuses === undefined) note(`${proxy.label} has no counters: --traffic needs /clusters beside the dump.`)
  return { ...traced, traffic: tracedClusters(traced.trace, dump, sample) }
}
