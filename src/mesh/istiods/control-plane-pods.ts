import { AppError } from '../../errors.ts'
import type { IstiodQuery } from '../istiod.ts'
import type { Pod } from '../pods/pod.ts'
import type { PodLookups } from '../pods/pod-lookups.ts'
import { revisionOf } from '../pods/revision.ts'

/** The labels of Istio's control plane since 1.5, and of Pilot before. */
const usualSelector = 'app in (istiod,pilot)'

/**
 * The running pods of Istio's control plane that a query names.
 * @throws ApiError when they cannot be listed; AppError when there are some, but none of the wanted revision
 */
export async function controlPlanePods(
  cluster: Pick<PodLookups, 'list'>,
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
