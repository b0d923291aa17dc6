import type { Istiod, IstiodQuery } from '../../mesh/istiod.ts'
import { controlPlanePods } from '../../mesh/istiods/control-plane-pods.ts'
import type { KubeCluster } from '../kube/kube-cluster.ts'
import { externalIstiod } from './external-istiod.ts'
import { podIstiod } from './pod-istiod.ts'
import { xdsAccess } from './xds-access.ts'
import { xdsIstiod } from './xds-istiod.ts'

/** Istio's port for xDS without TLS, and with it. */
const xdsPorts = { plaintext: 15_010, tls: 15_012 }

/**
 * The replicas that a query names: the one at an address, or every running pod of Istio's control plane, of every revision.
 * @throws ApiError when its pods cannot be listed; AppError when there are some, but none of the wanted revision
 */
export async function findIstiods(
  cluster: KubeCluster,
  query: IstiodQuery,
  signal?: AbortSignal,
): Promise<readonly Istiod[]> {
  const { namespace, address, xds } = query
  const { limits } = cluster
  const token = once((stop) => cluster.token({ name: 'default', namespace, audience: 'istio-ca' }, stop))
  if (address !== undefined) return [await externalIstiod({ address, options: xds, limits, namespace, token })]
  const pods = await controlPlanePods(cluster, query, signal)
  const port = query.xdsPort ?? (xds.plaintext ? xdsPorts.plaintext : xdsPorts.tls)
  const xdsOnly =
    query.xdsPort !== undefined || xds.plaintext || xds.insecure || (xds.certDir ?? xds.authority) !== undefined
  const place = { host: `istiod.${namespace}.svc`, port, trusted: true }
  const access = await xdsAccess({ options: xds, place, limits, namespace, token })
  return pods.map((pod) => {
    const open = (stop?: AbortSignal) => cluster.forward({ name: pod.name, namespace: pod.namespace, port }, stop)
    const overXds = xdsIstiod(pod.name, open, access)
    return xdsOnly ? overXds : podIstiod(cluster, pod, overXds)
  })
}

/** One answer for all who ask. */
function once<T>(ask: (signal?: AbortSignal) => Promise<T>): (signal?: AbortSignal) => Promise<T> {
  let answer: Promise<T> | undefined
  return (signal) => {
    answer ??= ask(signal)
    return answer
  }
}
