import { type JsonObject, objectOf, objectsOf } from '../../../envoy/json.ts'
import { discoveryOf } from '../../../semantics/clusters/discovery-type.ts'
import type { Connection } from '../../../semantics/connection.ts'
import { answered, type FilterVerdict } from '../../../semantics/filters/filter-result.ts'
import { decodeRequest } from '../../../semantics/http/http-decode.ts'
import { asAnswered, type Seen } from '../../../semantics/http/local-reply.ts'
import { upgradeOf } from '../../../semantics/http/upgrade.ts'
import { evaluateFilter } from '../../../semantics/http-filters/evaluate-filter.ts'
import { httpFilters } from '../../../semantics/http-filters/filters-of-route.ts'
import { httpFilterType } from '../../../semantics/http-filters/index.ts'
import { router } from '../../../semantics/http-filters/router.ts'
import { endWith, type Outcome, RequestEnd } from '../../../semantics/outcome.ts'
import { because } from '../../../semantics/reasons/reason.ts'
import { type HopDraft, hopOf, note, noteAnew } from './hop-draft.ts'
import { noteOtherFilters } from './other-versions.ts'
import { actOnRoute } from './router.ts'
import { type Routing, type RoutingInput, routeRequest, routingFacts } from './routing.ts'
import type { Walk } from './walk.ts'

/** The way of a request through an HTTP connection manager. */
export function serveHttp(
  walk: Walk,
  hop: HopDraft,
  connection: Connection,
  downstreamTls: JsonObject | undefined,
  connectionManager: JsonObject,
): Outcome {
  note(hop, 'filters', { protocol: 'http' })
  const seen: Seen = { delayed: false }
  const outcome = route(walk, hop, connection, downstreamTls, connectionManager, seen)
  // What an internal listener further on answers has been written down there.
  return walk.hops.at(-1) === hop ? asAnswered(outcome, seen) : outcome
}

function route(
  walk: Walk,
  hop: HopDraft,
  connection: Connection,
  downstreamTls: JsonObject | undefined,
  connectionManager: JsonObject,
  seen: Seen,
): Outcome {
  const { http } = walk.request
  const opaque = connection.tls !== undefined && downstreamTls === undefined
  if (http === undefined || connection.payload === 'tcp' || opaque) {
    const reason = opaque ? because('tls-not-terminated', {}) : because('not-http', {})
    return { kind: 'denied', status: 400, flags: 'DPE', details: 'http1.codec_error', reason }
  }
  const unreadable = codecFault(connection, connectionManager)
  if (unreadable !== undefined) return unreadable
  seen.contentType = http.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const request = decodeRequest(http, {
    connection,
    downstreamTls,
    connectionManager,
    ownUris: hopOf(hop).certificate?.names?.flatMap((name) =>
      name.startsWith('URI:') ? [name.slice('URI:'.length)] : [],
    ),
    node: objectOf(walk.index.bootstrap.node),
    version: walk.index.version,
  })
  if (request instanceof RequestEnd) return request.outcome
  const input = { connection, downstreamTls, connectionManager, state: { request, known: walk.request } }
  const routing = routeRequest(walk, input)
  if (routing instanceof RequestEnd) return routing.outcome
  noteAnew(hop, 'routing', routingFacts(routing, walk.explain))
  noteOtherFilters(walk, objectsOf(connectionManager.http_filters))
  const upgrade = upgradeOf(request, connectionManager, routing.route?.route ?? {})
  if (upgrade !== undefined && !upgrade.allowed && (routing.route !== undefined || routing.tlsRequired)) {
    const reason = because('upgrade-not-enabled', { upgrade: upgrade.type })
    return { kind: 'denied', status: 403, details: 'upgrade_failed', reason }
  }
  const routed = runFilters(walk, hop, input, routing, upgrade?.config, seen)
  return routed instanceof RequestEnd ? routed.outcome : actOnRoute(walk, hop, connection, routed)
}

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
  walk: Walk,
  hop: HopDraft,
  input: RoutingInput,
  initial: Routing,
  upgrade: JsonObject | undefined,
  seen: Seen,
): Routing | RequestEnd {
  const verdicts: FilterVerdict[] = []
  const node = objectOf(walk.index.bootstrap.node)
  const { token } = walk.request
  let routing = initial
  let { state } = input
  for (let place = 0; ; place++) {
    const levels = levelsOf(routing)
    const filter = httpFilters(input.connectionManager, levels, upgrade, walk.index)[place]
    if (filter === undefined || httpFilterType(filter.filter) === router) break
    const cluster = routing.choice?.cluster
    const context = { ...routing.context, ...state }
    const clusterType = () => typeOfCluster(walk, cluster)
    const question = { context, levels, cluster, clusterType, node, token, now: walk.moment?.now }
    const { verdict, result } = evaluateFilter(filter, question)
    verdicts.push(verdict)
    note(hop, 'filters', { filters: [...verdicts] })
    seen.delayed ||= result.delays === true
    if (result.answer !== undefined) return endWith(answered(filter.name, result.answer))
    if (result.state === undefined) continue
    state = result.state
    if (result.routesAgain !== true) continue
    const again = routeRequest(walk, { ...input, state })
    if (again instanceof RequestEnd) return again
    routing = again
    noteAnew(hop, 'routing', routingFacts(routing, walk.explain))
  }
  note(hop, 'filters', { passedFilters: true })
  return { ...routing, context: { ...routing.context, ...state } }
}

function typeOfCluster({ index }: Walk, name: string | undefined): string | undefined {
  const entry = name === undefined ? undefined : index.serving('clusters', name)
  return entry === undefined ? undefined : discoveryOf(entry.resource).type
}

/** Where per-filter configuration is looked for, most specific first: nowhere without a route, not even in the virtual host. */
function levelsOf({ choice, route, host, table }: Routing): readonly JsonObject[] {
  if (route === undefined) return []
  return [choice?.entry ?? {}, route?.route ?? {}, host?.virtualHost ?? {}, table.resource]
}
