import { isObject, type JsonObject } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { transportSocketFor } from '../../semantics/clusters/upstream-tls.ts'
import type { Linted } from './linted.ts'
import type { ClusterPlace } from './places.ts'

/**
 * The UpstreamTlsContexts that endpoints of a cluster get: a match that no endpoint has the labels for is not in use. Where no endpoint
 * is known, what the cluster has without matches.
 */
export function upstreamContexts(
  { cluster }: Pick<ClusterPlace, 'cluster'>,
  { hosts }: Linted,
): ReadonlySet<JsonObject> {
  const known = hosts(cluster)?.hosts ?? []
  const sockets =
    known.length === 0 ? [cluster.transport_socket] : known.map((host) => transportSocketFor(cluster, host).socket)
  return new Set(sockets.map(contextOf).filter((context) => context !== undefined))
}

function contextOf(socket: unknown): JsonObject | undefined {
  if (!isObject(socket)) return undefined
  const { message, config } = typedConfig(socket)
  if (message === 'UpstreamTlsContext' || message === 'TlsContext') return config
  if (message === 'QuicUpstreamTransport')
    return isObject(config.upstream_tls_context) ? config.upstream_tls_context : undefined
  return contextOf(config.transport_socket)
}
