import { isObject, type JsonObject, numberOf, objectOf, stringOf } from '../envoy/json.ts'
import { type ClusterCall, resolveCluster } from './cluster-resolution.ts'
import type { Connection } from './connection.ts'
import { judgeFilter } from './filter-verdict.ts'
import { decodeRequest } from './http-decode.ts'
import { httpFilters } from './http-filters.ts'
import type { DecodedRequest } from './http-headers.ts'
import { end, undecidable } from './outcome.ts'
import { noteObject } from './provenance-text.ts'
import { redirectLocation, redirectStatus } from './redirect.ts'
import { rewrittenHost, rewrittenPath } from './rewrite.ts'
import { type ClusterChoice, chooseCluster } from './route-action.ts'
import type { RouteContext } from './route-match.ts'
import { routePolicy } from './route-policy.ts'
import {
  routeLabel,
  type SelectedRoute,
  type SelectedVirtualHost,
  selectRoute,
  selectVirtualHost,
  shadowedRoutes,
} from './route-selection.ts'
import { routeTable } from './route-table.ts'
import { sendUpstream } from './send-upstream.ts'
import type { Hop } from './trace-result.ts'
import { upgradeOf } from './upgrade.ts'
import type { Walk } from './walk.ts'

/** What routing found, before any filter has run. */
interface Routing {
  readonly context: RouteContext
  readonly routeConfiguration: JsonObject
  readonly host: SelectedVirtualHost | undefined
  /** The virtual host answers everything with a redirect to https (require_tls). */
  readonly tlsRequired: boolean
  readonly route: SelectedRoute | undefined
  readonly choice: ClusterChoice | undefined
}

/** The way of a request through an HTTP connection manager. @throws Ended always */
export function serveHttp(
  walk: Walk,
  hop: Hop,
  connection: Connection,
  downstreamTls: JsonObject | undefined,
  connectionManager: JsonObject,
): never {
  hop.protocol = 'http'
  const { http } = walk.request
  const opaque = connection.tls !== undefined && downstreamTls === undefined
  if (http === undefined || connection.payload === 'tcp' || opaque) {
    const reason = opaque ? 'TLS arrives at an HTTP connection manager without TLS' : 'what arrives is not HTTP'
    end({ kind: 'denied', status: 400, flags: 'DPE', details: 'http1.codec_error', reason })
  }
  const request = decodeRequest(http, connection, connectionManager, walk.index.version)
  const routing = routeRequest(walk, hop, connection, downstreamTls, connectionManager, request)
  const upgrade = upgradeOf(request, connectionManager, routing.route?.route ?? {})
  if (upgrade !== undefined && !upgrade.allowed && routing.route !== undefined) {
    const reason = `the upgrade ${upgrade.type} is not enabled for the route`
    end({ kind: 'denied', status: 403, details: 'upgrade_failed', reason })
  }
  runFilters(walk, hop, connectionManager, routing, upgrade?.config)
  return act(walk, hop, connection, routing)
}

function routeRequest(
  walk: Walk,
  hop: Hop,
  connection: Connection,
  downstreamTls: JsonObject | undefined,
  connectionManager: JsonObject,
  request: DecodedRequest,
): Routing {
  const table = routeTable(connectionManager, request, walk.index)
  hop.routeConfiguration = table.name
  hop.routeConfigurationSource = table.source
  noteObject(hop, 'routeConfiguration', table.resource)
  const context: RouteContext = {
    request,
    connection,
    downstreamTls,
    known: walk.request,
    runtime: walk.index.runtime,
    chance: walk.chance,
    ignorePathParameters: table.resource.ignore_path_parameters_in_path_matching === true,
  }
  const base = { context, routeConfiguration: table.resource, tlsRequired: false, route: undefined, choice: undefined }
  const host = selectVirtualHost(table.resource, context)
  if (host === undefined) return { ...base, host }
  hop.virtualHost = host.name
  hop.domain = host.domain
  hop.reasons.virtualHost = `domain ${host.domain} takes ${request.authority}`
  noteObject(hop, 'virtualHost', host.virtualHost)
  if (requiresTls(host.virtualHost, request)) return { ...base, host, tlsRequired: true }

  const { selected, nearMisses } = selectRoute(host.virtualHost, context)
  if (nearMisses.length > 0) hop.considered.routes = nearMisses
  if (selected === undefined) return { ...base, host }
  hop.route = selected.name
  if (selected.index !== undefined) hop.routeIndex = selected.index
  hop.routeMatch = routeLabel(selected.route, selected.index)
  hop.reasons.route = 'the first route that takes the request'
  noteObject(hop, 'route', selected.route)
  if (walk.explain) {
    const shadowed = shadowedRoutes(host.virtualHost, selected, context)
    if (shadowed.length > 0) hop.considered.shadowed = shadowed
  }
  const choice = isObject(selected.route.route) ? chooseCluster(selected.route.route, context) : undefined
  if (choice?.cluster) hop.cluster = choice.cluster
  return { ...base, host, route: selected, choice }
}

function requiresTls(virtualHost: JsonObject, request: DecodedRequest): boolean {
  if (request.forwardedProto === 'https') return false
  return virtualHost.require_tls === 'ALL' || (virtualHost.require_tls === 'EXTERNAL_ONLY' && !request.internal)
}

/** Runs the HTTP filters in order until one answers. The router is the last one and acts on the route. */
function runFilters(
  walk: Walk,
  hop: Hop,
  connectionManager: JsonObject,
  routing: Routing,
  upgrade: JsonObject | undefined,
): void {
  const { context, choice, route, host, routeConfiguration } = routing
  const levels = [choice?.entry ?? {}, route?.route ?? {}, host?.virtualHost ?? {}, routeConfiguration]
  const verdicts = []
  for (const filter of httpFilters(connectionManager, levels, upgrade, walk.index)) {
    if (filter.filter.message === 'Router') break
    const { verdict, outcome } = judgeFilter(filter, { context, levels, cluster: choice?.cluster })
    verdicts.push(verdict)
    hop.filters = verdicts
    if (outcome !== undefined) end(outcome)
  }
}

/** What the router does: redirect, answer, or forward. */
function act(walk: Walk, hop: Hop, connection: Connection, routing: Routing): never {
  const { context, host, route, routeConfiguration } = routing
  const { request } = context
  if (routing.tlsRequired) {
    const location = `https://${request.authority}${request.path ?? ''}`
    const reason = `virtual host ${host?.name ?? ''} requires TLS`
    end({ kind: 'redirect', status: 301, details: 'direct_response', location, reason })
  }
  if (route === undefined) {
    const reason =
      host === undefined
        ? `no virtual host of ${hop.routeConfiguration || 'the route configuration'} has a domain for ${request.authority || 'an empty host'}`
        : `no route of virtual host ${host.name} takes the request`
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
      reason: 'the route redirects',
    })
  }
  if (isObject(direct)) answerDirectly(objectOf(match), direct, request)
  if (!isObject(action)) undecidable('unknown_action', 'the route has an action that Envoy leaves to the application')
  const { choice } = routing
  if (choice?.cluster === undefined) {
    undecidable(
      'cluster_specifier_plugin',
      `route ${routeLabel(route.route, route.index)}: a cluster specifier plugin chooses the cluster`,
    )
  }
  hop.reasons.cluster = choice.reason
  hop.policy = routePolicy(
    { routeConfiguration, virtualHost: host?.virtualHost ?? {}, route: route.route, entry: choice.entry },
    walk.index.runtime,
  )
  return forward(walk, hop, connection, request, {
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
    reason: 'the route answers directly',
  })
}

interface Forwarding {
  readonly match: JsonObject
  readonly action: JsonObject
  readonly entry: JsonObject
  readonly cluster: string
}

function forward(walk: Walk, hop: Hop, connection: Connection, request: DecodedRequest, forwarding: Forwarding): never {
  const { match, action, entry, cluster } = forwarding
  const authority = stringOf(entry.host_rewrite_literal) || rewrittenHost(action, request)
  const path = request.path === undefined ? undefined : rewrittenPath(match, action, request.path)
  hop.upstream = { ...(path === undefined ? {} : { path }), ...(authority === undefined ? {} : { authority }) }
  const lb = (holder: JsonObject): JsonObject =>
    objectOf(objectOf(objectOf(holder.metadata_match).filter_metadata)['envoy.lb'])
  const call: ClusterCall = {
    cluster,
    connection: connectDestination(connection, request),
    criteria: { ...lb(action), ...lb(entry) },
    authority: authority ?? request.authority,
    header: (name) => request.headers.first(name),
    notFoundStatus: notFoundStatuses[String(action.cluster_not_found_response_code)] ?? 503,
  }
  const shares = resolveCluster(walk, hop, call)
  const onward = { ...connection, tls: undefined, local: call.connection.local }
  return sendUpstream(walk, shares, call, 'upstream', onward)
}

/** A terminated CONNECT goes on to the address in its authority (Istio: HBONE). */
function connectDestination(connection: Connection, request: DecodedRequest): Connection {
  const parts = request.method === 'CONNECT' ? /^\[?([^\]]+?)\]?:(\d+)$/.exec(request.authority) : null
  if (parts === null) return connection
  return { ...connection, local: { address: parts[1] ?? '', port: Number(parts[2]) } }
}

const notFoundStatuses: Readonly<Record<string, number>> = {
  SERVICE_UNAVAILABLE: 503,
  NOT_FOUND: 404,
  INTERNAL_SERVER_ERROR: 500,
}
