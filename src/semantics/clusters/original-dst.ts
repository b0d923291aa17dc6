import { isObject, type Json, type JsonObject, numberOf, objectOf, stringOf } from '../../envoy/json.ts'
import { hostPort, parseHostPort, parseIp } from '../../envoy/model/ip.ts'
import { filterStateKeys } from '../filters/filter-state.ts'
import { parseAuthority } from '../http/authority.ts'
import { metadataValue } from '../matching/metadata-match.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'
import type { PartialAddress, SocketAddress } from '../request.ts'
import type { ClusterCall } from './cluster-call.ts'
import type { Host } from './hosts.ts'

/** Types of clusters that have no hosts of their own: the request brings its destination. */
export const bringsDestination: ReadonlySet<string> = new Set(['ORIGINAL_DST', 'DYNAMIC_FORWARD_PROXY'])

interface DestinationFromRequest {
  /** Absent when the request brings none, or one that is `unknown`. */
  readonly host?: Host
  /** What would tell the host. */
  readonly unknown?: UnknownFact
  /** The forward proxy has not looked the host up for this request: it may have for another. */
  readonly notLookedUp?: boolean
}

/** The host that a request to a cluster of such a type goes to. */
export function destinationFromRequest(type: string, cluster: JsonObject, call: ClusterCall): DestinationFromRequest {
  const isForwardProxy = type === 'DYNAMIC_FORWARD_PROXY'
  const target = isForwardProxy ? forwardProxyTarget(cluster, call) : originalDestination(cluster, call)
  const byState = isForwardProxy
    ? [filterStateKeys.dynamicHost, filterStateKeys.dynamicPort]
    : [filterStateKeys.originalDestination]
  const named =
    isForwardProxy && call.headers === undefined && call.filterState[filterStateKeys.dynamicHost] === undefined
  const unknown =
    byState.map((key) => call.unknownFilterState[key]).find((fact) => fact !== undefined) ??
    (named && call.connection.sniUnknown ? 'sni' : undefined)
  if (unknown !== undefined) return { unknown }
  if (target === undefined) return {}
  const { address, port } = target
  if (address === undefined || port === undefined) return { unknown: 'address' }
  const host = hostAt({ address, port })
  const lookedUp = parseAuthority(call.lookedUp ?? '')
  const isLookedUp = lookedUp.host === address && (lookedUp.port ?? defaultPort(cluster, call)) === port
  return { host, notLookedUp: isForwardProxy && !isLookedUp }
}

/**
 * Filter state, metadata, a header, if the cluster says so, else the restored local address.
 * (OriginalDstCluster::LoadBalancer::chooseHost)
 */
function originalDestination(cluster: JsonObject, call: ClusterCall): PartialAddress | undefined {
  const config = objectOf(cluster.original_dst_lb_config)
  const port = numberOf(config.upstream_port_override)
  const { local, restored } = call.connection
  const header = config.use_http_header === true ? stringOf(config.http_header_name) || defaultHeader : undefined
  const target =
    addressIn(call.filterState[filterStateKeys.originalDestination]) ??
    (isObject(config.metadata_key) ? addressIn(metadataValue(call.metadata, config.metadata_key)) : undefined) ??
    (header === undefined ? undefined : addressIn(call.headers?.first(header))) ??
    (restored ? local : undefined)
  return target === undefined ? undefined : { ...target, port: port ?? target.port }
}

const defaultHeader = 'x-envoy-original-dst-host'

/** An address with a port; names are not looked up. */
function addressIn(text: Json | undefined): SocketAddress | undefined {
  const found = typeof text === 'string' ? parseHostPort(text) : undefined
  return found === undefined || parseIp(found.address) === undefined ? undefined : found
}

/**
 * The host of filter state, of the request's authority, or of the connection's SNI. Its port, when it has none, is that of filter state,
 * else by upstream TLS. (DynamicForwardProxy::Cluster::LoadBalancer::chooseHost)
 */
function forwardProxyTarget(cluster: JsonObject, call: ClusterCall): SocketAddress | undefined {
  const { filterState, headers, connection } = call
  const { host, port } = parseAuthority(
    filterState[filterStateKeys.dynamicHost] ?? headers?.first(':authority') ?? connection.sni,
  )
  const ownPort = Number(filterState[filterStateKeys.dynamicPort])
  const byState = ownPort > 0 && ownPort <= 65535 ? ownPort : undefined
  return host === '' ? undefined : { address: host, port: port ?? byState ?? defaultPort(cluster, call) }
}

/** Of TLS or none; for TCP the port that the filter has looked up. */
function defaultPort(cluster: JsonObject, { headers, filterState }: ClusterCall): number {
  if (headers === undefined) return Number(filterState[filterStateKeys.dynamicPort] ?? 443)
  return isObject(cluster.transport_socket) || isObject(cluster.tls_context) ? 443 : 80
}

function hostAt(socket: SocketAddress): Host {
  return {
    label: hostPort(socket.address, socket.port),
    socket,
    internalListener: undefined,
    hostname: parseIp(socket.address) === undefined ? socket.address : undefined,
    health: 'healthy',
    unhealthyCauses: [],
    excluded: false,
    weight: 1,
    priority: 0,
    locality: '',
    localityWeight: undefined,
    metadata: {},
    localityMetadata: {},
  }
}
