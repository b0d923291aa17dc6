import { isObject, type JsonObject, stringOf, stringsOf } from '../envoy/json.ts'
import type { Connection } from '../semantics/connection.ts'
import type { RequestState } from '../semantics/filters/request-state.ts'
import { type DecodedRequest, withHeader } from '../semantics/matching/http-headers.ts'
import { endWith, RequestEnd, undecidableOutcome } from '../semantics/outcome.ts'
import { because } from '../semantics/reasons/reason.ts'
import { type ClusterChoice, chooseCluster } from '../semantics/routes/route-action.ts'
import type { RouteContext } from '../semantics/routes/route-match.ts'
import {
  type NearMiss,
  routeLabel,
  type SelectedRoute,
  type SelectedVirtualHost,
  selectRoute,
  selectVirtualHost,
  shadowedRoutes,
} from '../semantics/routes/route-selection.ts'
import { type RouteTable, routeTable } from '../semantics/routes/route-table.ts'
import { apiObject } from './api-object.ts'
import type { HopFacts } from './hop-draft.ts'
import { noteOtherVersions } from './other-versions.ts'
import type { TraceState } from './trace-state.ts'

/** What routing found for a request. */
export interface Routing {
  /** Absent where a route configuration is asked about on its own. */
  readonly connectionManager?: JsonObject
  readonly context: RouteContext
  readonly table: RouteTable
  readonly host: SelectedVirtualHost | undefined
  /** The virtual host answers everything with a redirect to https (require_tls). */
  readonly tlsRequired: boolean
  readonly route: SelectedRoute | undefined
  readonly nearMisses: readonly NearMiss[]
  readonly choice: ClusterChoice | undefined
}

export interface RoutingInput {
  readonly connection: Connection
  readonly downstreamTls: JsonObject | undefined
  readonly connectionManager: JsonObject
  readonly state: RequestState
}

/** Looks up route configuration, virtual host, route and cluster of a request; the end when there is no route configuration. */
export function routeRequest(
  traceState: TraceState,
  { connection, downstreamTls, connectionManager, state }: RoutingInput,
): Routing | RequestEnd {
  const { request, known } = state
  const table = routeTable(connectionManager, request, traceState.index)
  if (table instanceof RequestEnd) return table
  if (table.source !== 'inline') noteOtherVersions(traceState, 'routes', table.name)
  const { scoped_routes: scoped } = connectionManager
  if (isObject(scoped)) noteOtherVersions(traceState, 'scopedRoutes', stringOf(scoped.name) ?? '')
  const { runtime } = traceState.index
  const hidden = stringsOf(table.resource.internal_only_headers)
  if (request.internal === undefined && hidden.some((name) => request.headers.values(name).length > 0))
    return endWith(
      undecidableOutcome(
        'source_unknown',
        because('internal-headers-depend-on-unknown', { headers: hidden, unknown: ['source'] }),
      ),
    )
  const trusted = request.internal
    ? request
    : hidden.reduce((current, name) => withHeader(current, name, undefined), request)
  const facts = { request: trusted, connection, downstreamTls, known, runtime, chance: traceState.chance }
  const routing = routeIn(table, facts)
  return routing instanceof RequestEnd ? routing : { ...routing, connectionManager }
}

/** Looks up virtual host, route and cluster of a request in a given route configuration. */
export function routeIn(table: RouteTable, facts: Omit<RouteContext, 'ignorePathParameters'>): Routing | RequestEnd {
  const ignorePathParameters = table.resource.ignore_path_parameters_in_path_matching === true
  const context = { ...facts, ignorePathParameters }
  const nothing = { tlsRequired: false, route: undefined, nearMisses: [], choice: undefined }
  // Without a protocol Envoy looks up no route. (RouteMatcher::findVirtualHost)
  const host = facts.request.forwardedProto === '' ? undefined : selectVirtualHost(table.resource, context)
  if (host === undefined) return { context, table, host, ...nothing }
  const tlsRequired = requiresTls(host.virtualHost, facts.request)
  if (tlsRequired instanceof RequestEnd) return tlsRequired
  if (tlsRequired) return { context, table, host, ...nothing, tlsRequired }
  const search = selectRoute(host.virtualHost, context)
  if (search instanceof RequestEnd) return search
  const { selected, nearMisses } = search
  const action = selected?.route.route
  const choice = isObject(action) ? chooseCluster(action, context) : undefined
  return { context, table, host, tlsRequired, route: selected, nearMisses, choice }
}

/** What routing found, as facts of a hop. @param explain whether to look for the routes that the selected one shadows as well */
export function routingFacts({ context, table, host, route, nearMisses, choice }: Routing, explain: boolean): HopFacts {
  const ofTable = {
    routeConfiguration: table.name,
    routeConfigurationSource: table.source,
    objects: apiObject('routeConfiguration', table.resource),
  }
  if (host === undefined) return ofTable
  const ofHost = {
    ...ofTable,
    virtualHost: host.name,
    domain: host.domain,
    objects: { ...ofTable.objects, ...apiObject('virtualHost', host.virtualHost) },
    reasons: { virtualHost: domainReason(host.domain, context.request) },
    considered: nearMisses.length === 0 ? {} : { routes: nearMisses },
  }
  if (route === undefined) return ofHost
  const shadowed = explain ? shadowedRoutes(host.virtualHost, route, context) : []
  return {
    ...ofHost,
    route: route.name,
    ...(route.index === undefined ? {} : { routeIndex: route.index }),
    routeMatch: routeLabel(route.route, route.index),
    ...(choice?.cluster ? { cluster: choice.cluster } : {}),
    objects: { ...ofHost.objects, ...apiObject('route', route.route, { routeName: route.name }) },
    reasons: { ...ofHost.reasons, route: because('route-first-match', {}) },
    considered: { ...ofHost.considered, ...(shadowed.length === 0 ? {} : { shadowed }) },
  }
}

function domainReason(domain: string, { authority }: DecodedRequest) {
  return authority === undefined
    ? because('domain-matches-any', { domain })
    : because('domain-matches', { domain, host: authority })
}

function requiresTls(virtualHost: JsonObject, request: DecodedRequest): boolean | RequestEnd {
  if (request.forwardedProto === 'https') return false
  if (virtualHost.require_tls !== 'EXTERNAL_ONLY') return virtualHost.require_tls === 'ALL'
  if (request.internal !== undefined) return !request.internal
  const name = stringOf(virtualHost.name) ?? ''
  const reason = because('tls-requirement-depends-on-unknown', { virtualHost: name, unknown: ['source'] })
  return endWith(undecidableOutcome('source_unknown', reason))
}
