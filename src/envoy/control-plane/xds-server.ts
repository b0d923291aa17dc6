import { type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../json.ts'
import { configSourcesOf } from '../model/config-sources.ts'

/** Where a proxy's bootstrap says that its control plane is, and how it is spoken to. */
export interface XdsServer {
  /** The name, without the dot that may end it, or the address. */
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** The name that the proxy gives in TLS; undefined where it gives none. */
  readonly serverName: string | undefined
  readonly certificateFiles: CertificateFiles
  /** Whether the proxy asks for what is new, or for the state of the world. */
  readonly incremental: boolean
}

/** Paths in the proxy's container; undefined where the certificate comes in another way, or there is none. Envoy hides that of the key. */
export interface CertificateFiles {
  /** Authorities that the proxy trusts. */
  readonly ca: string | undefined
  readonly certificate: string | undefined
}

/** Undefined where the bootstrap names no control plane that has an address of its own in it, as with gRPC's own resolver. */
export function xdsServerOf(bootstrap: JsonObject): XdsServer | undefined {
  const [name] = configSourcesOf(bootstrap).clusters
  const clusters = objectsOf(objectOf(bootstrap.static_resources).clusters)
  const cluster = clusters.find((each) => each.name === name)
  const [first] = objectsOf(objectOf(cluster?.load_assignment).endpoints).flatMap(({ lb_endpoints }) =>
    objectsOf(lb_endpoints).map((host) => objectOf(objectOf(objectOf(host.endpoint).address).socket_address)),
  )
  const [host, port] = [stringOf(first?.address), numberOf(first?.port_value)]
  if (host === undefined || port === undefined) return undefined
  const socket = objectOf(cluster?.transport_socket)
  const { ads_config, cds_config } = objectOf(bootstrap.dynamic_resources)
  const api = objectOf(ads_config ?? objectOf(cds_config).api_config_source)
  return {
    host: host.replace(/\.$/, ''),
    port,
    tls: stringOf(objectOf(socket.typed_config)['@type'])?.endsWith('.UpstreamTlsContext') === true,
    serverName: stringOf(objectOf(socket.typed_config).sni) || undefined,
    certificateFiles: certificateFilesOf(objectOf(objectOf(socket.typed_config).common_tls_context)),
    incremental: (stringOf(api.api_type) ?? '').includes('DELTA'),
  }
}

function certificateFilesOf(context: JsonObject): CertificateFiles {
  const [own] = objectsOf(context.tls_certificates)
  const { default_validation_context } = objectOf(context.combined_validation_context)
  const { trusted_ca } = objectOf(context.validation_context ?? default_validation_context)
  return {
    ca: stringOf(objectOf(trusted_ca).filename),
    certificate: stringOf(objectOf(own?.certificate_chain).filename),
  }
}
