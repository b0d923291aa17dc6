import type { JsonObject } from '../envoy/json.ts'
import type { ClusterCall } from '../semantics/clusters/cluster-call.ts'
import { discoveryOf } from '../semantics/clusters/discovery-type.ts'
import type { Host } from '../semantics/clusters/hosts.ts'
import { lbPolicyOf } from '../semantics/clusters/lb-policy.ts'
import type { HostShare } from '../semantics/clusters/load-balancing.ts'
import { bringsDestination, destinationFromRequest } from '../semantics/clusters/original-dst.ts'
import type { DumpIndex } from '../semantics/connection/dump-index.ts'
import { siblingClusters, whyNotServing } from '../semantics/connection/why-not-serving.ts'
import { endWith, RequestEnd, undecidableOutcome } from '../semantics/outcome.ts'
import { because, type Reason } from '../semantics/reasons/reason.ts'
import type { UnknownFact } from '../semantics/reasons/unknown-facts.ts'
import type { UpstreamEnds } from '../semantics/reasons/upstream-ends.ts'
import { apiObject } from './api-object.ts'
import { chooseEndpoints } from './choose-endpoints.ts'
import { type HopDraft, note, warn } from './hop-draft.ts'
import { noHealthyUpstream } from './no-healthy-upstream.ts'
import { noteCounters } from './note-counters.ts'
import { noteEndpoints } from './note-endpoints.ts'
import { noteOtherVersions } from './other-versions.ts'
import { serviceAt } from './request/services-at.ts'
import type { TraceState } from './trace-state.ts'
import { refuseOverflow, turnAway } from './turn-away.ts'

/** Notes the cluster and the endpoints that can be picked, and gives them with their shares; the end when there are none. */
export function resolveCluster(
  traceState: TraceState,
  hop: HopDraft,
  call: ClusterCall,
): readonly HostShare[] | RequestEnd {
  const cluster = servingCluster(traceState, hop, call)
  if (cluster instanceof RequestEnd) return cluster
  const { type } = discoveryOf(cluster)
  note(hop, 'cluster', { clusterType: type, lbPolicy: lbPolicyOf(cluster), objects: apiObject('cluster', cluster) })
  const turnedAway = call.notFoundStatus === undefined ? undefined : turnAway(traceState, cluster)
  if (turnedAway !== undefined) return turnedAway
  if (bringsDestination.has(type)) {
    const { host, unknown, notLookedUp } = destinationFromRequest(type, cluster, call)
    if (call.session !== undefined && (call.session.strict || call.session.address !== host?.label))
      return sessionUndecided(hop, call, call.session.address)
    if (unknown !== undefined) return destinationUnknown(hop, call, unknown)
    if (host === undefined)
      return noHealthyUpstream(hop, call, because('destination-unknown', { cluster: call.cluster, type }))
    if (notLookedUp === true) return lookUpUnknown(hop, call, host.label)
    if (call.cluster === 'PassthroughCluster') notePassedThrough(traceState, hop, host)
    const shares = [{ host, probability: 1 }]
    noteEndpoints(traceState, hop, cluster, shares, call)
    noteCounters(traceState, hop, call, new Set([cluster]), shares)
    return refuseOverflow(traceState, cluster, call) ?? shares
  }
  return chooseEndpoints(traceState, hop, cluster, call)
}

/** Istio's proxies pass on what they know no listener for: to the address of a Service, only because the port is not one of its own. */
function notePassedThrough({ index }: TraceState, hop: HopDraft, { socket }: Host): void {
  const service = socket === undefined ? undefined : serviceAt(index.dump, socket.address)
  if (socket === undefined || service === undefined || service.ports.includes(socket.port)) return
  const { address, port } = socket
  warn(hop, because('service-port-unknown', { service: service.host, address, port, ports: service.ports }))
}

function servingCluster(traceState: TraceState, hop: HopDraft, call: ClusterCall): JsonObject | RequestEnd {
  const { index } = traceState
  note(hop, 'cluster', { cluster: call.cluster })
  const entry = index.serving('clusters', call.cluster)
  if (entry !== undefined) {
    noteOtherVersions(traceState, 'clusters', call.cluster)
    return entry.resource
  }
  if (!index.dump.has('clusters')) {
    const reason = because('dump-without-clusters', { cluster: call.cluster })
    return endWith(undecidableOutcome('clusters_not_in_dump', reason))
  }
  const status = call.notFoundStatus
  return endWith({
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
  if (other !== undefined) return because('cluster-not-serving', { cluster, ...whyNotServing(other) })
  return because('cluster-missing', { cluster, ...siblingClusters(index, cluster) })
}

function destinationUnknown(hop: HopDraft, { cluster }: ClusterCall, unknown: UnknownFact): RequestEnd {
  note(hop, 'endpoints', { endpoints: [] })
  const code = unknown === 'address' ? 'original-destination-unknown' : 'destination-depends-on-unknown'
  return endWith(undecidableOutcome('address_unknown', because(code, { cluster, unknown: [unknown] })))
}

/** Endpoints of such a cluster come and go with requests: whether the one of a session is there is not in a dump. */
function sessionUndecided(hop: HopDraft, { cluster }: ClusterCall, address: string): RequestEnd {
  note(hop, 'endpoints', { endpoints: [] })
  return endWith(
    undecidableOutcome('session_endpoint_unknown', because('session-endpoint-not-in-dump', { cluster, address })),
  )
}

/** A forward proxy only knows the hosts that have been looked up. */
function lookUpUnknown(hop: HopDraft, { cluster }: ClusterCall, host: string): RequestEnd {
  note(hop, 'endpoints', { endpoints: [] })
  return endWith(
    undecidableOutcome('host_not_looked_up', because('forward-proxy-host-not-looked-up', { cluster, host })),
  )
}
