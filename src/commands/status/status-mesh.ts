import { meshStatus } from '../../analyses/status/mesh-status.ts'
import type { GatheredMesh } from '../../analyses/status/mesh-sync.ts'
import type { Args, Context } from '../../contract/command.ts'
import { istioNamespace } from '../../contract/istio-namespace.ts'
import { readDocument } from '../../envoy/input/read-document.ts'
import { isIstioProxy, isOtherProxy } from '../../mesh/pods/proxy-pods.ts'
import { requiredBytes } from '../../mesh/proxies/pages.ts'
import { controlPlanes } from './control-planes.ts'
import { podsInScope } from './pods-in-scope.ts'
import { rejectNotConnectedReply } from './reject-not-connected-reply.ts'
import { statusOfIstio } from './status-istio.ts'
import { noteUnasked, ownAccounts } from './status-own.ts'

/** `status` without a target: from saved replies, from istiod, or else from the proxies themselves. */
export async function statusOfMesh(args: Args, context: Context): Promise<GatheredMesh> {
  const files = args.strings('control-plane-file')
  if (files.length > 0) return savedMesh(files, context)
  const cluster = await context.cluster()
  const { istiods, refusal } = await controlPlanes(args, context, cluster)
  if (istiods.length > 0) return statusOfIstio(istiods, cluster, args, context)
  const scope = await podsInScope(cluster, args, context, async () => [cluster.namespace])
  if (scope.refusal !== undefined && scope.pods.length === 0) throw refusal ?? scope.refusal
  const why = refusal === undefined ? 'has no istiod' : `may not be read (${refusal.message})`
  const pods = scope.pods.filter((pod) => isIstioProxy(pod) || isOtherProxy(pod))
  const { sentAccounts, canBeCompared } = await import('./sent-accounts.ts')
  const compared = await sentAccounts(
    pods.filter((pod) => canBeCompared(pod, args)),
    cluster,
    args,
    context,
  )
  const unasked = pods.filter((pod) => !canBeCompared(pod, args))
  const others = await ownAccounts(unasked, cluster, args, context)
  if (pods.length === 0 || others.some(({ controlPlane }) => controlPlane === undefined)) {
    const text = `namespace "${istioNamespace(args)}" ${why}: showing the self-reported status of each proxy`
    // No istiod is an answer; one that may be there and was not asked is none.
    if (refusal === undefined) context.note(text)
    else context.incomplete(text)
  }
  noteUnasked(others, cluster, context)
  return { proxies: [...compared.proxies, ...others], complete: compared.complete }
}

/** The page of istiod that has how its proxies stand. */
const syncPage = 'debug/syncz'

async function savedMesh(files: readonly string[], context: Context): Promise<GatheredMesh> {
  const saved = await context.open({ from: 'files', files }, { about: syncPage })
  const replies = await Promise.all(
    saved.map(async (istiod) => {
      const reply = await requiredBytes(istiod, syncPage)
      rejectNotConnectedReply(reply, istiod.label)
      return { istiod: istiod.label, body: await readDocument(reply, istiod.label) }
    }),
  )
  return { proxies: meshStatus({ replies, now: context.io.now() }).proxies, replies, complete: true }
}
