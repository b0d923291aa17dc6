import { isObject, type JsonObject, numberOf, objectOf, stringOf } from '../../../envoy/json.ts'
import { parseHostPort } from '../../../envoy/model/ip.ts'
import type { ClusterCall } from '../../../semantics/clusters/cluster-call.ts'
import type { Connection } from '../../../semantics/connection.ts'
import type { DecodedRequest } from '../../../semantics/matching/http-headers.ts'
import { end, undecidable } from '../../../semantics/outcome.ts'
import { because } from '../../../semantics/reasons/reason.ts'
import { redirectLocation, redirectStatus } from '../../../semantics/routes/redirect.ts'
import { rewrittenHost, rewrittenPath } from '../../../semantics/routes/rewrite.ts'
import type { RouteContext } from '../../../semantics/routes/route-match.ts'
import { routePolicy } from '../../../semantics/routes/route-policy.ts'
import { routeLabel } from '../../../semantics/routes/route-selection.ts'
import { resolveCluster } from './cluster-resolution.ts'
import type { Routing } from './routing.ts'
import { sendUpstream } from './send-upstream.ts'
import type { Hop } from './trace-result.ts'
import type { Walk } from './walk.ts'

/** What the router filter does with a routed request: redirect, answer, or forward. @throws Ended always */
export function actOnRoute(walk: Walk, hop: Hop, connection: Connection, routing: Routing): never {
  const { context, host, route, table } = routing
  const { request } = context
  if (routing.tlsRequired) {
    const location = `https://${request.authority}${request.path ?? ''}`
    const reason = because('virtual-host-requires-tls', { virtualHost: host?.name ?? '' })
    end({ kind: 'redirect', status: 301, details: 'direct_response', location, reason })
  }
  if (host === undefined && table.resource.vhds !== undefined) {
    undecidable('virtual_host_on_demand', because('virtual-host-on-demand', { host: request.authority }))
  }
  if (route === undefined) {
    const reason =
      host === undefined
        ? because('virtual-host-missing', { routeConfiguration: table.name, host: request.authority })
        : because('route-missing', { virtualHost: host.name })
    end({ kind: 'noRoute', status: 404, flags: 'NR', details: 'route_not_found', reason })
  }
  const { redirect, direct_response: direct, route: action, match } = route.route
  if (isObject(redirect)) {
    const location = redirectLocation(objectOf(match), redirect, request)
    end({
      kind: 'redirect',
      status: redirectStatus(redirect),
      details: 'direct_response',
      location,
      reason: because('route-redirects', {}),
    })
  }
  if (isObject(direct)) answerDirectly(objectOf(match), direct, request)
  if (!isObject(action)) undecidable('unknown_action', because('route-action-unknown', {}))
  const { choice } = routing
  if (choice?.cluster === undefined) {
    undecidable(
      'cluster_specifier_plugin',
      because('cluster-specifier-plugin-decides', { route: routeLabel(route.route, route.index) }),
    )
  }
  hop.reasons.cluster = choice.reason
  hop.policy = routePolicy(
    {
      routeConfiguration: table.resource,
      virtualHost: host?.virtualHost ?? {},
      route: route.route,
      entry: choice.entry,
    },
    walk.index.runtime,
  )
  return forward(walk, hop, connection, context, {
    match: objectOf(match),
    action,
    entry: choice.entry,
    cluster: choice.cluster,
  })
}

function answerDirectly(match: JsonObject, direct: JsonObject, request: DecodedRequest): never {
  const status = numberOf(direct.status) ?? 200
  // Envoy puts the request's own URI into Location when the status calls for one.
  const located = status === 201 || (status >= 300 && status < 400)
  const location = located ? { location: redirectLocation(match, {}, request) } : {}
  return end({
    kind: 'directResponse',
    status,
    details: 'direct_response',
    ...location,
    reason: because('route-answers', {}),
  })
}

interface Forwarding {
  readonly match: JsonObject
  readonly action: JsonObject
  readonly entry: JsonObject
  readonly cluster: string
}

function forward(walk: Walk, hop: Hop, connection: Connection, context: RouteContext, forwarding: Forwarding): never {
  const { match, action, entry, cluster } = forwarding
  const { request, known } = context
  const authority = stringOf(entry.host_rewrite_literal) || rewrittenHost(action, request)
  const path = request.path === undefined ? undefined : rewrittenPath(match, action, request.path)
  hop.upstream = { ...(path === undefined ? {} : { path }), ...(authority === undefined ? {} : { authority }) }
  const lb = (holder: JsonObject): JsonObject =>
    objectOf(objectOf(objectOf(holder.metadata_match).filter_metadata)['envoy.lb'])
  const call: ClusterCall = {
    cluster,
    connection: connectDestination(connection, request),
    criteria: { ...lb(action), ...lb(entry), ...objectOf(known.dynamicMetadata?.['envoy.lb']) },
    authority: authority ?? request.authority,
    metadata: known.dynamicMetadata ?? {},
    header: (name) => request.headers.first(name),
    notFoundStatus: notFoundStatuses.get(String(action.cluster_not_found_response_code)) ?? 503,
  }
  const shares = resolveCluster(walk, hop, call)
  const onward = { ...connection, tls: undefined, local: call.connection.local }
  return sendUpstream(walk, shares, call, 'upstream', onward)
}

/** A terminated CONNECT goes on to the address in its authority (Istio: HBONE). */
function connectDestination(connection: Connection, request: DecodedRequest): Connection {
  const local = request.method === 'CONNECT' ? parseHostPort(request.authority) : undefined
  return local === undefined ? connection : { ...connection, local }
}

const notFoundStatuses: ReadonlyMap<string, number> = new Map(
  Object.entries({
    SERVICE_UNAVAILABLE: 503,
    NOT_FOUND: 404,
    INTERNAL_SERVER_ERROR: 500,
  }),
)
