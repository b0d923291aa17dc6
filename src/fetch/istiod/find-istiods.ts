import { AppError } from '../../errors.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import type { LiveCluster } from '../kube/cluster.ts'
import type { Istiod } from './istiod.ts'
import { podIstiod } from './pod-istiod.ts'
import { type XdsOptions, xdsAccess } from './xds-access.ts'
import { xdsIstiod } from './xds-istiod.ts'

export interface IstiodQuery {
  readonly namespace: string
  /** All revisions without it. */
  readonly revision: string | undefined
  /** Label selector of the control plane's pods. */
  readonly selector: string | undefined
  readonly xdsPort: number
  /** Over xDS alone: the debug ports are not tried. */
  readonly xdsOnly: boolean
  readonly xds: XdsOptions
}

/** The labels of Istio's control plane since 1.5, and of Pilot before. */
const usualSelector = 'app in (istiod,pilot)'

/**
 * Every running replica of Istio's control plane, of every revision; none where there is no Istio.
 * @throws ApiError when its pods cannot be listed; AppError when there are some, but none of the wanted revision
 */
export async function findIstiods(cluster: LiveCluster, query: IstiodQuery, signal?: AbortSignal): Promise<Istiod[]> {
  const { namespace, revision, xdsPort, xds } = query
  const selector = query.selector ?? usualSelector
  const all = (await cluster.list({ namespace, selector }, signal)).filter(({ phase }) => phase === 'Running')
  const pods = revision === undefined ? all : all.filter((pod) => revisionOf(pod) === revision)
  if (revision !== undefined && pods.length === 0) {
    const revisions = [...new Set(all.map(revisionOf))].sort().join(', ')
    throw new AppError(`no running istiod of revision "${revision}" in namespace "${namespace}"`, {
      hint: revisions === '' ? undefined : `Revisions that run there: ${revisions}`,
    })
  }
  const token = once((stop) => cluster.token({ name: 'default', namespace, audience: 'istio-ca' }, stop))
  const place = { host: `istiod.${namespace}.svc`, port: xdsPort, trusted: true }
  const access = await xdsAccess({ options: xds, place, namespace, token })
  return pods.map((pod) => {
    const open = (stop?: AbortSignal) =>
      cluster.forward({ name: pod.name, namespace: pod.namespace, port: xdsPort }, stop)
    const overXds = xdsIstiod(pod.name, open, access)
    return query.xdsOnly ? overXds : podIstiod(cluster, pod, overXds)
  })
}

/** The revision that a pod of Istio belongs to; `default` where it says nothing. */
export function revisionOf({ labels }: Pod): string {
  return labels['istio.io/rev'] ?? 'default'
}

/** One answer for all who ask. */
export function once<T>(ask: (signal?: AbortSignal) => Promise<T>): (signal?: AbortSignal) => Promise<T> {
  let answer: Promise<T> | undefined
  return (signal) => {
    answer ??= ask(signal)
    return answer
  }
}
