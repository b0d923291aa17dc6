import type { Source } from '../../source.ts'
import type { Cluster } from '../api/cluster.ts'
import type { SourcesOptions } from '../proxy/sources.ts'
import type { Pod } from './pod.ts'
import { canBeAsked, requireRunning } from './running.ts'

/**
 * The proxies of all running pods that the targets stand for, each pod once.
 * @throws AppError for a target none of whose pods runs
 */
export async function runningSources(
  cluster: Cluster,
  targets: readonly string[],
  { signal, ...options }: SourcesOptions,
): Promise<readonly Source[]> {
  const found = new Map<string, Pod>()
  for (const target of targets) {
    const pods = await cluster.pods(target, signal)
    const running = pods.filter(canBeAsked)
    for (const pod of running.length > 0 ? running : pods.slice(0, 1).map(requireRunning)) {
      found.set(`${pod.namespace}/${pod.name}`, pod)
    }
  }
  return [...found.values()].map((pod) => cluster.source(pod, options))
}
