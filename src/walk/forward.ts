import { type JsonObject, objectOf, scalarText } from '../envoy/json.ts'
import { parseHostPort } from '../envoy/model/ip.ts'
import { upstreamProtocol } from '../envoy/model/upstream-protocol.ts'
import type { ClusterCall } from '../semantics/clusters/cluster-call.ts'
import { httpContradictions } from '../semantics/clusters/contradictions.ts'
import type { HostShare } from '../semantics/clusters/load-balancing.ts'
import type { Connection } from '../semantics/connection.ts'
import { isGrpc } from '../semantics/matching/grpc.ts'
import { authorityOf, type DecodedRequest } from '../semantics/matching/http-headers.ts'
import { type Outcome, RequestEnd } from '../semantics/outcome.ts'
import { type RequestSent, type RouteScopes, requestSent } from '../semantics/routes/request-sent.ts'
import { rewrittenHost } from '../semantics/routes/rewrite.ts'
import type { RouteContext } from '../semantics/routes/route-match.ts'
import { resolveCluster } from './cluster-resolution.ts'
import { type HopDraft, hopOf, note, warn } from './hop-draft.ts'
import { sendUpstream } from './send-upstream.ts'
import type { Hop } from './trace-result.ts'
import type { TraceState } from './trace-state.ts'

interface Forwarding {
  readonly scopes: RouteScopes
  readonly cluster: string
}

/** Sends a routed request to its cluster. */
export function forward(
  traceState: TraceState,
  hop: HopDraft,
  connection: Connection,
  context: RouteContext,
  { scopes, cluster }: Forwarding,
): Outcome {
  const { request, known } = context
  const action = objectOf(scopes.route.route)
  const sent = requestSent(scopes, request)
  noteSent(hop, sent)
  const { version } = traceState.index
  const chosenBy = version >= changesFirst ? sent.request : request
  const call: ClusterCall = {
    cluster,
    connection: connectDestination(connection, request),
    criteria: {
      ...subsetCriteria(action),
      ...subsetCriteria(scopes.entry),
      ...objectOf(known.dynamicMetadata?.['envoy.lb']),
    },
    serverName: serverName(version, action, request, sent),
    metadata: known.dynamicMetadata ?? {},
    filterState: known.filterState ?? {},
    unknownFilterState: known.unknownFilterState ?? {},
    headers: chosenBy.headers,
    lookedUp: known.lookedUp,
    session: known.session,
    priority: action.priority === 'HIGH' ? 'HIGH' : 'DEFAULT',
    notFoundStatus: notFoundStatuses.get(scalarText(action.cluster_not_found_response_code)) ?? 503,
  }
  const shares = resolveCluster(traceState, hop, call)
  if (shares instanceof RequestEnd) return shares.outcome
  if (action.auto_host_rewrite === true)
    noteSent(hop, { ...sent, authority: authorityAt(hopOf(hop), shares, sent.authority) })
  const resource = objectOf(traceState.index.serving('clusters', cluster)?.resource)
  const protocol = upstreamProtocol(resource)
  note(hop, 'endpoints', { upstreamProtocol: protocol })
  warn(
    hop,
    ...httpContradictions({
      cluster,
      protocol,
      tls: hopOf(hop).tls,
      port: shares[0]?.host.socket?.port,
      isGrpc: isGrpc(request.headers.first('content-type')),
      upgrade: request.headers.first('upgrade'),
      clientVersion: connection.payload === 'http2' ? 2 : 1,
    }),
  )
  const onward = { ...connection, tls: undefined, local: call.connection.local }
  return sendUpstream(traceState, shares, call, 'upstream', onward)
}

/** First version that changes the request before it chooses an endpoint. */
export const changesFirst = 1036

/** First version whose `auto_sni` goes by the host that the route writes. */
const rewrittenServerName = 1033

/** The host that `auto_sni` goes by. */
function serverName(
  version: number,
  action: JsonObject,
  request: DecodedRequest,
  sent: RequestSent,
): string | undefined {
  if (version >= changesFirst) return sent.authority
  return version >= rewrittenServerName ? rewrittenHost(action, request) : request.authority
}

function noteSent(hop: HopDraft, { path, authority }: RequestSent): void {
  const upstream = { ...(path === undefined ? {} : { path }), ...(authority === undefined ? {} : { authority }) }
  note(hop, 'forwarding', { upstream })
}

/** `auto_host_rewrite`: the endpoint's host name where it has one. Undefined when the endpoints differ in it. */
function authorityAt(
  { cluster, clusterType }: Pick<Hop, 'cluster' | 'clusterType'>,
  shares: readonly HostShare[],
  authority: string | undefined,
): string | undefined {
  // Envoy gives the endpoints of these clusters names of its own making.
  const made = (label: string): string | undefined =>
    clusterType === 'ORIGINAL_DST' ? `${cluster}${label}` : clusterType === 'DYNAMIC_FORWARD_PROXY' ? label : undefined
  const names = new Set(shares.map(({ host }) => made(host.label) ?? host.hostname ?? authority))
  return names.size === 1 ? [...names][0] : undefined
}

function subsetCriteria(holder: JsonObject): JsonObject {
  return objectOf(objectOf(objectOf(holder.metadata_match).filter_metadata)['envoy.lb'])
}

/** A terminated CONNECT goes on to the address in its authority (Istio: HBONE). */
function connectDestination(connection: Connection, request: DecodedRequest): Connection {
  const local = request.method === 'CONNECT' ? parseHostPort(authorityOf(request)) : undefined
  return local === undefined ? connection : { ...connection, local }
}

const notFoundStatuses: ReadonlyMap<string, number> = new Map(
  Object.entries({
    SERVICE_UNAVAILABLE: 503,
    NOT_FOUND: 404,
    INTERNAL_SERVER_ERROR: 500,
  }),
)
