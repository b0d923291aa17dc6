import { isObject, type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { filterStateKeys } from '../filters/filter-state.ts'
import { parseAuthority } from '../http/authority.ts'
import type { ClusterCall } from './cluster-call.ts'
import type { Host } from './hosts.ts'

/** The server name of an upstream handshake, and the names that the server's certificate has to have in place of configured ones. */
export interface UpstreamNames {
  /** Empty when the handshake names no server. */
  readonly sni: string
  readonly sans: readonly string[] | undefined
}

/**
 * Names that the request, filter state or the endpoint bring, in Envoy's order: filter state, `auto_sni`, `auto_host_sni`, `sni`.
 * (Router `decodeHeaders`, ClientContextImpl::newSsl)
 * @param tls UpstreamTlsContext
 * @param call absent where no request is known
 */
export function upstreamNames(
  tls: JsonObject,
  cluster: JsonObject,
  host: Host,
  call: Pick<ClusterCall, 'serverName' | 'headers' | 'filterState'> | undefined,
): UpstreamNames {
  const auto = automaticNames(cluster, call)
  const ownName = tls.auto_host_sni === true ? host.hostname : undefined
  const sni = call?.filterState[filterStateKeys.upstreamServerName] ?? auto.sni ?? (ownName || stringOf(tls.sni) || '')
  const byState = call?.filterState[filterStateKeys.upstreamSubjectAltNames]?.split(',')
  const byServerName = tls.auto_sni_san_validation === true && sni !== '' ? [sni] : undefined
  return { sni, sans: byState ?? auto.sans ?? byServerName }
}

/** What `auto_sni` and `auto_san_validation` take from the request, of several headers the first: no address is ever a server name. */
function automaticNames(cluster: JsonObject, call: Parameters<typeof upstreamNames>[3]) {
  const options = httpOptionsOf(cluster)
  const named = call?.serverName
  if (call === undefined || named === undefined) return { sni: undefined, sans: undefined }
  const header = stringOf(options.override_auto_sni_header)
  const { host, isIp } = parseAuthority((header && call.headers?.first(header)) || named)
  return {
    sni: options.auto_sni === true && !isIp ? host : undefined,
    sans: options.auto_san_validation === true ? [host] : undefined,
  }
}

/** `UpstreamHttpProtocolOptions`: once a field of the cluster, part of its HTTP options since 1.17; a forward proxy has both on. */
export function httpOptionsOf(cluster: JsonObject): JsonObject {
  const options = objectOf(cluster.typed_extension_protocol_options)
  const typed = options['envoy.extensions.upstreams.http.v3.HttpProtocolOptions']
  if (isObject(typed)) return objectOf(typed.upstream_http_protocol_options)
  if (isObject(cluster.upstream_http_protocol_options)) return cluster.upstream_http_protocol_options
  const forward = stringOf(objectOf(cluster.cluster_type).name) === 'envoy.clusters.dynamic_forward_proxy'
  return forward ? { auto_sni: true, auto_san_validation: true } : {}
}
