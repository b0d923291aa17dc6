import { clientSide } from '../../analyses/trace/follow/client-side.ts'
import { withEndAtNext } from '../../analyses/trace/follow/end-at-next.ts'
import { followRequest } from '../../analyses/trace/follow/follow.ts'
import type { TracedRequest } from '../../analyses/trace/view/trace-view.ts'
import type { Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { parseHostPort } from '../../envoy/model/ip.ts'
import { AppError } from '../../errors.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { readOnce } from '../../mesh/proxies/other-pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { capturePort, podAddress } from '../../semantics/connection/capture.ts'
import { indexOf } from '../../semantics/connection/dump-index.ts'
import { trace } from '../../walk/trace.ts'
import type { Alternative, EndpointChoice } from '../../walk/trace-result.ts'
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
 * The request with what becomes of it in the proxies of the pods it goes to: of each alternative at the likeliest endpoint. Pods are
 * found by their address; an endpoint that is no pod, or a pod without a proxy, ends the way with a note. An alternative with one
 * endpoint ends as it does there when that proxy refuses it.
 */
export async function followed(following: Following, context: Context): Promise<TracedRequest[]> {
  const { first } = following
  const cluster = await context.cluster()
  const found: TracedRequest[] = []
  const alternatives: Alternative[] = []
  for (const alternative of first.trace.alternatives) {
    const next = await nextOf(alternative, following, cluster, context)
    if (next !== undefined) found.push(next)
    alternatives.push(next === undefined ? alternative : withEndAtNext(alternative, next.trace, next.label))
  }
  return [{ ...first, trace: { ...first.trace, alternatives } }, ...found]
}

async function nextOf(
  alternative: Alternative,
  { first, dump: firstDump, explain, counts, onWay }: Following,
  cluster: Cluster,
  context: Context,
): Promise<TracedRequest | undefined> {
  const hop = alternative.hops.at(-1)
  const [endpoint, ...others] = byProbability(hop?.endpoints ?? [])
  const address = endpoint === undefined ? undefined : parseHostPort(endpoint.address)?.address
  if (hop === undefined || endpoint === undefined || address === undefined) return undefined
  const next = await proxyAt(address, cluster, context)
  if (next === undefined) return undefined
  const { proxy, dump, clusters, stats } = next
  onWay.push(proxy)
  const label = proxy.id.name
  const request = followRequest(first.request, alternative, endpoint, {
    redirect: capturePort(dump, 'inbound'),
    from: podAddress(firstDump),
  })
  if (request === undefined) return undefined
  const client = clientSide(first.label, indexOf(firstDump), hop, endpoint)
  const arrival = client && { client, proxy: label }
  const traced: TracedRequest = {
    label,
    request,
    trace: trace({ dump, clusters, stats, request, explain, now: context.io.now(), arrival }),
    endpoint: { followed: endpoint.address, others: others.map((other) => other.address) },
  }
  return counts ? withTraffic(traced, next, context) : traced
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

function byProbability(endpoints: readonly EndpointChoice[]): EndpointChoice[] {
  return endpoints.toSorted((a, b) => b.probability - a.probability)
}
