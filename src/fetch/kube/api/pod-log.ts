import { pathSegment } from '../../../mesh/api/path-segment.ts'
import { forbidden, type Permission } from '../../../mesh/api/rbac.ts'
import type { LogQuery } from '../../../mesh/cluster.ts'
import type { Pod } from '../../../mesh/pods/pod.ts'
import type { Api } from './api.ts'

/**
 * The log of a container, with the time of each line in front of it.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod
 * @throws ApiError with the missing rule when that is forbidden
 */
export async function podLog(api: Api, pod: NamedPod, query: LogQuery, signal?: AbortSignal): Promise<Uint8Array> {
  const path = logPath(pod, query, { timestamps: 'true' })
  return Buffer.from(await forbidden(api.text(path, signal), permission(pod)))
}

/** The same, and what is written from now on, as it comes; without times. */
export async function followPodLog(
  api: Api,
  pod: NamedPod,
  query: LogQuery,
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  return forbidden(api.stream(logPath(pod, query, { follow: 'true' }), signal), permission(pod))
}

type NamedPod = Pick<Pod, 'name' | 'namespace'>

function logPath(
  { name, namespace }: NamedPod,
  { container, sinceSeconds = 600 }: LogQuery,
  more: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams({ container, sinceSeconds: String(sinceSeconds), ...more })
  return `/api/v1/namespaces/${pathSegment(namespace)}/pods/${pathSegment(name)}/log?${query}`
}

function permission({ namespace }: NamedPod): Permission {
  return { resource: 'pods/log', verbs: ['get'], namespace }
}
