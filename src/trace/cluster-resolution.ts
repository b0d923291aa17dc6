import { hostPort, parseHostPort, parseIp } from '../envoy/ip.ts'
import { isObject, type JsonObject, numberOf, objectOf, stringOf, stringsOf } from '../envoy/json.ts'
import { absence, siblings } from './absence.ts'
import type { Connection } from './connection.ts'
import { discoveryOf } from './discovery-type.ts'
import { dropOverload } from './drop-overload.ts'
import { type Host, type HostSet, hostsOf } from './hosts.ts'
import { type HostShare, hostShares, lbPolicyOf } from './load-balancing.ts'
import { noteOtherVersions } from './other-versions.ts'
import { end, undecidable } from './outcome.ts'
import { noteObject } from './provenance-text.ts'
import type { SocketAddress } from './request.ts'
import { subsetConfig, subsetHosts } from './subset.ts'
import type { EndpointChoice, Hop } from './trace-result.ts'
import { upstreamCertificates } from './upstream-certificates.ts'
import { transportSocketFor, upstreamTls } from './upstream-tls.ts'
import type { Walk } from './walk.ts'
import { zoneRoutingOf } from './zone-routing.ts'
import { describeZones } from './zone-shares.ts'

/** What is asked of a cluster. */
export interface ClusterCall {
  readonly cluster: string
  readonly connection: Connection
  /** `envoy.lb` metadata of the route: selects a subset. */
  readonly criteria: JsonObject
  /** The request's authority as it goes upstream. Undefined for plain TCP. */
  readonly authority: string | undefined
  /** Value of a request header, for ORIGINAL_DST by header. */
  readonly header: (name: string) => string | undefined
  /** Status of the answer when the cluster does not exist; undefined for plain TCP. */
  readonly notFoundStatus: number | undefined
}

/** Notes the cluster and the endpoints that can be picked, and gives them with their shares. @throws Ended when there are none */
export function resolveCluster(walk: Walk, hop: Hop, call: ClusterCall): readonly HostShare[] {
  const cluster = servingCluster(walk, hop, call)
  const { type, config } = discoveryOf(cluster)
  hop.clusterType = type
  hop.lbPolicy = lbPolicyOf(cluster)
  noteObject(hop, 'cluster', cluster)
  if (type === 'ORIGINAL_DST') return single(walk, hop, cluster, originalDestination(cluster, call), call, type)
  if (type === 'DYNAMIC_FORWARD_PROXY') return single(walk, hop, cluster, forwardProxyTarget(cluster, call), call, type)
  if (call.notFoundStatus !== undefined) dropOverload(walk, cluster)
  const members = type === 'AGGREGATE' ? aggregateMembers(walk, config) : [cluster]
  const memberOf = new Map<Host, string>()
  const sets = members.flatMap((member) => {
    const set = hostsOf(member, walk.index, walk.statuses)
    if (set === undefined) return endpointsUnknown(hop, stringOf(member.name) ?? '')
    const usable = subsetOf(hop, member, set, call.criteria)
    for (const host of usable.hosts) memberOf.set(host, stringOf(member.name) ?? '')
    return [usable]
  })
  const hosts = sets.flatMap((set) => set.hosts)
  const zones = type === 'AGGREGATE' ? undefined : zoneRoutingOf(walk, cluster, hosts)
  const routing = typeof zones === 'object' ? zones : undefined
  const shares = hostShares(cluster, sets, routing).filter(({ probability }) => probability > 0)
  const inZones = typeof zones === 'string' ? zones : routing && describeZones(routing, hosts)
  if (inZones !== undefined) hop.reasons.endpoints = [hop.reasons.endpoints, inZones].filter(Boolean).join('; ')
  noteEndpoints(walk, hop, cluster, shares, call, type === 'AGGREGATE' ? memberOf : undefined)
  const picked = new Set(shares.map(({ host }) => host))
  const passedOver = hosts.filter((host) => !picked.has(host))
  if (passedOver.length > 0)
    hop.considered.endpoints = passedOver.map((host) => ({ address: host.label, why: whyNot(host) }))
  if (shares.length === 0) noHealthyUpstream(hop, call, emptyReason(sets, hop.reasons.endpoints))
  return shares
}

function servingCluster(walk: Walk, hop: Hop, call: ClusterCall): JsonObject {
  const { index } = walk
  hop.cluster = call.cluster
  const entry = index.serving('clusters', call.cluster)
  if (entry !== undefined) {
    noteOtherVersions(walk, 'clusters', call.cluster)
    return entry.resource
  }
  if (!index.dump.has('clusters'))
    undecidable('clusters_not_in_dump', `the dump has no clusters; ${call.cluster} cannot be looked into`)
  const [other] = index.others('clusters', call.cluster)
  const why = other === undefined ? `does not exist${siblings(index, call.cluster)}` : absence(other)
  const status = call.notFoundStatus
  return end({
    kind: 'noCluster',
    flags: 'NC',
    details: 'cluster_not_found',
    reason: call.cluster === '' ? 'the route names no cluster' : `cluster ${call.cluster} ${why}`,
    ...(status === undefined ? {} : { status }),
  })
}

/** Member clusters in order; Envoy skips those that do not exist. */
function aggregateMembers(walk: Walk, config: JsonObject): readonly JsonObject[] {
  return stringsOf(config.clusters).flatMap((name) => {
    noteOtherVersions(walk, 'clusters', name)
    const member = walk.index.serving('clusters', name)
    return member === undefined ? [] : [member.resource]
  })
}

function subsetOf(hop: Hop, cluster: JsonObject, set: HostSet, criteria: JsonObject): HostSet {
  const config = subsetConfig(cluster)
  if (config === undefined) return set
  const { hosts, reason } = subsetHosts(config, set.hosts, criteria)
  hop.reasons.endpoints = reason
  return { ...set, hosts }
}

/** OriginalDstCluster: header or metadata if the cluster says so, else the restored local address. */
function originalDestination(cluster: JsonObject, call: ClusterCall): SocketAddress | undefined {
  const config = objectOf(cluster.original_dst_lb_config)
  const port = numberOf(config.upstream_port_override)
  const { local, restored } = call.connection
  let target = restored ? local : undefined
  if (config.use_http_header === true) {
    const value = call.header(stringOf(config.http_header_name) || 'x-envoy-original-dst-host')
    target = (value === undefined ? undefined : parseHostPort(value)) ?? target
  }
  return target === undefined ? undefined : { ...target, port: port ?? target.port }
}

/** DNS name and port of the request's authority; the port defaults by upstream TLS. */
function forwardProxyTarget(cluster: JsonObject, call: ClusterCall): SocketAddress | undefined {
  const authority = call.authority ?? call.connection.sni
  if (authority === '') return undefined
  const secure = isObject(cluster.transport_socket) || isObject(cluster.tls_context)
  return parseHostPort(authority) ?? { address: authority, port: secure || call.authority === undefined ? 443 : 80 }
}

function single(
  walk: Walk,
  hop: Hop,
  cluster: JsonObject,
  socket: SocketAddress | undefined,
  call: ClusterCall,
  type: string,
): HostShare[] {
  if (socket === undefined)
    noHealthyUpstream(hop, call, `${type} finds no destination: the original one was not restored`)
  const host: Host = {
    label: hostPort(socket.address, socket.port),
    socket,
    internalListener: undefined,
    hostname: parseIp(socket.address) === undefined ? socket.address : undefined,
    health: 'healthy',
    excluded: false,
    weight: 1,
    priority: 0,
    locality: '',
    localityWeight: undefined,
    metadata: {},
    localityMetadata: {},
  }
  const shares = [{ host, probability: 1 }]
  noteEndpoints(walk, hop, cluster, shares, call, undefined)
  return shares
}

function noteEndpoints(
  walk: Walk,
  hop: Hop,
  cluster: JsonObject,
  shares: readonly HostShare[],
  call: ClusterCall,
  memberOf: ReadonlyMap<Host, string> | undefined,
): void {
  const sockets = new Set(shares.map(({ host }) => transportSocketFor(cluster, host).name))
  hop.endpoints = shares.map(({ host, probability }): EndpointChoice => {
    const member = memberOf?.get(host)
    const socket = sockets.size > 1 ? transportSocketFor(cluster, host).name : undefined
    return {
      address: host.label,
      probability,
      ...(host.health === 'healthy' ? {} : { health: host.health }),
      ...(host.locality === '' ? {} : { locality: host.locality }),
      ...(host.priority === 0 ? {} : { priority: host.priority }),
      ...(host.hostname === undefined ? {} : { hostname: host.hostname }),
      ...(member === undefined ? {} : { cluster: member }),
      ...(socket === undefined ? {} : { transportSocket: socket }),
    }
  })
  const [first] = shares
  if (first === undefined) return
  const { names, warnings } = upstreamCertificates(walk, cluster, first.host)
  const tls = upstreamTls(cluster, first.host, call.authority)
  hop.tls = names.length === 0 ? tls : { ...tls, names }
  if (warnings.length > 0) hop.warnings = [...(hop.warnings ?? []), ...warnings]
}

function endpointsUnknown(hop: Hop, name: string): never {
  hop.reasons.endpoints = 'the dump was taken without endpoints (config_dump?include_eds)'
  return end({
    kind: 'upstream',
    details: 'endpoints_not_in_dump',
    reason: `goes to cluster ${name}, whose endpoints are not in the dump`,
  })
}

function noHealthyUpstream(hop: Hop, call: ClusterCall, reason: string): never {
  hop.endpoints = []
  const status = call.notFoundStatus === undefined ? {} : { status: 503 }
  return end({
    kind: 'noHealthyUpstream',
    ...status,
    flags: 'UH',
    details: 'no_healthy_upstream',
    reason: `${call.cluster}: ${reason}`,
  })
}

function emptyReason(sets: readonly HostSet[], subset: string | undefined): string {
  const count = sets.reduce((sum, { hosts }) => sum + hosts.length, 0)
  if (count === 0 && subset !== undefined) return subset
  return count === 0 ? 'the cluster has no endpoints to pick from' : `none of ${count} endpoints is healthy`
}

function whyNot({ health, priority }: Host): string {
  return health === 'healthy' ? `priority ${priority} gets no traffic` : health
}
