import { AppError, UsageError } from '../../errors.ts'
import { absentNamespace, hintToList } from '../api/absent-hint.ts'
import type { ApiError } from '../api/api-error.ts'
import type { Cluster } from '../cluster.ts'
import type { Pod } from '../pods/pod.ts'
import { isIstioProxy, isOtherProxy, proxyTypeOf } from '../pods/proxy-pods.ts'
import { canBeAsked, requireRunning } from '../pods/running.ts'
import { findWorkload, isPodType } from '../pods/workloads.ts'
import type { MeshProxy, ProxyOptions } from '../proxy.ts'
import type { PodSelection } from '../selection.ts'
import { namespaceNames } from './namespace-names.ts'
import { visiblePods } from './visible-pods.ts'

interface Asking extends ProxyOptions {
  readonly signal: AbortSignal
  /** Called with the pods that could not be found out. */
  incomplete(why: string): void
  /** Called where proxies of a capture are in other namespaces, and nobody has named one. */
  passedOver?(what: string): void
}

/**
 * The proxies of the pods that a selection stands for. Pods that do not run are passed over, but for one that is named.
 * @throws AppError when there is none
 */
export async function selectedProxies(
  cluster: Cluster,
  selection: PodSelection,
  asking: Asking,
): Promise<readonly MeshProxy[]> {
  const { incomplete: _, passedOver: __, signal, ...options } = asking
  if (selection.from === 'targets') refuseType(selection.targets)
  if (selection.from === 'targets' && !selection.every) return openEach(cluster, selection.targets, asking)
  const pods =
    selection.from === 'targets'
      ? await runningPods(cluster, selection.targets, asking)
      : selection.from === 'labels'
        ? await labelledPods(cluster, selection.selector, signal)
        : selection.from === 'only'
          ? [await onlyPod(cluster, selection.many, signal)]
          : await proxyPods(cluster, selection, asking)
  return pods.map((pod) => cluster.proxy(pod, options))
}

/** @throws UsageError for `deploy web` in place of `deploy/web`, as kubectl get has it */
function refuseType(targets: readonly string[]): void {
  const at = targets.findIndex((word) => isPodType(word) || findWorkload(word) !== undefined)
  const [type, name] = targets.slice(at === -1 ? targets.length : at)
  if (type === undefined || name === undefined || type.includes('/')) return
  throw new UsageError(`"${type}" is a type, and "${name}" another argument`, {
    hint: `Did you mean ${type}/${name}? A type and its name are one argument.`,
  })
}

/** A proxy for each target, each once: two words can stand for one pod. @throws the first error when none is found */
async function openEach(
  cluster: Cluster,
  targets: readonly string[],
  { incomplete, passedOver: _, signal, ...options }: Asking,
): Promise<readonly MeshProxy[]> {
  const open = (target: string) => cluster.open(target, options, signal)
  const proxies = await foundOf(targets, open, { incomplete, signal })
  return [...new Map(proxies.map((proxy) => [proxy.id.name, proxy])).values()]
}

/** All running pods that the targets stand for, each once. @throws AppError when no pod of any target runs */
async function runningPods(cluster: Cluster, targets: readonly string[], asking: Asking): Promise<readonly Pod[]> {
  const find = async (target: string) => {
    const pods = await cluster.pods(target, asking.signal)
    const running = pods.filter(canBeAsked)
    return running.length > 0 ? running : pods.slice(0, 1).map(requireRunning)
  }
  const pods = (await foundOf(targets, find, asking)).flat()
  return [...new Map(pods.map((pod) => [keyOf(pod), pod])).values()]
}

/**
 * What the targets stand for, in their order. One that is not there hides no other, as in kubectl get.
 * @throws the first error when none is found
 */
async function foundOf<T>(
  targets: readonly string[],
  find: (target: string) => Promise<T>,
  { incomplete, signal }: Pick<Asking, 'incomplete' | 'signal'>,
): Promise<readonly T[]> {
  const results = await Promise.allSettled(targets.map(find))
  const found = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  for (const [at, result] of results.entries()) {
    if (result.status === 'fulfilled') continue
    const error: unknown = result.reason
    if (found.length === 0 || !(error instanceof AppError) || signal.aborted) throw error
    incomplete(`error: ${targets[at]}: ${error.message}`)
  }
  return found
}

/** Every running pod of the namespace that has these labels. */
async function labelledPods(cluster: Cluster, selector: string, signal: AbortSignal): Promise<readonly Pod[]> {
  const { namespace } = cluster
  const list = cluster.labelled ?? cluster.list
  const running = (await list({ namespace, selector }, signal)).filter(canBeAsked)
  if (running.length > 0) return running
  throw new AppError(`no running pods match "${selector}" in namespace "${namespace}"`, {
    hint:
      (await absentNamespace(cluster, namespace, signal)) ??
      hintToList(cluster, `Try: kubectl get pods -n ${namespace} -l ${selector}`),
  })
}

/** Every pod of the namespace, or of all that may be listed, that runs an Envoy, whoever put it there. */
async function proxyPods(
  cluster: Cluster,
  { everywhere, selector }: Extract<PodSelection, { readonly from: 'scope' }>,
  { signal, incomplete, passedOver }: Pick<Asking, 'signal' | 'incomplete' | 'passedOver'>,
): Promise<readonly Pod[]> {
  const { namespace, captured } = cluster
  const instead = () => namespaceNames(cluster, signal)
  const found = await visiblePods(cluster, { namespace: everywhere ? '' : namespace, selector, instead }, signal)
  const { pods, hidden, refusal } = found
  const proxies = pods.filter((pod) => runsEnvoy(pod) && wasCaptured(cluster, pod))
  if (proxies.length === 0 && refusal !== undefined) throw refusal
  if (refusal !== undefined) incomplete(hiddenPods(hidden, refusal))
  if (proxies.length > 0) {
    if (!everywhere && selector === undefined && captured !== undefined && captured.size > proxies.length)
      passedOver?.(
        `${cluster.label} holds ${captured.size} proxies, ${proxies.length} of them in namespace "${namespace}": -A reads all.`,
      )
    return proxies
  }
  const where = everywhere ? 'in any namespace' : `in namespace "${namespace}"`
  throw new AppError(`no running pods with a proxy ${where}${selector === undefined ? '' : ` match "${selector}"`}`, {
    hint: everywhere
      ? 'A pod whose proxy is not recognised can be named.'
      : 'Try: -A for all namespaces, or name a pod.',
  })
}

/** Namespaces that an error names. */
const maxNamed = 3

function hiddenPods(hidden: readonly string[], refusal: ApiError): string {
  if (hidden.length === 0) return `Only the namespaces that could be found out were read: ${refusal.message}`
  const named = hidden.slice(0, maxNamed).join(', ')
  const more = hidden.length > maxNamed ? ` and ${hidden.length - maxNamed} more` : ''
  return `The proxies of ${hidden.length === 1 ? 'namespace' : 'namespaces'} ${named}${more} are not in the answer: ${refusal.message}`
}

/** @throws UsageError unless the capture that stands for the cluster holds one proxy */
async function onlyPod(cluster: Cluster, many: boolean, signal: AbortSignal): Promise<Pod> {
  const pods = (await cluster.list({ namespace: '' }, signal)).filter((pod) => wasCaptured(cluster, pod))
  const [only, second] = pods
  if (only !== undefined && second === undefined) return only
  throw new UsageError(`${cluster.label} holds ${pods.length} proxies: name a POD of it`, {
    hint:
      only === undefined
        ? undefined
        : `For example ${only.name}.${only.namespace}${many ? ', or -A for all of them' : ''}.`,
  })
}

function runsEnvoy(pod: Pod): boolean {
  return (isIstioProxy(pod) && proxyTypeOf(pod) !== 'ztunnel') || isOtherProxy(pod)
}

/** Whether a proxy can have pages: of a capture, that it is one of those that were captured. */
function wasCaptured({ captured }: Cluster, pod: Pod): boolean {
  return captured === undefined || captured.has(keyOf(pod))
}

function keyOf({ namespace, name }: Pod): string {
  return `${namespace}/${name}`
}
