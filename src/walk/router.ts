import { isObject, type JsonObject, numberOf, objectOf } from '../envoy/json.ts'
import type { Connection } from '../semantics/connection.ts'
import { isGrpc } from '../semantics/matching/grpc.ts'
import { authorityOf, type DecodedRequest } from '../semantics/matching/http-headers.ts'
import { type Outcome, undecidableOutcome } from '../semantics/outcome.ts'
import { because } from '../semantics/reasons/reason.ts'
import { redirectLocation, redirectStatus } from '../semantics/routes/redirect.ts'
import type { RouteScopes } from '../semantics/routes/request-sent.ts'
import { retryPolicyOf, routePolicy } from '../semantics/routes/route-policy.ts'
import { passedOverRoute, routeLabel } from '../semantics/routes/route-selection.ts'
import { timeoutsOf } from '../semantics/routes/timeouts.ts'
import { forward } from './forward.ts'
import { type HopDraft, note, warn } from './hop-draft.ts'
import type { Routing } from './routing.ts'
import type { TraceState } from './trace-state.ts'

/** What the router filter does with a routed request: redirect, answer, or forward. */
export function actOnRoute(traceState: TraceState, hop: HopDraft, connection: Connection, routing: Routing): Outcome {
  const { context, host, route, table } = routing
  const { request } = context
  if (routing.tlsRequired) {
    const location = `https://${authorityOf(request)}${request.path ?? ''}`
    noteLoop(traceState, hop, request, location)
    const reason = because('virtual-host-requires-tls', { virtualHost: host?.name ?? '' })
    return { kind: 'redirect', status: 301, details: 'direct_response', location, reason }
  }
  if (host === undefined && table.resource.vhds !== undefined) {
    return undecidableOutcome(
      'virtual_host_on_demand',
      because('virtual-host-on-demand', { host: authorityOf(request) }),
    )
  }
  if (request.forwardedProto === '') {
    const reason = because('forwarded-proto-empty', {})
    return { kind: 'noRoute', status: 404, flags: 'NR', details: 'route_not_found', reason }
  }
  if (route === undefined) {
    const reason =
      host === undefined
        ? because('virtual-host-missing', { routeConfiguration: table.name, host: authorityOf(request) })
        : because('route-missing', { virtualHost: host.name, passedOver: passedOverRoute(table.resource, context) })
    return { kind: 'noRoute', status: 404, flags: 'NR', details: 'route_not_found', reason }
  }
  const { redirect, direct_response: direct, route: action, match } = route.route
  if (isObject(redirect)) {
    const location = redirectLocation(objectOf(match), redirect, request)
    noteLoop(traceState, hop, request, location)
    return {
      kind: 'redirect',
      status: redirectStatus(redirect),
      details: 'direct_response',
      location,
      reason: because('route-redirects', {}),
    }
  }
  if (isObject(direct)) return answerDirectly(objectOf(match), direct, request)
  if (!isObject(action)) return undecidableOutcome('unknown_action', because('route-action-unknown', {}))
  const { choice } = routing
  if (choice?.cluster === undefined) {
    return undecidableOutcome(
      'cluster_specifier_plugin',
      because('cluster-specifier-plugin-decides', { route: routeLabel(route.route, route.index) }),
    )
  }
  const scopes = scopesOf(routing)
  const timeouts = timeoutsOf({
    connectionManager: routing.connectionManager ?? {},
    action,
    retry: retryPolicyOf(scopes) ?? {},
    cluster: objectOf(traceState.index.serving('clusters', choice.cluster)?.resource),
    isGrpc: isGrpc(request.headers.first('content-type')),
    header: (name) => request.headers.first(name),
  })
  const policy = routePolicy(scopes, traceState.index.runtime)
  note(hop, 'forwarding', { reasons: { cluster: choice.reason }, policy, timeouts })
  return forward(traceState, hop, connection, context, { scopes, cluster: choice.cluster })
}

/** The levels of the route configuration that a request is changed by. */
export function scopesOf({ table, host, route, choice }: Routing): RouteScopes {
  return {
    routeConfiguration: table.resource,
    virtualHost: host?.virtualHost ?? {},
    route: route?.route ?? {},
    entry: choice?.entry ?? {},
  }
}

/** A client that came by https and is sent there once more, since the proxy does not believe the load balancer that says so. */
function noteLoop({ request: sent }: TraceState, hop: HopDraft, request: DecodedRequest, location: string): void {
  const claimed = sent.http?.headers.find(([name]) => name.toLowerCase() === 'x-forwarded-proto')?.[1]
  if (claimed?.toLowerCase() !== 'https' || location !== `https://${authorityOf(request)}${request.path ?? ''}`) return
  warn(hop, because('redirect-loop', { location, scheme: request.forwardedProto }))
}

function answerDirectly(match: JsonObject, direct: JsonObject, request: DecodedRequest): Outcome {
  const status = numberOf(direct.status) ?? 200
  // Envoy puts the request's own URI into Location when the status calls for one.
  const located = status === 201 || (status >= 300 && status < 400)
  const location = located ? { location: redirectLocation(match, {}, request) } : {}
  return {
    kind: 'directResponse',
    status,
    details: 'direct_response',
    ...location,
    reason: because('route-answers', {}),
  }
}
