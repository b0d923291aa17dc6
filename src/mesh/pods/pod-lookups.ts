import type { ObjectReader } from '../api/object-reader.ts'
import { findPods, listPods, type PodQuery } from './find-pods.ts'
import type { Pod } from './pod.ts'
import { byLogging } from './pod-order.ts'
import { requireRunning } from './running.ts'
import { parseTarget } from './target.ts'

/** How pods are found. */
export interface PodLookups {
  /**
   * The running pod a target stands for: `pod`, `pod.namespace`, `type/name[.namespace]`; of several the one `kubectl logs`
   * would read.
   */
  pod(target: string, signal?: AbortSignal): Promise<Pod>
  /** All pods a target stands for, in that order, whatever their phase. */
  pods(target: string, signal?: AbortSignal): Promise<Pod[]>
  /** Pods by label selector or all; by name. An empty namespace means all namespaces. */
  list(query: PodQuery, signal?: AbortSignal): Promise<Pod[]>
}

/** The pods of a cluster whose objects can be read, wherever they are kept. */
export function podLookups(api: ObjectReader, namespace: string): PodLookups {
  const pods: PodLookups['pods'] = async (target, signal) =>
    (await findPods(api, parseTarget(target), namespace, signal)).sort(byLogging)
  return {
    pods,
    async pod(target, signal) {
      const [first] = await pods(target, signal)
      if (first === undefined) throw new Error(`no pods for ${target}`)
      return requireRunning(first)
    },
    async list(query, signal) {
      const found = await listPods(api, query, signal)
      return found.sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name))
    },
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
