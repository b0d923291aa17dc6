import { type JsonObject, stringOf } from '../envoy/json.ts'
import type { ClusterCall } from '../semantics/clusters/cluster-call.ts'
import type { Host } from '../semantics/clusters/hosts.ts'
import type { HostShare } from '../semantics/clusters/load-balancing.ts'
import { transportSocketFor, upstreamTls } from '../semantics/clusters/upstream-tls.ts'
import { upstreamCertificates } from './certificates/upstream-certificates.ts'
import { type HopDraft, note, warn } from './hop-draft.ts'
import { noteOtherVersions } from './other-versions.ts'
import type { EndpointChoice } from './trace-result.ts'
import type { TraceState } from './trace-state.ts'

/**
 * Notes which endpoints can be picked, and how the first is spoken to.
 * @param memberOf the member clusters of an aggregate, by their hosts
 */
export function noteEndpoints(
  traceState: TraceState,
  hop: HopDraft,
  cluster: JsonObject,
  shares: readonly HostShare[],
  call: ClusterCall,
  memberOf?: ReadonlyMap<Host, JsonObject>,
): void {
  const sockets = new Set(shares.map(({ host }) => transportSocketFor(cluster, host).name))
  const endpoints = shares.map(({ host, probability }): EndpointChoice => {
    const member = stringOf(memberOf?.get(host)?.name)
    const socket = sockets.size > 1 ? transportSocketFor(cluster, host).name : undefined
    return {
      address: host.label,
      probability,
      ...(host.health === 'healthy' ? {} : { health: host.health }),
      ...(host.unhealthyCauses.length === 0 ? {} : { unhealthyCauses: host.unhealthyCauses }),
      ...(host.locality === '' ? {} : { locality: host.locality }),
      ...(host.priority === 0 ? {} : { priority: host.priority }),
      ...(host.hostname === undefined ? {} : { hostname: host.hostname }),
      ...(member === undefined ? {} : { cluster: member }),
      ...(socket === undefined ? {} : { transportSocket: socket }),
    }
  })
  note(hop, 'endpoints', { endpoints })
  const [first] = shares
  if (first === undefined) return
  const { secrets, names, warnings } = upstreamCertificates(traceState.index, cluster, first.host, traceState.moment)
  const tls = upstreamTls(cluster, first.host, call)
  note(hop, 'endpoints', { tls: names.length === 0 ? tls : { ...tls, names } })
  for (const secret of secrets) noteOtherVersions(traceState, 'secrets', secret)
  for (const warning of warnings) warn(hop, warning)
}
