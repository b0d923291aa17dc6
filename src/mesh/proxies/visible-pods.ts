import { ApiError } from '../api/api-error.ts'
import { atMost } from '../at-most.ts'
import type { Cluster } from '../cluster.ts'
import type { Pod } from '../pods/pod.ts'

export interface VisiblePods {
  readonly pods: readonly Pod[]
  /** Namespaces whose pods the user may not list. */
  readonly hidden: readonly string[]
  /** Why not, for the first of them. */
  readonly refusal: ApiError | undefined
}

/** Namespaces whose pods are listed at a time. */
const atATime = 16

interface VisibleQuery {
  /** All namespaces when empty. */
  readonly namespace: string
  readonly selector?: string | undefined
  /** Asked one by one where listing all namespaces at once is forbidden. */
  instead(): Promise<readonly string[]>
}

/** Pods that have not ended, as far as the user may list them. */
export async function visiblePods(
  cluster: Cluster,
  { namespace, selector, instead }: VisibleQuery,
  signal?: AbortSignal,
): Promise<VisiblePods> {
  const fieldSelector = 'status.phase!=Succeeded,status.phase!=Failed'
  const find = selector === undefined ? cluster.list : (cluster.labelled ?? cluster.list)
  const list = async (name: string) => allowed(find({ namespace: name, selector, fieldSelector }, signal))
  const whole = await list(namespace)
  if (!(whole instanceof ApiError)) return { pods: whole, hidden: [], refusal: undefined }
  const names = namespace === '' ? await instead() : []
  const parts = await atMost(atATime, names, async (name) => ({ name, found: await list(name) }))
  return {
    pods: parts.flatMap(({ found }) => (found instanceof ApiError ? [] : found)),
    hidden:
      namespace === '' ? parts.filter(({ found }) => found instanceof ApiError).map(({ name }) => name) : [namespace],
    refusal: parts.map(({ found }) => found).find((found) => found instanceof ApiError) ?? whole,
  }
}

async function allowed<T>(answer: Promise<T>): Promise<T | ApiError> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return error
    throw error
  }
}
