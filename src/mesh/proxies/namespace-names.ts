import { objectOf, stringOf } from '../../envoy/json.ts'
import { ApiError } from '../api/api-error.ts'
import { listPages } from '../api/list-pages.ts'
import type { Cluster } from '../cluster.ts'

/**
 * All namespaces of a cluster; the user's own where they may not be listed.
 * @throws AppError when the API server does not answer
 */
export async function namespaceNames(cluster: Cluster, signal?: AbortSignal): Promise<readonly string[]> {
  const names = new Set([cluster.namespace])
  try {
    const listed = await listPages({
      page: (query) => cluster.get(`/api/v1/namespaces${query}`, signal),
      read: ({ metadata }) => stringOf(objectOf(metadata).name) ?? '',
      what: 'namespaces',
    })
    for (const name of listed) names.add(name)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
  names.delete('')
  return [...names].sort()
}
