import { AppError, UsageError } from '../../errors.ts'
import { ApiError } from '../api/api-error.ts'
import type { Cluster } from '../cluster.ts'
import type { Pod } from '../pods/pod.ts'
import { requireRunning } from '../pods/running.ts'

export interface ZtunnelQuery {
  /** A ztunnel pod, or a workload pod that stands for the ztunnel on its node. */
  readonly target: string | undefined
  readonly node: string | undefined
  /** Where the ztunnel DaemonSet is. */
  readonly namespace: string
  readonly signal: AbortSignal
}

export interface FoundZtunnels {
  /** Those that can be asked, the best one first. */
  readonly pods: readonly [Pod, ...Pod[]]
  /** The workload that the target named. */
  readonly workload: Pod | undefined
}

/**
 * The ztunnels that a target, a node or nothing (all of them) stands for.
 * @throws AppError when there is none
 */
export async function findZtunnels(cluster: Cluster, query: ZtunnelQuery): Promise<FoundZtunnels> {
  const { target, node, namespace, signal } = query
  if (target !== undefined && node !== undefined) throw new UsageError('only one of POD and --node can be given')
  if (target === undefined) return { pods: await daemons(cluster, query, node), workload: undefined }
  const pod = await cluster.pod(isZtunnelName(target) ? `${target}.${namespace}` : target, signal)
  if (isZtunnel(pod)) return { pods: [pod], workload: undefined }
  if (pod.node === undefined) {
    throw new AppError(`pod "${pod.name}" in namespace "${pod.namespace}" is not scheduled to a node`)
  }
  return { pods: await daemons(cluster, query, pod.node), workload: pod }
}

async function daemons(
  cluster: Cluster,
  { namespace, signal }: ZtunnelQuery,
  node: string | undefined,
): Promise<[Pod, ...Pod[]]> {
  const all = await orNone(cluster.pods(`daemonset/ztunnel.${namespace}`, signal), namespace)
  const [first, ...others] = all.filter((pod) => node === undefined || pod.node === node)
  if (first === undefined) {
    const nodes = [...new Set(all.map((pod) => pod.node).filter((name) => name !== undefined))]
    throw new AppError(`no ztunnel pod runs on node "${node}"`, { hint: `Nodes with one: ${nodes.join(', ')}` })
  }
  const running = others.filter(({ phase }) => phase === 'Running')
  return [requireRunning(first), ...running]
}

/** A DaemonSet that is not there most often means that nothing is wrong with it: the mesh has sidecars only. */
async function orNone(pods: Promise<readonly Pod[]>, namespace: string): Promise<readonly Pod[]> {
  try {
    return await pods
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error
    const hint = `Namespace ${namespace} has none: without one this is no ambient mesh; --istio-namespace names another namespace.`
    throw new ApiError(404, error.message, hint)
  }
}

/** A bare name of a pod of the DaemonSet: it is in the mesh's namespace, not in the user's. */
function isZtunnelName(target: string): boolean {
  return /^ztunnel-[a-z0-9]+$/.test(target)
}

function isZtunnel({ labels, name, containers }: Pod): boolean {
  const byImage = containers.some(({ image }) => /(^|\/)ztunnel(:|@|$)/.test(image))
  return labels.app === 'ztunnel' || byImage || name.startsWith('ztunnel-')
}
