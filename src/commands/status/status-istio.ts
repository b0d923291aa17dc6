import { proxiesInReply } from '../../analyses/status/control-plane-reply.ts'
import { type MeshInput, type MeshStatus, meshStatus, type ProxyPod } from '../../analyses/status/mesh-status.ts'
import { chosenNamespace, type GatheredMesh } from '../../analyses/status/mesh-sync.ts'
import { proxyName } from '../../analyses/status/proxy-name.ts'
import type { ProxyStatus } from '../../analyses/status/proxy-status.ts'
import type { Args, Context } from '../../contract/command.ts'
import { istioNamespace } from '../../contract/istio-namespace.ts'
import { AppError } from '../../errors.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import type { Istiod } from '../../mesh/istiod.ts'
import { type Answers, askAll } from '../../mesh/istiods/ask-all.ts'
import { connectionsOf } from '../../mesh/istiods/connections.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { isIstioProxy, isOtherProxy, proxyTypeOf } from '../../mesh/pods/proxy-pods.ts'
import { revisionOf } from '../../mesh/pods/revision.ts'
import type { VisiblePods } from '../../mesh/proxies/visible-pods.ts'
import { podsInScope } from './pods-in-scope.ts'
import { noteUnasked, ownAccounts } from './status-own.ts'

/** What the control plane of a mesh tells. */
export async function statusOfIstio(
  istiods: readonly Istiod[],
  cluster: Cluster,
  args: Args,
  context: Context,
): Promise<GatheredMesh> {
  const asked = askAll(istiods, (istiod) => istiod.syncz(context.io.signal))
  const scope = podsOf(cluster, args, context, async () => [
    ...new Set([cluster.namespace, istioNamespace(args), ...namespacesIn(await asked)]),
  ])
  const [{ answers, failures }, { pods, hidden, refusal }] = await Promise.all([asked, scope])
  if (answers.length === 0) throw noneAnswered(failures)
  if (args.string('selector') !== undefined && refusal !== undefined) throw refusal
  const replies = answers.map(({ istiod, answer }) => ({ istiod: istiod.name, body: answer }))
  const silent = failures.map(({ istiod }) => istiod.name)
  const input = { replies, pods: expectedPods(pods, args), silent, now: context.io.now() }
  const mesh = await withConnections(meshStatus(input), input, istiods, context)
  for (const { istiod, error } of failures) context.incomplete(`${istiod.name} did not answer: ${error.message}`)
  if (hidden.length > 0) {
    context.incomplete(
      `Pods may not be listed in ${hidden.join(', ')}: proxies there that are not connected cannot be listed.`,
    )
  }
  const { sentAccounts, canBeCompared } = await import('./sent-accounts.ts')
  const foreign = pods.filter(isOtherProxy)
  const compared = await sentAccounts(
    foreign.filter((pod) => canBeCompared(pod, args)),
    cluster,
    args,
    context,
  )
  const unasked = foreign.filter((pod) => !canBeCompared(pod, args))
  const others = [...compared.proxies, ...(await otherProxies(unasked, cluster, args, context))]
  const chosen = new Set(pods.map(({ name, namespace }) => `${name}.${namespace}`))
  return {
    proxies: [...mesh.proxies, ...others],
    replies,
    complete: failures.length === 0 && compared.complete,
    names: args.string('selector') === undefined ? undefined : chosen,
  }
}

/**
 * What a proxy is sent when it connects is no push of a change: where ages stand out, replicas are asked since when proxies are
 * connected.
 */
async function withConnections(
  mesh: ReturnType<typeof meshStatus>,
  input: MeshInput,
  istiods: readonly Istiod[],
  { io }: Context,
): Promise<MeshStatus> {
  if (!mesh.hasLate) return mesh
  const { answers } = await askAll(istiods, (istiod) => connectionsOf(istiod, io.signal))
  const connectedSince = new Map<string, number>()
  for (const { proxy, since } of answers.flatMap(({ answer }) => answer ?? []))
    connectedSince.set(proxy, Math.max(since, connectedSince.get(proxy) ?? 0))
  return meshStatus({ ...input, connectedSince })
}

/** One address may stand for many replicas, of which one answers: then nothing is known of what is not connected to it. */
async function podsOf(
  cluster: Cluster,
  args: Args,
  context: Context,
  instead: () => Promise<readonly string[]>,
): Promise<VisiblePods> {
  const address = args.string('xds-address')
  if (address !== undefined)
    context.note(`${address} answers for one replica: proxies that are connected to others are not shown.`)
  return address !== undefined && args.string('selector') === undefined
    ? { pods: [], hidden: [], refusal: undefined }
    : podsInScope(cluster, args, context, instead)
}

/** The pods that should be connected to one of the replicas that were asked. */
function expectedPods(pods: readonly Pod[], args: Args): ProxyPod[] {
  const revision = args.string('revision')
  if (args.string('xds-address') !== undefined) return []
  return pods
    .filter((pod) => isIstioProxy(pod) && (revision === undefined || revisionOf(pod) === revision))
    .map((pod) => {
      const proxyType = proxyTypeOf(pod)
      return { name: pod.name, namespace: pod.namespace, ...(proxyType === undefined ? {} : { proxyType }) }
    })
}

/** Envoys that Istio does not know speak for themselves, when asked for by name: each of them gives its whole configuration. */
async function otherProxies(
  pods: readonly Pod[],
  cluster: Cluster,
  args: Args,
  context: Context,
): Promise<ProxyStatus[]> {
  if (pods.length === 0) return []
  if ((chosenNamespace(args) ?? args.string('selector')) !== undefined) {
    const accounts = await ownAccounts(pods, cluster, args, context)
    noteUnasked(accounts, cluster, context)
    return accounts
  }
  const places = [...new Set(pods.map(({ namespace }) => `-n ${namespace}`))].join(', ')
  const many = pods.length === 1 ? '1 pod has a proxy' : `${pods.length} pods have proxies`
  context.note(`${many} of no istiod: their self-reported status is shown with ${places}.`)
  return []
}

function namespacesIn({ answers }: Answers<Awaited<ReturnType<Istiod['syncz']>>>): string[] {
  return answers
    .flatMap(({ istiod, answer }) => proxiesInReply({ istiod: istiod.name, body: answer }))
    .flatMap(({ id, namespace }) => namespace ?? proxyName(id).namespace ?? [])
}

function noneAnswered(failures: Answers<unknown>['failures']): AppError {
  const [first, ...others] = failures
  if (first !== undefined && others.length === 0) return first.error
  return new AppError(`none of the ${failures.length} istiods answered`, {
    hint: [
      ...failures.map(({ istiod, error }) => `${istiod.name}: ${error.message}`),
      'Proxies go on with what they have: kubectl proxy-status POD shows the self-reported status of one.',
    ],
  })
}
