import type { TracedRequest } from '../../analyses/trace/report/trace-view.ts'
import { followRequest } from '../../analyses/trace/walk/follow.ts'
import { trace } from '../../analyses/trace/walk/trace.ts'
import type { EndpointChoice } from '../../analyses/trace/walk/trace-result.ts'
import type { Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { parseHostPort } from '../../envoy/model/ip.ts'
import { AppError } from '../../errors.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { capturePort } from '../../semantics/connection/capture.ts'
import { dumpOf } from '../proxies/dump-of.ts'

/**
 * The same request inside the proxies of the pods it goes to: of each alternative the likeliest endpoint. Pods are found by
 * their address; an endpoint that is no pod, or a pod without a proxy, ends the way with a note.
 * @param from address of the first proxy's own pod
 */
export async function nextProxies(
  { first, from, explain }: { first: TracedRequest; from: string | undefined; explain: boolean },
  context: Context,
): Promise<TracedRequest[]> {
  const cluster = await context.cluster()
  const found: TracedRequest[] = []
  for (const alternative of first.trace.alternatives) {
    const endpoint = likeliest(alternative.hops.at(-1)?.endpoints ?? [])
    const address = endpoint === undefined ? undefined : parseHostPort(endpoint.address)?.address
    if (endpoint === undefined || address === undefined) continue
    const next = await proxyAt(address, cluster, context)
    if (next === undefined) continue
    const { proxy, dump } = next
    const arrival = { redirect: capturePort(dump, 'inbound'), from }
    const request = followRequest(first.request, alternative, endpoint, arrival)
    if (request !== undefined)
      found.push({ label: proxy.id.name, request, trace: trace({ dump, request, explain, now: context.io.now() }) })
  }
  return found
}

/** A pod without a proxy, or whose proxy does not answer, ends the way; what was traced before that is not lost. */
async function proxyAt(
  address: string,
  cluster: Cluster,
  context: Context,
): Promise<{ proxy: MeshProxy; dump: ConfigDump } | undefined> {
  const pod = await podAt(address, cluster, context)
  if (pod === undefined) return undefined
  try {
    const proxy = cluster.proxy(pod)
    return { proxy, dump: await dumpOf(proxy, 'config_dump?include_eds', context) }
  } catch (error) {
    if (!(error instanceof AppError) || context.io.signal.aborted) throw error
    context.incomplete(`The way ends at pod ${pod.namespace}/${pod.name}: ${error.message}`)
    return undefined
  }
}

/** Looks in all namespaces; where that is forbidden the way ends, and a note says why. */
async function podAt(address: string, cluster: Cluster, { io, note, incomplete }: Context): Promise<Pod | undefined> {
  try {
    const [pod] = await cluster.list({ namespace: '', fieldSelector: `status.podIP=${address}` }, io.signal)
    if (pod === undefined) note(`${address} is the address of no pod: the way ends there.`)
    return pod
  } catch (error) {
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    incomplete(`The pod at ${address} cannot be looked up: ${error.message}`)
    return undefined
  }
}

function likeliest(endpoints: readonly EndpointChoice[]): EndpointChoice | undefined {
  return endpoints.toSorted((a, b) => b.probability - a.probability)[0]
}
