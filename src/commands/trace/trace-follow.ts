import { followOn } from '../../analyses/trace/follow/follow-on.ts'
import type { TracedRequest } from '../../analyses/trace/view/trace-view.ts'
import type { Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { AppError } from '../../errors.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { readOnce } from '../../mesh/proxies/other-pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { readPages, type TracedProxy } from './traced-proxy.ts'
import { withTraffic } from './with-traffic.ts'

/** A request that is followed from the proxy of a pod. */
export interface Following {
  readonly first: TracedRequest
  readonly dump: ConfigDump
  readonly explain: boolean
  /** Whether what clusters count is read as well. */
  readonly counts: boolean
  /** Gets the proxies that the request is followed through. */
  readonly onWay: MeshProxy[]
}

/**
 * The request with what becomes of it in the proxies of the pods it goes to. Pods are found by their address; an endpoint that is no pod,
 * or a pod without a proxy, ends the way with a note.
 */
export async function followed(
  { first, dump, explain, counts, onWay }: Following,
  context: Context,
): Promise<TracedRequest[]> {
  const cluster = await context.cluster()
  return followOn<TracedProxy & { readonly label: string }>({
    first,
    dump,
    explain,
    now: context.io.now(),
    async proxyAt(address) {
      const next = await proxyAt(address, cluster, context)
      if (next !== undefined) onWay.push(next.proxy)
      return next && { ...next, label: next.proxy.id.name }
    },
    ...(counts ? { traced: (one, proxy) => withTraffic(one, proxy, context) } : {}),
  })
}

/** A pod without a proxy, or whose proxy does not answer, ends the way; what was traced before that is not lost. */
async function proxyAt(address: string, cluster: Cluster, context: Context): Promise<TracedProxy | undefined> {
  const pod = await podAt(address, cluster, context)
  if (pod === undefined) return undefined
  try {
    return await readPages(readOnce(cluster.proxy(pod)), context)
  } catch (error) {
    if (!(error instanceof AppError) || context.io.signal.aborted) throw error
    context.incomplete(`Cannot follow the request into pod ${pod.namespace}/${pod.name}: ${error.message}`)
    return undefined
  }
}

/** Looks in all namespaces; where that is forbidden the request is not followed, and a note says why. */
async function podAt(address: string, cluster: Cluster, { io, note, incomplete }: Context): Promise<Pod | undefined> {
  try {
    const [pod] = await cluster.list({ namespace: '', fieldSelector: `status.podIP=${address}` }, io.signal)
    if (pod === undefined) note(`No pod has the address ${address}: the request is not followed further.`)
    return pod
  } catch (error) {
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    incomplete(`The pod at ${address} cannot be looked up: ${error.message}`)
    return undefined
  }
}
