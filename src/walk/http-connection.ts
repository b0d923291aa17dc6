import { type JsonObject, objectOf, objectsOf } from '../envoy/json.ts'
import { discoveryOf } from '../semantics/clusters/discovery-type.ts'
import type { Connection } from '../semantics/connection.ts'
import { answered as answeredBy, type FilterVerdict } from '../semantics/filters/filter-result.ts'
import { decodeRequest } from '../semantics/http/http-decode.ts'
import { isPreflight } from '../semantics/http/preflight.ts'
import { upgradeOf } from '../semantics/http/upgrade.ts'
import { cors } from '../semantics/http-filters/cors.ts'
import { evaluateFilter } from '../semantics/http-filters/evaluate-filter.ts'
import { type HttpFilter, httpFilters } from '../semantics/http-filters/filters-of-route.ts'
import { httpFilterType } from '../semantics/http-filters/index.ts'
import { router } from '../semantics/http-filters/router.ts'
import { endWith, type Outcome, RequestEnd } from '../semantics/outcome.ts'
import { because } from '../semantics/reasons/reason.ts'
import { requestSent } from '../semantics/routes/request-sent.ts'
import { type Answering, answerClient, type Progress } from './client-answer.ts'
import { changesFirst } from './forward.ts'
import { draftHop, filtersSoFar, type HopDraft, hopOf, note, noteAnew, warn } from './hop-draft.ts'
import { noteOtherFilters } from './other-versions.ts'
import { actOnRoute, scopesOf } from './router.ts'
import { type Routing, type RoutingInput, routeRequest, routingFacts } from './routing.ts'
import type { TraceState } from './trace-state.ts'

/** The way of a request through an HTTP connection manager. */
export function serveHttp(
  traceState: TraceState,
  hop: HopDraft,
  connection: Connection,
  downstreamTls: JsonObject | undefined,
  connectionManager: JsonObject,
): Outcome {
  note(hop, 'filters', { protocol: 'http' })
  const manager = { connection, downstreamTls, connectionManager }
  const progress: Progress = { delayed: false, reached: 0 }
  return answered(traceState, hop, manager, progress, readAndServe(traceState, hop, manager, progress))
}

type Manager = Omit<RoutingInput, 'state'>

/** The outcome of this hop as the client gets it; what an internal listener further on answers has been written down there. */
function answered(
  traceState: TraceState,
  hop: HopDraft,
  manager: Manager,
  progress: Progress,
  outcome: Outcome,
): Outcome {
  if (traceState.hops.at(-1) !== hop) return outcome
  const fetch = fetchResponse(traceState, hop, manager, progress)
  return answerClient(outcome, { traceState, hop, ...manager, progress, fetch })
}

/** A request of Envoy's own for the response of a custom_response filter passes filters and routes as a hop of its own. */
function fetchResponse(
  traceState: TraceState,
  hop: HopDraft,
  manager: Manager,
  { contentType }: Progress,
): Answering['fetch'] {
  return (state, why) => {
    const input = { ...manager, state }
    const routing = routeRequest(traceState, input)
    if (routing instanceof RequestEnd || (routing.route === undefined && !routing.tlsRequired)) return undefined
    const { filterChain, connection } = hopOf(hop)
    const next = draftHop(hop.listener, {
      ...(filterChain === undefined ? {} : { filterChain }),
      ...(connection === undefined ? {} : { connection }),
      reasons: { listener: because('listener-of-custom-response', why) },
    })
    note(next, 'filters', { protocol: 'http' })
    traceState.hops.push(next)
    const progress: Progress = { delayed: false, reached: 0, contentType }
    const outcome = serveRequest(traceState, next, input, progress)
    if (traceState.hops.at(-1) !== next) return outcome
    // Custom responses are not replaced once more.
    progress.filters = []
    return answerClient(outcome, { traceState, hop: next, ...manager, progress, fetch: () => undefined })
  }
}

function readAndServe(traceState: TraceState, hop: HopDraft, manager: Manager, progress: Progress): Outcome {
  const { connection, downstreamTls, connectionManager } = manager
  const { http } = traceState.request
  const opaque = connection.tls !== undefined && downstreamTls === undefined
  if (http === undefined || connection.payload === 'tcp' || opaque) {
    const reason = opaque ? because('tls-not-terminated', {}) : because('not-http', {})
    return { kind: 'denied', status: 400, flags: 'DPE', details: 'http1.codec_error', reason }
  }
  const unreadable = codecFault(connection, connectionManager)
  if (unreadable !== undefined) return unreadable
  progress.contentType = http.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  progress.filters = filtersOf(traceState, connectionManager, [], undefined)
  const request = decodeRequest(http, {
    connection,
    downstreamTls,
    connectionManager,
    ownUris: hopOf(hop).certificate?.names?.flatMap((name) =>
      name.startsWith('URI:') ? [name.slice('URI:'.length)] : [],
    ),
    node: objectOf(traceState.index.bootstrap.node),
    version: traceState.index.version,
  })
  if (request instanceof RequestEnd) return request.outcome
  return serveRequest(traceState, hop, { ...manager, state: { request, known: traceState.request } }, progress)
}

/** Routes, filters and cluster of a request that has been read. */
function serveRequest(traceState: TraceState, hop: HopDraft, input: RoutingInput, progress: Progress): Outcome {
  const { connectionManager, state, connection } = input
  progress.state = state
  const routing = routeRequest(traceState, input)
  if (routing instanceof RequestEnd) return routing.outcome
  noteAnew(hop, 'routing', routingFacts(routing, traceState.explain))
  noteOtherFilters(traceState, objectsOf(connectionManager.http_filters))
  const upgrade = upgradeOf(state.request, connectionManager, routing.route?.route ?? {})
  if (upgrade !== undefined && !upgrade.allowed && (routing.route !== undefined || routing.tlsRequired)) {
    const reason = because('upgrade-not-enabled', { upgrade: upgrade.type })
    return { kind: 'denied', status: 403, details: 'upgrade_failed', reason }
  }
  const routed = runFilters(traceState, hop, input, routing, upgrade?.config, progress)
  if (routed instanceof RequestEnd) return routed.outcome
  const outcome = actOnRoute(traceState, hop, connection, routed)
  if (traceState.index.version >= changesFirst && afterChanges.has(outcome.reason.code))
    progress.state = {
      known: routed.context.known,
      request: requestSent(scopesOf(routed), routed.context.request).request,
    }
  return outcome
}

/** Ends that come after the router has changed the request, where it does that before it chooses an endpoint. */
const afterChanges: ReadonlySet<string> = new Set([
  'endpoints-missing',
  'endpoints-unhealthy',
  'panic-fails',
  'localities-without-weight',
  'subset-without-endpoints',
  'session-endpoint-unavailable',
  'destination-unknown',
  'threshold-zero',
])

/** A connection manager that is fixed to one version of HTTP cannot read the other. */
function codecFault({ payload }: Connection, { codec_type: codec }: JsonObject): Outcome | undefined {
  if (codec === 'HTTP1' && payload === 'http2') {
    const reason = because('http2-at-http1-codec', {})
    return { kind: 'denied', status: 400, flags: 'DPE', details: 'http1.codec_error', reason }
  }
  if (codec === 'HTTP2' && payload === 'http1') {
    const reason = because('http1-at-http2-codec', {})
    return { kind: 'denied', status: 0, flags: 'DPE', details: 'http2.codec_error', reason }
  }
  return undefined
}

/**
 * Runs the HTTP filters in order until one answers; the router is the last one and acts on the route.
 * @returns the routing in force at the router: filters can change the request and have it routed again; or the end
 */
function runFilters(
  traceState: TraceState,
  hop: HopDraft,
  input: RoutingInput,
  initial: Routing,
  upgrade: JsonObject | undefined,
  progress: Progress,
): Routing | RequestEnd {
  // Network filters have had their say before.
  const verdicts: FilterVerdict[] = [...filtersSoFar(hop)]
  const node = objectOf(traceState.index.bootstrap.node)
  const { token } = traceState.request
  let routing = initial
  let { state } = input
  let levels = levelsOf(routing)
  progress.filters = filtersOf(traceState, input.connectionManager, levels, upgrade)
  for (let place = 0; ; place++) {
    progress.reached = place
    progress.state = state
    const filter = progress.filters[place]
    if (filter === undefined || httpFilterType(filter.filter) === router) break
    const cluster = routing.choice?.cluster
    const context = { ...routing.context, ...state }
    const clusterType = () => typeOfCluster(traceState, cluster)
    const spec = { context, levels, cluster, clusterType, node, token, now: traceState.moment?.now }
    const { verdict, result } = evaluateFilter(filter, spec)
    verdicts.push(verdict)
    if (filtersSoFar(hop) !== verdicts) note(hop, 'filters', { filters: verdicts })
    progress.delayed ||= result.delays === true
    if (result.answer !== undefined) {
      const later = progress.filters.slice(place + 1)
      if (isPreflight(state.request) && later.some((other) => httpFilterType(other.filter) === cors && !other.disabled))
        warn(hop, because('cors-comes-later', { filter: filter.name }))
      return endWith(answeredBy(filter.name, result.answer))
    }
    if (result.state === undefined) continue
    state = result.state
    if (result.routesAgain !== true) continue
    const again = routeRequest(traceState, { ...input, state })
    if (again instanceof RequestEnd) return again
    routing = again
    const before = levels
    levels = levelsOf(routing)
    if (levels.length !== before.length || levels.some((level, at) => level !== before[at]))
      progress.filters = filtersOf(traceState, input.connectionManager, levels, upgrade)
    noteAnew(hop, 'routing', routingFacts(routing, traceState.explain))
  }
  note(hop, 'filters', { passedFilters: true })
  return { ...routing, context: { ...routing.context, ...state } }
}

function filtersOf(
  { index, chance }: TraceState,
  connectionManager: JsonObject,
  levels: readonly JsonObject[],
  upgrade: JsonObject | undefined,
): readonly HttpFilter[] {
  const filters = httpFilters(connectionManager, levels, upgrade, index)
  chance.spend(filters.length)
  return filters
}

function typeOfCluster({ index }: TraceState, name: string | undefined): string | undefined {
  const entry = name === undefined ? undefined : index.serving('clusters', name)
  return entry === undefined ? undefined : discoveryOf(entry.resource).type
}

/** Where per-filter configuration is looked for, most specific first: nowhere without a route, not even in the virtual host. */
function levelsOf({ choice, route, host, table }: Routing): readonly JsonObject[] {
  if (route === undefined) return []
  return [choice?.entry ?? none, route?.route ?? none, host?.virtualHost ?? none, table.resource]
}

const none: JsonObject = {}
