import { isObject, type JsonObject, objectOf, objectsOf } from '../../envoy/json.ts'
import { listenerProtocol } from '../../envoy/model/listener-protocol.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { discoveryOf } from '../../semantics/clusters/discovery-type.ts'
import { everyObject } from './every-object.ts'
import type { Linted } from './linted.ts'
import { routesOf, virtualHostsOf } from './tables.ts'

/** Parts of Envoy that an advisory may be about, in words. */
export const featureTexts = {
  'brotli-decompressor': 'a brotli decompressor',
  'dns-cluster': 'clusters that resolve names',
  'dns-filter': 'the DNS filter',
  'dynamic-forward-proxy': 'the dynamic forward proxy',
  'edge-listener': 'listeners that face the outside',
  'ext-authz': 'external authorization',
  'ext-authz-per-route': 'external authorization with settings of routes',
  'ext-proc': 'external processing',
  'grpc-stats': 'the filter grpc_stats',
  'http1-overload': 'the overload action http1_server_abort_dispatch',
  'http2-listener': 'listeners that take HTTP/2',
  'http3-listener': 'listeners for HTTP/3',
  'internal-redirect': 'internal redirects',
  'jwt-remote-jwks': 'tokens whose keys are fetched',
  lua: 'Lua',
  oauth2: 'OAuth2',
  'proxy-protocol': 'the PROXY protocol',
  'rbac-header-matcher': 'authorization by headers',
  'san-matcher': 'checks of names in certificates',
  'uri-template': 'URI templates',
  'zstd-decompressor': 'a zstd decompressor',
} as const

export type Feature = keyof typeof featureTexts

const byMessage: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['ExtAuthz', 'ext-authz'],
  ['ExtAuthzPerRoute', 'ext-authz-per-route'],
  ['ExternalProcessor', 'ext-proc'],
  ['OAuth2', 'oauth2'],
  ['Lua', 'lua'],
  ['Zstd', 'zstd-decompressor'],
  ['Brotli', 'brotli-decompressor'],
  ['FilterConfig', 'grpc-stats'],
  ['ProxyProtocol', 'proxy-protocol'],
  ['DnsFilterConfig', 'dns-filter'],
  ['UriTemplateMatchConfig', 'uri-template'],
])

/** Fields that tell a feature wherever they stand. */
const byField: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['match_typed_subject_alt_names', 'san-matcher'],
  ['match_subject_alt_names', 'san-matcher'],
  ['internal_redirect_policy', 'internal-redirect'],
  ['remote_jwks', 'jwt-remote-jwks'],
])

/** The features that a proxy's configuration has. */
export function featuresOf({ listeners, managers, tables, clusters, bootstrap }: Linted): ReadonlySet<Feature> {
  const found = new Set<Feature>()
  for (const { listener, isEdge } of listeners) {
    collect(listener, found)
    if (isEdge) found.add('edge-listener')
    if (listenerProtocol(listener) === 'QUIC') found.add('http3-listener')
  }
  // Without a codec of its own a connection manager takes what the client speaks.
  if (managers.some(({ manager }) => manager.codec_type !== 'HTTP1' && manager.codec_type !== 'HTTP3'))
    found.add('http2-listener')
  for (const table of tables)
    for (const host of virtualHostsOf(table)) {
      collect(host.virtualHost.typed_per_filter_config, found)
      for (const { route } of routesOf(host)) collect(route, found)
    }
  for (const { cluster } of clusters) {
    collect(cluster.transport_socket, found)
    collect(cluster.transport_socket_matches, found)
    const { type } = discoveryOf(cluster)
    if (/_DNS$/.test(type)) found.add('dns-cluster')
    if (type === 'DYNAMIC_FORWARD_PROXY') found.add('dynamic-forward-proxy')
  }
  const actions = objectsOf(objectOf(bootstrap.overload_manager).loadshed_points)
  if (actions.some(({ name }) => name === 'envoy.load_shed_points.http1_server_abort_dispatch'))
    found.add('http1-overload')
  return found
}

function collect(value: unknown, found: Set<Feature>): void {
  for (const part of everyObject(value)) {
    const feature = featureOf(part)
    if (feature !== undefined) found.add(feature)
    for (const [field, byKey] of byField) if (part[field] !== undefined) found.add(byKey)
  }
}

/** Of a holder of an extension the feature that its type tells. */
function featureOf(part: JsonObject): Feature | undefined {
  if (!isObject(part.typed_config) && typeof part['@type'] !== 'string') return undefined
  const { message, type, config } = typedConfig(isObject(part.typed_config) ? part : { typed_config: part })
  if (message === 'FilterConfig') return type.includes('grpc_stats') ? 'grpc-stats' : undefined
  if (message === 'Zstd' || message === 'Brotli')
    return type.includes('decompressor') ? byMessage.get(message) : undefined
  if (message === 'RBAC') return JSON.stringify(config).includes('"header"') ? 'rbac-header-matcher' : undefined
  return byMessage.get(message)
}
