import { AppError } from '../../errors.ts'
import type { Istiod, IstiodQuery } from '../../mesh/istiod.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { revisionOf } from '../../mesh/pods/revision.ts'
import type { KubeCluster } from '../kube/kube-cluster.ts'
import { externalIstiod } from './external-istiod.ts'
import { podIstiod } from './pod-istiod.ts'
import { xdsAccess } from './xds-access.ts'
import { xdsIstiod } from './xds-istiod.ts'

/** The labels of Istio's control plane since 1.5, and of Pilot before. */
const usualSelector = 'app in (istiod,pilot)'

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

async function controlPlanePods(
  cluster: KubeCluster,
  { namespace, revision, selector = usualSelector }: IstiodQuery,
  signal?: AbortSignal,
): Promise<readonly Pod[]> {
  const all = (await cluster.list({ namespace, selector }, signal)).filter(({ phase }) => phase === 'Running')
  const pods = revision === undefined ? all : all.filter((pod) => revisionOf(pod) === revision)
  if (revision !== undefined && pods.length === 0) {
    const revisions = [...new Set(all.map(revisionOf))].sort().join(', ')
    throw new AppError(`no running istiod of revision "${revision}" in namespace "${namespace}"`, {
      hint: revisions === '' ? undefined : `Revisions that run there: ${revisions}`,
    })
  }
  return pods
}

/** One answer for all who ask. */
function once<T>(ask: (signal?: AbortSignal) => Promise<T>): (signal?: AbortSignal) => Promise<T> {
  let answer: Promise<T> | undefined
  return (signal) => {
    answer ??= ask(signal)
    return answer
  }
}
