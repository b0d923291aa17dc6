import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf, stringsOf } from '../envoy/json.ts'
import { cidrContains, parseCidr, parseIp } from '../envoy/model/ip.ts'
import { tcpContradictions } from '../semantics/clusters/contradictions.ts'
import { bringsDestination } from '../semantics/clusters/original-dst.ts'
import type { Connection } from '../semantics/connection.ts'
import { filterStateKeys } from '../semantics/filters/filter-state.ts'
import { endWith, type Outcome, RequestEnd, undecidableOutcome } from '../semantics/outcome.ts'
import type { RouteChoices } from '../semantics/reasons/choice-reasons.ts'
import { because, type Reason } from '../semantics/reasons/reason.ts'
import { tcpTimeoutsOf } from '../semantics/routes/timeouts.ts'
import { resolveCluster } from './cluster-resolution.ts'
import { type HopDraft, hopOf, note, warn } from './hop-draft.ts'
import { sendUpstream } from './send-upstream.ts'
import type { TraceState } from './trace-state.ts'

interface Proxying {
  /** The TcpProxy. */
  readonly config: JsonObject
  /** Whether the client's bytes are TLS that this proxy does not take off. */
  readonly encrypted: boolean
}

/**
 * `TcpProxy`: weighted clusters first, then the cluster that filter state names (sni_cluster, set_filter_state), then `cluster`.
 */
export function proxyTcp(
  traceState: TraceState,
  hop: HopDraft,
  connection: Connection,
  { config, encrypted }: Proxying,
): Outcome {
  note(hop, 'filters', { protocol: 'tcp' })
  const choice = chooseCluster(traceState, connection, config)
  if (choice instanceof RequestEnd) return choice.outcome
  const timeouts = tcpTimeoutsOf(config, objectOf(traceState.index.serving('clusters', choice.cluster)?.resource))
  note(hop, 'forwarding', { reasons: { cluster: choice.reason }, timeouts })
  const criteria = {
    ...objectOf(objectOf(objectOf(config.metadata_match).filter_metadata)['envoy.lb']),
    ...objectOf(objectOf(objectOf(choice.entry.metadata_match).filter_metadata)['envoy.lb']),
  }
  const call = {
    cluster: choice.cluster,
    connection,
    criteria,
    serverName: undefined,
    headers: undefined,
    metadata: traceState.request.dynamicMetadata ?? {},
    filterState: traceState.request.filterState ?? {},
    unknownFilterState: traceState.request.unknownFilterState ?? {},
    // A name of its own is looked up by the filter that reads the SNI.
    lookedUp: connection.sni,
    session: undefined,
    priority: 'DEFAULT' as const,
    notFoundStatus: undefined,
  }
  if (isObject(config.tunneling_config)) {
    const method = config.tunneling_config.use_post === true ? 'POST' : 'CONNECT'
    note(hop, 'forwarding', {
      upstream: { authority: stringOf(config.tunneling_config.hostname) ?? '' },
      reasons: { upstream: because('tunnelled-by-http', { method }) },
    })
  }
  const shares = resolveCluster(traceState, hop, call)
  if (shares instanceof RequestEnd) return shares.outcome
  // Where the address of the request is all there is to go by, the proxy was never to look at more.
  const isKnown = !bringsDestination.has(hopOf(hop).clusterType ?? '')
  const isHttp = isKnown && connection.tls === undefined && traceState.request.http !== undefined
  warn(hop, ...tcpContradictions(choice.cluster, encrypted ? 'tls' : isHttp ? 'http' : 'other', hopOf(hop).tls))
  return sendUpstream(traceState, shares, call, 'tcp', connection)
}

interface Choice {
  readonly cluster: string
  readonly entry: JsonObject
  readonly reason: Reason<keyof RouteChoices>
}

function chooseCluster(
  { chance, request }: TraceState,
  connection: Connection,
  config: JsonObject,
): Choice | RequestEnd {
  const weighted = objectsOf(objectOf(config.weighted_clusters).clusters)
  if (weighted.length > 0) {
    const weights = weighted.map(({ weight }) => numberOf(weight) ?? 0)
    const entry = weighted[chance.draw(weights)] ?? {}
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return {
      cluster: stringOf(entry.name) ?? '',
      entry,
      reason: because('cluster-by-weight', { weight: numberOf(entry.weight) ?? 0, total }),
    }
  }
  const routes = v1Routes(config)
  if (routes.length > 0) {
    const route = routes.find((candidate) => v1RouteTakes(candidate, connection))
    if (route === undefined) {
      const reason = because('tcp-route-missing', {})
      return endWith({ kind: 'noRoute', flags: 'NR', details: 'route_not_found', reason })
    }
    return { cluster: stringOf(route.cluster) ?? '', entry: {}, reason: because('cluster-of-tcp-route', {}) }
  }
  const unknown = request.unknownFilterState?.[filterStateKeys.tcpCluster]
  if (unknown !== undefined)
    return endWith(
      undecidableOutcome('cluster_unknown', because('tcp-cluster-depends-on-unknown', { unknown: [unknown] })),
    )
  const overridden = request.filterState?.[filterStateKeys.tcpCluster]
  if (overridden !== undefined) {
    const code = overridden === connection.sni ? 'cluster-by-sni' : 'cluster-by-filter-state'
    return { cluster: overridden, entry: {}, reason: because(code, {}) }
  }
  return { cluster: stringOf(config.cluster) ?? '', entry: {}, reason: because('cluster-of-tcp-proxy', {}) }
}

/** Routes of API v1: in `deprecated_v1`, or in a whole v1 configuration that is flagged by it. */
function v1Routes(config: JsonObject): readonly JsonObject[] {
  if (config.deprecated_v1 === true) return objectsOf(objectOf(objectOf(config.value).route_config).routes)
  return objectsOf(objectOf(config.deprecated_v1).routes)
}

function v1RouteTakes(route: JsonObject, { local, remote }: Connection): boolean {
  return (
    inRanges(route.destination_ip_list, local?.address) &&
    inRanges(route.source_ip_list, remote.address) &&
    inPorts(route.destination_ports, local?.port) &&
    inPorts(route.source_ports, remote.port)
  )
}

function inRanges(ranges: unknown, address: string | undefined): boolean {
  const cidrs = [...objectsOf(ranges).map(parseCidr), ...stringsOf(ranges).map(cidrOf)]
  const ip = parseIp(address ?? '')
  return cidrs.length === 0 || cidrs.some((cidr) => cidr !== undefined && ip !== undefined && cidrContains(cidr, ip))
}

/** `10.0.0.0/8`, as API v1 writes it. */
function cidrOf(text: string): ReturnType<typeof parseCidr> {
  const [address = '', length = '32'] = text.split('/')
  return parseCidr({ address_prefix: address, prefix_len: Number(length) })
}

/** `80,8000-9000` */
function inPorts(ports: unknown, port: number | undefined): boolean {
  if (typeof ports !== 'string' || ports === '') return true
  return ports.split(',').some((part) => {
    const [low = '', high = low] = part.split('-')
    return port !== undefined && port >= Number(low) && port <= Number(high)
  })
}
