import { AppError } from '../../errors.ts'
import { absentNamespace } from '../api/absent-hint.ts'
import type { Cluster } from '../cluster.ts'
import type { Pod } from '../pods/pod.ts'
import { isIstioProxy, isOtherProxy, proxyTypeOf } from '../pods/proxy-pods.ts'
import { canBeAsked, requireRunning } from '../pods/running.ts'
import type { MeshProxy, ProxyOptions } from '../proxy.ts'
import type { PodSelection } from '../selection.ts'

interface Asking extends ProxyOptions {
  readonly signal: AbortSignal
}

/**
 * The proxies of the pods that a selection stands for. Pods that do not run are passed over, but for one that is named.
 * @throws AppError when there is none
 */
export async function selectedProxies(
  cluster: Cluster,
  selection: PodSelection,
  { signal, ...options }: Asking,
): Promise<readonly MeshProxy[]> {
  if (selection.from === 'targets' && !selection.every)
    return Promise.all(selection.targets.map((target) => cluster.open(target, options, signal)))
  const pods =
    selection.from === 'targets'
      ? await runningPods(cluster, selection.targets, signal)
      : selection.from === 'labels'
        ? await labelledPods(cluster, selection.selector, signal)
        : await proxyPods(cluster, selection, signal)
  return pods.map((pod) => cluster.proxy(pod, options))
}

/** All running pods that the targets stand for, each once. @throws AppError for a target none of whose pods runs */
async function runningPods(cluster: Cluster, targets: readonly string[], signal: AbortSignal): Promise<readonly Pod[]> {
  const found = new Map<string, Pod>()
  for (const target of targets) {
    const pods = await cluster.pods(target, signal)
    const running = pods.filter(canBeAsked)
    for (const pod of running.length > 0 ? running : pods.slice(0, 1).map(requireRunning)) {
      found.set(`${pod.namespace}/${pod.name}`, pod)
    }
  }
  return [...found.values()]
}

/** Every running pod of the namespace that has these labels. */
async function labelledPods(cluster: Cluster, selector: string, signal: AbortSignal): Promise<readonly Pod[]> {
  const { namespace } = cluster
  const running = (await cluster.list({ namespace, selector }, signal)).filter(canBeAsked)
  if (running.length > 0) return running
  throw new AppError(`no running pods match "${selector}" in namespace "${namespace}"`, {
    hint: (await absentNamespace(cluster, namespace, signal)) ?? `Try: kubectl get pods -n ${namespace} -l ${selector}`,
  })
}

/** Every pod of the namespace, or of all, that runs an Envoy, whoever put it there. */
async function proxyPods(
  cluster: Cluster,
  { everywhere, selector }: Extract<PodSelection, { readonly from: 'scope' }>,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  const { namespace } = cluster
  const pods = await cluster.list({ namespace: everywhere ? '' : namespace, selector }, signal)
  const proxies = pods.filter((pod) => (isIstioProxy(pod) && proxyTypeOf(pod) !== 'ztunnel') || isOtherProxy(pod))
  if (proxies.length > 0) return proxies
  const where = everywhere ? 'in any namespace' : `in namespace "${namespace}"`
  throw new AppError(`no running pods with a proxy ${where}${selector === undefined ? '' : ` match "${selector}"`}`, {
    hint: everywhere
      ? 'A pod whose proxy is not recognised can be named.'
      : 'Try: -A for all namespaces, or name a pod.',
  })
}
