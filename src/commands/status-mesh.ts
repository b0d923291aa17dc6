import type { Args, Context } from '../cli/command.ts'
import { readDocument } from '../envoy/input/read-document.ts'
import { AppError } from '../errors.ts'
import { fileSource } from '../fetch/file.ts'
import { type Answers, askAll } from '../fetch/istiod/ask-all.ts'
import { revisionOf } from '../fetch/istiod/find-istiods.ts'
import type { Istiod } from '../fetch/istiod/istiod.ts'
import type { Cluster } from '../fetch/kube/cluster.ts'
import type { Pod } from '../fetch/kube/pod.ts'
import { isIstioProxy, isOtherProxy, proxyTypeOf } from '../fetch/kube/proxy-pods.ts'
import { type VisiblePods, visiblePods } from '../fetch/kube/visible-pods.ts'
import type { ControlPlaneReply } from '../status/control-plane-reply.ts'
import { meshStatus } from '../status/mesh-status.ts'
import { wantedStatuses, wantedTypes } from '../status/status-filter.ts'
import { controlPlanes, istioNamespace } from './control-planes.ts'
import { chosenNamespace, renderMesh } from './render-mesh.ts'
import { ownAccounts } from './status-own.ts'

/** `status` without a target. */
export async function statusOfMesh(args: Args, context: Context): Promise<number> {
  // Mistyped filters are told before anything is fetched.
  wantedStatuses(args.string('status'))
  wantedTypes(args.string('type'))
  const files = args.strings('control-plane-file')
  if (files.length > 0) return savedMesh(files, args, context)
  const cluster = await context.cluster(args)
  const { istiods, refusal } = await controlPlanes(args, context, cluster)
  if (istiods.length > 0) return liveMesh(istiods, cluster, args, context)
  const pods = await podsOf(cluster, args, context, async () => [cluster.namespace])
  if (pods.refusal !== undefined && pods.pods.length === 0) throw refusal ?? pods.refusal
  const why = refusal === undefined ? 'has no istiod' : `may not be read (${refusal.message})`
  context.note(`namespace "${istioNamespace(args)}" ${why}: shown is what each proxy says of itself`)
  const proxies = await ownAccounts(
    pods.pods.filter((pod) => isIstioProxy(pod) || isOtherProxy(pod)),
    cluster,
    args,
    context,
  )
  return renderMesh({ proxies, raw: () => undefined, complete: true }, args, context)
}

async function savedMesh(files: readonly string[], args: Args, context: Context): Promise<number> {
  const replies = await Promise.all(
    files.map(async (file) => {
      const { label, read } = fileSource(file, context.io, context.note)
      return { istiod: label, body: await readDocument(await read('debug/syncz'), label) }
    }),
  )
  const { proxies } = meshStatus({ replies, now: context.io.now() })
  return renderMesh({ proxies, raw: () => rawOf(replies), complete: true }, args, context)
}

async function liveMesh(istiods: readonly Istiod[], cluster: Cluster, args: Args, context: Context): Promise<number> {
  const asked = askAll(istiods, (istiod) => istiod.syncz(context.io.signal))
  const replies = asked.then(({ answers }) =>
    answers.map(({ istiod, answer }) => ({ istiod: istiod.name, body: answer })),
  )
  const known = async () => meshStatus({ replies: await replies, now: context.io.now() })
  const listed = podsOf(cluster, args, context, async () => [
    ...new Set([
      cluster.namespace,
      istioNamespace(args),
      ...(await known()).proxies.flatMap(({ namespace }) => namespace ?? []),
    ]),
  ])
  const [{ failures }, { pods, hidden, refusal }] = await Promise.all([asked, listed])
  const [failure] = failures
  if (failures.length === istiods.length && failure !== undefined) throw noneAnswered(failures)
  if (args.string('selector') !== undefined && refusal !== undefined) throw refusal
  for (const { istiod, error } of failures) context.note(`${istiod.name} did not answer: ${error.message}`)
  const expected = pods.filter((pod) => isIstioProxy(pod) && isOfRevision(pod, args)).map(proxyPod)
  const mesh = meshStatus({ replies: await replies, pods: expected, now: context.io.now() })
  if (failures.length > 0 && mesh.counts['NOT CONNECTED'] !== undefined) {
    context.note('What is shown as NOT CONNECTED may be connected to a replica that did not answer.')
  }
  if (hidden.length > 0) {
    context.note(`Pods may not be listed in ${hidden.join(', ')}: proxies there that are not connected are not known.`)
  }
  const others = await otherProxies(pods.filter(isOtherProxy), cluster, args, context)
  const names =
    args.string('selector') === undefined
      ? undefined
      : new Set(pods.map(({ name, namespace }) => `${name}.${namespace}`))
  const raw = await replies
  return renderMesh(
    { proxies: [...mesh.proxies, ...others], raw: () => rawOf(raw), complete: failures.length === 0, names },
    args,
    context,
  )
}

/** The pods in scope: those that should be connected, and those that a selector chooses. */
async function podsOf(
  cluster: Cluster,
  args: Args,
  { io }: Context,
  instead: () => Promise<readonly string[]>,
): Promise<VisiblePods> {
  const selector = args.string('selector')
  const namespace = chosenNamespace(args) ?? ''
  return visiblePods(cluster, { namespace, selector, instead }, io.signal)
}

/** Envoys that Istio does not know speak for themselves; asking all of a cluster for its whole configuration is for who asks for it. */
async function otherProxies(pods: readonly Pod[], cluster: Cluster, args: Args, context: Context) {
  if (pods.length === 0) return []
  if ((chosenNamespace(args) ?? args.string('selector')) !== undefined) return ownAccounts(pods, cluster, args, context)
  const places = [...new Set(pods.map(({ namespace }) => namespace))].map((namespace) => `-n ${namespace}`).join(', ')
  const many = pods.length === 1 ? '1 pod has a proxy' : `${pods.length} pods have proxies`
  context.note(`${many} of no istiod: ${places} shows what they say of themselves.`)
  return []
}

function isOfRevision(pod: Pod, args: Args): boolean {
  const revision = args.string('revision')
  return revision === undefined || revisionOf(pod) === revision
}

function proxyPod(pod: Pod) {
  const proxyType = proxyTypeOf(pod)
  return { name: pod.name, namespace: pod.namespace, ...(proxyType === undefined ? {} : { proxyType }) }
}

function noneAnswered(failures: Answers<unknown>['failures']): AppError {
  const [{ error } = { error: undefined }] = failures
  if (failures.length === 1 && error !== undefined) return error
  return new AppError(`none of the ${failures.length} istiods answered`, {
    hint: failures.map((failure) => `${failure.istiod.name}: ${failure.error.message}`).join('\n'),
  })
}

function rawOf(replies: readonly ControlPlaneReply[]): unknown {
  return Object.fromEntries(replies.map(({ istiod, body }) => [istiod, body]))
}
