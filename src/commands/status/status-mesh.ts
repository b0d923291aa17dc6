import { meshStatus } from '../../analyses/status/mesh-status.ts'
import { wantedStatuses, wantedTypes } from '../../analyses/status/status-filter.ts'
import type { Args, Context } from '../../contract/command.ts'
import { istioNamespace } from '../../contract/istio-namespace.ts'
import { readDocument } from '../../envoy/input/read-document.ts'
import { fileSource } from '../../fetch/file.ts'
import { isIstioProxy, isOtherProxy } from '../../mesh/pods/proxy-pods.ts'
import { controlPlanes } from './control-planes.ts'
import { podsInScope } from './pods-in-scope.ts'
import { refuseNotConnected } from './refuse-not-connected.ts'
import { renderMesh } from './render-mesh.ts'
import { statusOfIstio } from './status-istio.ts'
import { ownAccounts } from './status-own.ts'

/** `status` without a target: from saved replies, from istiod, or else from the proxies themselves. */
export async function statusOfMesh(args: Args, context: Context): Promise<number> {
  // Mistyped filters are told before anything is fetched.
  wantedStatuses(args.string('status'))
  wantedTypes(args.string('type'))
  const files = args.strings('control-plane-file')
  if (files.length > 0) return savedMesh(files, args, context)
  const cluster = await context.cluster(args)
  const { istiods, refusal } = await controlPlanes(args, context, cluster)
  if (istiods.length > 0) return statusOfIstio(istiods, cluster, args, context)
  const scope = await podsInScope(cluster, args, context, async () => [cluster.namespace])
  if (scope.refusal !== undefined && scope.pods.length === 0) throw refusal ?? scope.refusal
  const why = refusal === undefined ? 'has no istiod' : `may not be read (${refusal.message})`
  context.note(`namespace "${istioNamespace(args)}" ${why}: shown is what each proxy says of itself`)
  const pods = scope.pods.filter((pod) => isIstioProxy(pod) || isOtherProxy(pod))
  const proxies = await ownAccounts(pods, cluster, args, context)
  return renderMesh({ proxies, complete: true }, args, context)
}

async function savedMesh(files: readonly string[], args: Args, context: Context): Promise<number> {
  const replies = await Promise.all(
    files.map(async (file) => {
      const { label, read } = fileSource(file, context.io, context.note)
      const reply = await read('debug/syncz')
      refuseNotConnected(reply, label)
      return { istiod: label, body: await readDocument(reply, label) }
    }),
  )
  const { proxies } = meshStatus({ replies, now: context.io.now() })
  return renderMesh({ proxies, replies, complete: true }, args, context)
}
