import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import type { Json, JsonObject } from '../../../envoy/json.ts'
import { parseHostPort } from '../../../envoy/model/ip.ts'
import { capturePort } from '../../../semantics/connection/capture-listener.ts'
import { indexOf } from '../../../semantics/connection/dump-index.ts'
import { podAddress } from '../../../semantics/connection/workload.ts'
import { trace } from '../../../walk/trace.ts'
import type { Alternative, EndpointChoice } from '../../../walk/trace-result.ts'
import type { TracedRequest } from '../view/trace-view.ts'
import { clientSide } from './client-side.ts'
import { withEndAtNext } from './end-at-next.ts'
import { followRequest } from './follow.ts'

/** A proxy that a request can go on to, with what a trace needs of it. */
interface NextProxy {
  readonly label: string
  readonly dump: ConfigDump
  /** `clusters?format=json`, for the health of endpoints. */
  readonly clusters?: JsonObject | undefined
  /** Counters of updates, as `/stats?format=json`. */
  readonly stats?: Json | undefined
}

/** A request that is followed from a proxy. */
interface Following<P extends NextProxy> {
  readonly first: TracedRequest
  readonly dump: ConfigDump
  readonly explain: boolean
  /** As of when certificates are judged. */
  readonly now: Date
  /** Finds and reads the proxy at an IP address. @returns undefined where there is none, which it says itself */
  proxyAt(address: string): Promise<P | undefined>
  /** What is added to the trace in a proxy. */
  traced?(traced: TracedRequest, proxy: P): Promise<TracedRequest>
}

/**
 * The request with what becomes of it in the proxies that it goes to: of each alternative at the likeliest endpoint. An endpoint that
 * has no proxy ends the way. An alternative with one endpoint ends as it does there when that proxy refuses it.
 */
export async function followOn<P extends NextProxy>(
  following: Following<P>,
): Promise<[TracedRequest, ...TracedRequest[]]> {
  const { first } = following
  const found: TracedRequest[] = []
  const alternatives: Alternative[] = []
  for (const alternative of first.trace.alternatives) {
    const next = await nextOf(alternative, following)
    if (next !== undefined) found.push(next)
    alternatives.push(next === undefined ? alternative : withEndAtNext(alternative, next.trace, next.label))
  }
  return [{ ...first, trace: { ...first.trace, alternatives } }, ...found]
}

async function nextOf<P extends NextProxy>(
  alternative: Alternative,
  { first, dump: firstDump, explain, now, proxyAt, traced }: Following<P>,
): Promise<TracedRequest | undefined> {
  const hop = alternative.hops.at(-1)
  const [endpoint, ...others] = byProbability(hop?.endpoints ?? [])
  const address = endpoint === undefined ? undefined : parseHostPort(endpoint.address)?.address
  if (hop === undefined || endpoint === undefined || address === undefined) return undefined
  const next = await proxyAt(address)
  if (next === undefined) return undefined
  const { label, dump, clusters, stats } = next
  const request = followRequest(first.request, alternative, endpoint, {
    redirect: capturePort(dump, 'inbound'),
    from: podAddress(firstDump),
  })
  if (request === undefined) return undefined
  const client = clientSide(first.label, indexOf(firstDump), hop, endpoint)
  const arrival = client && { client, proxy: label }
  const made: TracedRequest = {
    label,
    request,
    trace: trace({ dump, clusters, stats, request, explain, now, arrival }),
    endpoint: { followed: endpoint.address, others: others.map((other) => other.address) },
  }
  return traced === undefined ? made : traced(made, next)
}

function byProbability(endpoints: readonly EndpointChoice[]): EndpointChoice[] {
  return endpoints.toSorted((a, b) => b.probability - a.probability)
}
