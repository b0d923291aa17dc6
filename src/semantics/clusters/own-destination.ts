import { isObject, type Json, type JsonObject, numberOf, objectOf, stringOf } from '../../envoy/json.ts'
import { hostPort, parseHostPort, parseIp } from '../../envoy/model/ip.ts'
import { metadataValue } from '../matching/metadata-match.ts'
import type { PartialAddress, SocketAddress } from '../request.ts'
import type { ClusterCall } from './cluster-call.ts'
import type { Host } from './hosts.ts'

/** Types of clusters that have no hosts of their own: the request brings its destination. */
export const bringsDestination: ReadonlySet<string> = new Set(['ORIGINAL_DST', 'DYNAMIC_FORWARD_PROXY'])

/** The host that a request to a cluster of such a type goes to; undefined when it brings none, or one that is not `known`. */
export function ownDestination(
  type: string,
  cluster: JsonObject,
  call: ClusterCall,
): { readonly host: Host | undefined; readonly known: boolean } {
  const target = type === 'ORIGINAL_DST' ? originalDestination(cluster, call) : forwardProxyTarget(cluster, call)
  if (target === undefined) return { host: undefined, known: true }
  const { address, port } = target
  if (address === undefined || port === undefined) return { host: undefined, known: false }
  return { host: hostAt({ address, port }), known: true }
}

/** OriginalDstCluster: metadata, then a header, if the cluster says so, else the restored local address. */
function originalDestination(cluster: JsonObject, call: ClusterCall): PartialAddress | undefined {
  const config = objectOf(cluster.original_dst_lb_config)
  const port = numberOf(config.upstream_port_override)
  const { local, restored } = call.connection
  let target = restored ? local : undefined
  if (config.use_http_header === true) {
    const value = call.headers?.first(stringOf(config.http_header_name) || 'x-envoy-original-dst-host')
    target = addressIn(value) ?? target
  }
  if (isObject(config.metadata_key)) target = addressIn(metadataValue(call.metadata, config.metadata_key)) ?? target
  return target === undefined ? undefined : { ...target, port: port ?? target.port }
}

/** An address with a port; names are not looked up. */
function addressIn(text: Json | undefined): SocketAddress | undefined {
  const found = typeof text === 'string' ? parseHostPort(text) : undefined
  return found === undefined || parseIp(found.address) === undefined ? undefined : found
}

/** DNS name and port of the request's authority; the port defaults by upstream TLS. */
function forwardProxyTarget(cluster: JsonObject, call: ClusterCall): SocketAddress | undefined {
  const authority = call.authority ?? call.connection.sni
  if (authority === '') return undefined
  const secure = isObject(cluster.transport_socket) || isObject(cluster.tls_context)
  return parseHostPort(authority) ?? { address: authority, port: secure || call.authority === undefined ? 443 : 80 }
}

function hostAt(socket: SocketAddress): Host {
  return {
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
}
