import { pathSegment } from '../../../mesh/api/path-segment.ts'
import { forbidden } from '../../../mesh/api/rbac.ts'
import type { LogQuery } from '../../../mesh/cluster.ts'
import type { Pod } from '../../../mesh/pods/pod.ts'
import type { Api } from './api.ts'

/**
 * The log of a container, with the time of each line in front of it.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod
 * @throws ApiError with the missing rule when that is forbidden
 */
export async function podLog(
  api: Api,
  { name, namespace }: Pick<Pod, 'name' | 'namespace'>,
  { container, sinceSeconds }: LogQuery,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const query = new URLSearchParams({ container, sinceSeconds: String(sinceSeconds), timestamps: 'true' })
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/pods/${pathSegment(name)}/log?${query}`
  return Buffer.from(await forbidden(api.text(path, signal), { resource: 'pods/log', verbs: ['get'], namespace }))
}
