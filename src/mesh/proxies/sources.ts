import { AppError } from '../../errors.ts'
import { absentNamespace } from '../api/absent-hint.ts'
import type { Cluster } from '../cluster.ts'
import { canBeAsked } from '../pods/running.ts'
import type { Source, SourceOptions } from '../source.ts'

export interface SourcesOptions extends SourceOptions {
  readonly signal: AbortSignal
}

/**
 * The proxies a target stands for: one for a name, every running pod for a selector. Pods that do not run are passed over.
 * @throws AppError when there is none
 */
export async function sourcesOf(
  cluster: Cluster,
  target: { readonly pod: string } | { readonly selector: string },
  { signal, ...options }: SourcesOptions,
): Promise<readonly Source[]> {
  if ('pod' in target) return [await cluster.open(target.pod, options, signal)]
  const pods = await cluster.list({ namespace: cluster.namespace, selector: target.selector }, signal)
  const running = pods.filter(canBeAsked)
  if (running.length === 0) {
    throw new AppError(`no running pods match "${target.selector}" in namespace "${cluster.namespace}"`, {
      hint:
        (await absentNamespace(cluster, cluster.namespace, signal)) ??
        `Try: kubectl get pods -n ${cluster.namespace} -l ${target.selector}`,
    })
  }
  return running.map((pod) => cluster.source(pod, options))
}
