import { objectOf, stringOf } from '../envoy/json.ts'
import { parseHostPort } from '../envoy/model/ip.ts'
import type { ClusterCall } from '../semantics/clusters/cluster-call.ts'
import type { Host } from '../semantics/clusters/hosts.ts'
import type { HostShare } from '../semantics/clusters/load-balancing.ts'
import type { Connection } from '../semantics/connection.ts'
import type { Outcome } from '../semantics/outcome.ts'
import { because } from '../semantics/reasons/reason.ts'
import type { SocketAddress } from '../semantics/request.ts'
import { hopOf, note } from './hop-draft.ts'
import type { TraceState } from './trace-state.ts'

/**
 * Leaves the proxy for the endpoints, or goes on in the internal listener that they lead to.
 * @param kind how the trace ends when bytes leave the proxy
 * @param onward the connection as an internal listener would get it, before its destination is set
 */
export function sendUpstream(
  traceState: TraceState,
  shares: readonly HostShare[],
  call: ClusterCall,
  kind: 'upstream' | 'tcp',
  onward: Connection,
): Outcome {
  const listeners = [...new Set(shares.map(({ host }) => host.internalListener))]
  const weights = listeners.map((listener) =>
    shares
      .filter(({ host }) => host.internalListener === listener)
      .reduce((sum, { probability }) => sum + probability, 0),
  )
  const listener = listeners.length > 1 ? listeners[traceState.chance.draw(weights)] : listeners[0]
  const reached = shares.filter(({ host }) => host.internalListener === listener)
  const hop = traceState.hops.at(-1)
  const endpoints = hop === undefined ? undefined : hopOf(hop).endpoints
  if (listeners.length > 1 && hop !== undefined && endpoints !== undefined) {
    const total = reached.reduce((sum, { probability }) => sum + probability, 0)
    const labels = new Set(reached.map(({ host }) => host.label))
    note(hop, 'endpoints', {
      endpoints: endpoints
        .filter(({ address }) => labels.has(address))
        .map((endpoint) => ({ ...endpoint, probability: endpoint.probability / total })),
    })
  }
  const [first] = reached
  if (listener !== undefined && first !== undefined) {
    const local = destinationOf(first.host) ?? call.connection.local
    return traceState.enterInternal(listener, { ...onward, local, restored: local !== undefined })
  }
  const endpoint = reached.length === 1 ? first?.host.label : undefined
  return {
    kind,
    ...(kind === 'upstream' ? { details: 'via_upstream' } : {}),
    reason: because('sent-to-cluster', { cluster: call.cluster, endpoints: reached.length, endpoint }),
  }
}

/** Where the connection behind an internal address is meant to go, as the endpoint's metadata says (Istio: HBONE). */
function destinationOf({ metadata }: Host): SocketAddress | undefined {
  const restored = stringOf(objectOf(metadata['envoy.filters.listener.original_dst']).local)
  const tunnel = objectOf(metadata.tunnel)
  return parseHostPort(restored ?? stringOf(tunnel.address) ?? stringOf(tunnel.destination) ?? '')
}
