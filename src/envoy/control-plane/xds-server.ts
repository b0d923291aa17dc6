import { type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../json.ts'
import { configSourcesOf } from '../model/config-sources.ts'
import {
  type CertificateSources,
  certificateSourcesOf,
  type InitialMetadata,
  initialMetadataOf,
  sslCertificatesOf,
} from './xds-credentials.ts'

/** Where a proxy's bootstrap says that its control plane is, and how it is spoken to. */
export interface XdsServer {
  /** The name, without the dot that may end it, or the address. */
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** The name that the proxy gives in TLS; undefined where it gives none. */
  readonly serverName: string | undefined
  readonly certificates: CertificateSources
  readonly metadata: InitialMetadata
  /** Whether the proxy asks for what is new, or for the state of the world. */
  readonly incremental: boolean
}

/**
 * Undefined where the bootstrap names no control plane with an address, as `xds:///NAME` for gRPC's own client.
 * @param secretOf a secret that Envoy has loaded; without it those that come by SDS are not known
 */
export function xdsServerOf(
  bootstrap: JsonObject,
  secretOf: (name: string) => JsonObject | undefined = () => undefined,
): XdsServer | undefined {
  const [name] = configSourcesOf(bootstrap).clusters
  const { ads_config, cds_config } = objectOf(bootstrap.dynamic_resources)
  const api = objectOf(ads_config ?? objectOf(cds_config).api_config_source)
  const [service = {}] = objectsOf(api.grpc_services)
  const incremental = (stringOf(api.api_type) ?? '').includes('DELTA')
  if (name === undefined) return googleServerOf(service, incremental)
  const clusters = objectsOf(objectOf(bootstrap.static_resources).clusters)
  const cluster = clusters.find((each) => each.name === name)
  const [first] = objectsOf(objectOf(cluster?.load_assignment).endpoints).flatMap(({ lb_endpoints }) =>
    objectsOf(lb_endpoints).map((host) => objectOf(objectOf(objectOf(host.endpoint).address).socket_address)),
  )
  const [host, port] = [stringOf(first?.address), numberOf(first?.port_value)]
  if (host === undefined || port === undefined) return undefined
  const socket = objectOf(cluster?.transport_socket)
  return {
    host: host.replace(/\.$/, ''),
    port,
    tls: stringOf(objectOf(socket.typed_config)['@type'])?.endsWith('.UpstreamTlsContext') === true,
    serverName: stringOf(objectOf(socket.typed_config).sni) || undefined,
    certificates: certificateSourcesOf(objectOf(objectOf(socket.typed_config).common_tls_context), secretOf),
    metadata: initialMetadataOf(service),
    incremental,
  }
}

/**
 * A control plane that gRPC's own client asks.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/grpc_service.proto#config-core-v3-grpcservice-googlegrpc
 * @param service `GrpcService`
 */
function googleServerOf(service: JsonObject, incremental: boolean): XdsServer | undefined {
  const { target_uri, channel_credentials, call_credentials } = objectOf(service.google_grpc)
  const [, ip, name, port] = /^(?:dns:\/{0,3})?(?:\[([^\]]+)\]|([^/:]+)):(\d+)$/.exec(stringOf(target_uri) ?? '') ?? []
  const host = ip ?? name
  if (host === undefined) return undefined
  const { ssl_credentials } = objectOf(channel_credentials)
  const { sent, hidden } = initialMetadataOf(service)
  const token = objectsOf(call_credentials).flatMap(({ access_token }) => stringOf(access_token) ?? [])[0]
  const own = initialMetadataOf({
    initial_metadata: token === undefined ? [] : [{ key: 'authorization', value: `Bearer ${token}` }],
  })
  return {
    host: host.replace(/\.$/, ''),
    port: Number(port),
    tls: ssl_credentials !== undefined,
    serverName: undefined,
    certificates: sslCertificatesOf(objectOf(ssl_credentials)),
    metadata: { sent: { ...sent, ...own.sent }, hidden: [...hidden, ...own.hidden] },
    incremental,
  }
}
