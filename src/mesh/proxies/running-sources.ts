import type { Cluster } from '../cluster.ts'
import type { Pod } from '../pods/pod.ts'
import { canBeAsked, requireRunning } from '../pods/running.ts'
import type { Source } from '../source.ts'
import type { SourcesOptions } from './sources.ts'

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
