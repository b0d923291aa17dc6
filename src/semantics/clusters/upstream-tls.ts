import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { type TypedConfig, typedConfig } from '../../envoy/model/typed-config.ts'
import { sanMatchers, sanText, validationContextOf } from '../connection/san-match.ts'
import type { ClusterCall } from './cluster-call.ts'
import type { Host } from './hosts.ts'
import { type UpstreamNames, upstreamNames } from './upstream-names.ts'

export interface UpstreamTls {
  /** Name of the transport socket match, when the cluster has several. */
  readonly match?: string
  /** Version of the PROXY protocol that is sent in front of all else. */
  readonly proxyProtocol?: 'v1' | 'v2'
  readonly mode: 'plaintext' | 'tls' | 'mutual tls' | 'internal'
  readonly sni?: string
  readonly certificate?: string
  /** Its subject alternative names, `URI:spiffe://…`; absent when the dump does not hold it. */
  readonly names?: readonly string[]
  readonly trusted?: string
  /** SANs that the server's certificate must have. */
  readonly sans?: readonly string[]
}

/** The transport socket that a host gets: the first match whose labels the endpoint has, then its locality, else the cluster's. */
export function transportSocketFor(cluster: JsonObject, host: Host): { name: string | undefined; socket: JsonObject } {
  const matches = objectsOf(cluster.transport_socket_matches)
  const by = (metadata: JsonObject): JsonObject | undefined => {
    const labels = objectOf(metadata['envoy.transport_socket_match'])
    return matches.find(({ match }) =>
      Object.entries(objectOf(match)).every(([key, value]) => JSON.stringify(labels[key]) === JSON.stringify(value)),
    )
  }
  // A match without labels fits any endpoint, so the locality only counts when nothing fits the endpoint itself.
  const found =
    by(host.metadata) ?? (Object.keys(host.localityMetadata).length > 0 ? by(host.localityMetadata) : undefined)
  if (found !== undefined) return { name: stringOf(found.name), socket: objectOf(found.transport_socket) }
  if (isObject(cluster.tls_context)) {
    return {
      name: undefined,
      socket: { name: 'tls', typed_config: { '@type': '/UpstreamTlsContext', ...cluster.tls_context } },
    }
  }
  return { name: undefined, socket: objectOf(cluster.transport_socket) }
}

/** What the upstream connection does about TLS. @param call the request that brings names of its own; absent when none is asked about */
export function upstreamTls(cluster: JsonObject, host: Host, call?: ClusterCall): UpstreamTls {
  const { name, socket } = transportSocketFor(cluster, host)
  const facts: Pick<UpstreamTls, 'match'> = name === undefined ? {} : { match: name }
  return socketFacts(typedConfig(socket), facts, (tls) => upstreamNames(tls, cluster, host, call))
}

/** A transport socket may be inside another one, which counts, writes along or sends a PROXY header first. */
function socketFacts(
  { message, config }: TypedConfig,
  outside: Pick<UpstreamTls, 'match' | 'proxyProtocol'>,
  namesOf: (tls: JsonObject) => UpstreamNames,
): UpstreamTls {
  if (message === 'InternalUpstreamTransport') return { ...outside, mode: 'internal' }
  if (message === 'UpstreamTlsContext' || message === 'TlsContext')
    return { ...outside, ...tlsFacts(config, namesOf(config)) }
  if (!isObject(config.transport_socket)) return { ...outside, mode: 'plaintext' }
  const proxyProtocol = message === 'ProxyProtocolUpstreamTransport' ? proxyVersion(objectOf(config.config)) : undefined
  const seen = proxyProtocol === undefined ? outside : { ...outside, proxyProtocol }
  return socketFacts(typedConfig(config.transport_socket), seen, namesOf)
}

/** `envoy.config.core.v3.ProxyProtocolConfig` */
function proxyVersion({ version }: JsonObject): 'v1' | 'v2' {
  return version === 'V2' || version === 1 ? 'v2' : 'v1'
}

function tlsFacts(tls: JsonObject, names: UpstreamNames): UpstreamTls {
  const common = objectOf(tls.common_tls_context)
  const certificate = certificateOf(common)
  const trusted = trustOf(common)
  const sans = names.sans ?? sanMatchers(common).map(sanText)
  return {
    mode: certificate === undefined ? 'tls' : 'mutual tls',
    ...(names.sni === '' ? {} : { sni: names.sni }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(trusted === undefined ? {} : { trusted }),
    ...(sans.length === 0 ? {} : { sans }),
  }
}

function certificateOf(common: JsonObject): string | undefined {
  const [bySecret] = objectsOf(common.tls_certificate_sds_secret_configs)
  if (bySecret !== undefined) return stringOf(bySecret.name)
  const [inline] = objectsOf(common.tls_certificates)
  if (inline === undefined) return undefined
  return stringOf(objectOf(inline.certificate_chain).filename) ?? 'inline certificate'
}

function trustOf(common: JsonObject): string | undefined {
  const combined = objectOf(common.combined_validation_context)
  const bySecret = common.validation_context_sds_secret_config ?? combined.validation_context_sds_secret_config
  if (isObject(bySecret)) return stringOf(bySecret.name)
  const roots = objectOf(validationContextOf(common).trusted_ca)
  return stringOf(roots.filename) ?? ((roots.inline_string ?? roots.inline_bytes) ? 'inline certificate' : undefined)
}
