import { objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { ApiError } from '../api/api-error.ts'
import type { Cluster } from '../cluster.ts'

/** Namespaces of a page. */
const pageSize = 500

/**
 * All namespaces of a cluster; the user's own where they may not be listed.
 * @throws AppError when the API server does not answer
 */
export async function namespaceNames(cluster: Cluster, signal?: AbortSignal): Promise<readonly string[]> {
  const names = new Set([cluster.namespace])
  let next: string | undefined
  try {
    do {
      const more = next === undefined ? '' : `&continue=${encodeURIComponent(next)}`
      const before = names.size
      const page = await cluster.get(`/api/v1/namespaces?limit=${pageSize}${more}`, signal)
      for (const { metadata } of objectsOf(page.items)) names.add(stringOf(objectOf(metadata).name) ?? '')
      next = stringOf(objectOf(page.metadata).continue) || undefined
      // A list that does not end.
      if (names.size === before) next = undefined
    } while (next !== undefined)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
  names.delete('')
  return [...names].sort()
}
