import { type JsonObject, stringOf, stringsOf } from '../../../envoy/json.ts'
import type { ClusterCall } from '../../../semantics/clusters/cluster-call.ts'
import { discoveryOf } from '../../../semantics/clusters/discovery-type.ts'
import { type Host, type HostSet, hostsOf } from '../../../semantics/clusters/hosts.ts'
import { lbPolicyOf } from '../../../semantics/clusters/lb-policy.ts'
import { type HostShare, hostShares } from '../../../semantics/clusters/load-balancing.ts'
import { bringsDestination, ownDestination } from '../../../semantics/clusters/own-destination.ts'
import { type SubsetChoice, subsetConfig, subsetHosts } from '../../../semantics/clusters/subset.ts'
import { type ZoneRouting, zoneEffect } from '../../../semantics/clusters/zone-shares.ts'
import { absence, siblings } from '../../../semantics/connection/absence.ts'
import type { DumpIndex } from '../../../semantics/connection/dump-index.ts'
import { end, undecidable } from '../../../semantics/outcome.ts'
import { because, type Reason } from '../../../semantics/reasons/reason.ts'
import type { Rejections } from '../../../semantics/reasons/rejection-reasons.ts'
import type { SubsetFallback } from '../../../semantics/reasons/subset-reasons.ts'
import type { UpstreamEnds } from '../../../semantics/reasons/upstream-ends.ts'
import { serviceAt } from '../request/services-at.ts'
import { dropOverload } from './drop-overload.ts'
import { noteEndpoints } from './note-endpoints.ts'
import { noteOtherVersions } from './other-versions.ts'
import { noteObject } from './provenance-text.ts'
import type { Hop } from './trace-result.ts'
import type { Walk } from './walk.ts'
import { warn } from './warn.ts'
import { zoneRoutingOf } from './zone-routing.ts'

/** Notes the cluster and the endpoints that can be picked, and gives them with their shares. @throws Ended when there are none */
export function resolveCluster(walk: Walk, hop: Hop, call: ClusterCall): readonly HostShare[] {
  const cluster = servingCluster(walk, hop, call)
  const { type, config } = discoveryOf(cluster)
  hop.clusterType = type
  hop.lbPolicy = lbPolicyOf(cluster)
  noteObject(hop, 'cluster', cluster)
  if (bringsDestination.has(type)) {
    const { host, known } = ownDestination(type, cluster, call)
    if (!known) originalDestinationUnknown(hop, call)
    if (host === undefined)
      noHealthyUpstream(hop, call, because('destination-unknown', { cluster: call.cluster, type }))
    if (call.cluster === 'PassthroughCluster') notePassedThrough(walk, hop, host)
    const shares = [{ host, probability: 1 }]
    noteEndpoints(walk, hop, cluster, shares, call)
    return shares
  }
  if (call.notFoundStatus !== undefined) dropOverload(walk, cluster)
  const isAggregate = type === 'AGGREGATE'
  const members = isAggregate ? aggregateMembers(walk, config) : [cluster]
  const memberOf = new Map<Host, string>()
  let missedSubset: SubsetFallback | undefined
  const sets = members.flatMap((member) => {
    const set = hostsOf(member, walk.index, walk.statuses)
    if (set === undefined) return endpointsUnknown(hop, stringOf(member.name) ?? '')
    const subset = subsetOf(member, set, call.criteria)
    if (subset !== undefined) hop.reasons.subset = subset.reason
    if (subset?.reason.code === 'subset-fallback') missedSubset = subset.reason.args
    const usable = subset === undefined ? set : { ...set, hosts: subset.hosts }
    for (const host of usable.hosts) memberOf.set(host, stringOf(member.name) ?? '')
    return [usable]
  })
  const hosts = sets.flatMap((set) => set.hosts)
  const zones = isAggregate ? undefined : noteZones(walk, hop, cluster, hosts)
  const { runtime } = walk.index
  const context = { runtime, zones, members: isAggregate ? members : undefined }
  const shares = hostShares(cluster, sets, context).filter(({ probability }) => probability > 0)
  noteEndpoints(walk, hop, cluster, shares, call, isAggregate ? memberOf : undefined)
  const picked = new Set(shares.map(({ host }) => host))
  const passedOver = hosts.filter((host) => !picked.has(host))
  if (passedOver.length > 0)
    hop.considered.endpoints = passedOver.map((host) => ({ address: host.label, reason: whyNot(host) }))
  if (shares.length === 0) noHealthyUpstream(hop, call, whyNoEndpoint(call.cluster, hosts.length, missedSubset))
  return shares
}

/** Istio's proxies pass on what they know no listener for: to the address of a Service, only because the port is not one of its own. */
function notePassedThrough({ index }: Walk, hop: Hop, { socket }: Host): void {
  const service = socket === undefined ? undefined : serviceAt(index.dump, socket.address)
  if (socket === undefined || service === undefined || service.ports.includes(socket.port)) return
  const { address, port } = socket
  warn(hop, because('service-port-unknown', { service: service.host, address, port, ports: service.ports }))
}

/** Notes what zone-aware routing does to the choice, and gives it where it can be reckoned. */
function noteZones(walk: Walk, hop: Hop, cluster: JsonObject, hosts: readonly Host[]): ZoneRouting | undefined {
  const zones = zoneRoutingOf(walk, cluster, hosts)
  if (zones === undefined) return undefined
  const isKnown = !('code' in zones)
  const reason = isKnown ? zoneEffect(zones, hosts) : zones
  if (reason !== undefined) hop.reasons.zones = reason
  return isKnown ? zones : undefined
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
    undecidable('clusters_not_in_dump', because('dump-without-clusters', { cluster: call.cluster }))
  const status = call.notFoundStatus
  return end({
    kind: 'noCluster',
    flags: 'NC',
    details: 'cluster_not_found',
    reason: whyNoCluster(index, call.cluster),
    ...(status === undefined ? {} : { status }),
  })
}

function whyNoCluster(index: DumpIndex, cluster: string): Reason<keyof UpstreamEnds> {
  if (cluster === '') return because('cluster-unnamed', {})
  const [other] = index.others('clusters', cluster)
  if (other !== undefined) return because('cluster-not-serving', { cluster, ...absence(other) })
  return because('cluster-missing', { cluster, ...siblings(index, cluster) })
}

/** Member clusters in order; Envoy skips those that do not exist. */
function aggregateMembers(walk: Walk, config: JsonObject): readonly JsonObject[] {
  return stringsOf(config.clusters).flatMap((name) => {
    noteOtherVersions(walk, 'clusters', name)
    const member = walk.index.serving('clusters', name)
    return member === undefined ? [] : [member.resource]
  })
}

function subsetOf(cluster: JsonObject, { hosts }: HostSet, criteria: JsonObject): SubsetChoice | undefined {
  const config = subsetConfig(cluster)
  return config === undefined ? undefined : subsetHosts(config, hosts, criteria)
}

function endpointsUnknown(hop: Hop, name: string): never {
  hop.reasons.endpoints = because('endpoints-not-in-dump', {})
  return end({
    kind: 'upstream',
    details: 'endpoints_not_in_dump',
    reason: because('dump-without-endpoints', { cluster: name }),
  })
}

function originalDestinationUnknown(hop: Hop, { cluster }: ClusterCall): never {
  hop.endpoints = []
  return undecidable('address_unknown', because('original-destination-unknown', { cluster, unknown: ['address'] }))
}

function noHealthyUpstream(hop: Hop, call: ClusterCall, reason: Reason<keyof UpstreamEnds>): never {
  hop.endpoints = []
  const status = call.notFoundStatus === undefined ? {} : { status: 503 }
  return end({
    kind: 'noHealthyUpstream',
    ...status,
    flags: 'UH',
    details: 'no_healthy_upstream',
    reason,
  })
}

function whyNoEndpoint(
  cluster: string,
  endpoints: number,
  missedSubset: SubsetFallback | undefined,
): Reason<keyof UpstreamEnds> {
  if (endpoints > 0) return because('endpoints-unhealthy', { cluster, endpoints })
  if (missedSubset !== undefined) return because('subset-without-endpoints', { cluster, ...missedSubset })
  return because('endpoints-missing', { cluster })
}

function whyNot({ health, priority }: Host): Reason<keyof Rejections> {
  if (health === 'healthy') return because('endpoint-priority-unused', { priority })
  return because(health === 'degraded' ? 'endpoint-degraded' : 'endpoint-unhealthy', {})
}
