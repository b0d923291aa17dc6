import type { ConfigDump } from '../../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Reason } from '../../../src/semantics/reasons/reason.ts'
import { reasonText } from '../../../src/semantics/reasons/reason-text.ts'
import type { TraceRequest } from '../../../src/semantics/request.ts'
import { trace } from '../../../src/walk/trace.ts'
import type { Alternative } from '../../../src/walk/trace-result.ts'

interface Parts {
  readonly listeners?: JsonObject[]
  readonly routes?: JsonObject[]
  readonly clusters?: JsonObject[]
  readonly warming?: JsonObject[]
  readonly endpoints?: JsonObject[]
  readonly secrets?: JsonObject[]
  readonly bootstrap?: JsonObject
}

/** A config dump with these resources, all static but the clusters and secrets that warm. */
export function dumpOf({
  listeners = [],
  routes = [],
  clusters = [],
  warming = [],
  endpoints,
  secrets = [],
  bootstrap = {},
}: Parts): Promise<ConfigDump> {
  const section = (message: string, fields: JsonObject): JsonObject => ({
    '@type': `type.googleapis.com/envoy.admin.v3.${message}`,
    ...fields,
  })
  const configs = [
    section('BootstrapConfigDump', { bootstrap }),
    section('ClustersConfigDump', {
      static_clusters: clusters.map((cluster) => ({ cluster })),
      dynamic_warming_clusters: warming.map((cluster) => ({ cluster })),
    }),
    section('ListenersConfigDump', { static_listeners: listeners.map((listener) => ({ listener })) }),
    section('RoutesConfigDump', {
      dynamic_route_configs: routes.map((route) => ({ route_config: route })),
    }),
    ...(secrets.length === 0 ? [] : [section('SecretsConfigDump', { dynamic_warming_secrets: secrets })]),
    ...(endpoints === undefined
      ? []
      : [
          section('EndpointsConfigDump', {
            static_endpoint_configs: endpoints.map((one) => ({ endpoint_config: one })),
          }),
        ]),
  ]
  return readDump(new TextEncoder().encode(JSON.stringify({ configs })), 'test')
}

export function listener(name: string, address: string, port: number, fields: JsonObject): JsonObject {
  return { name, address: { socket_address: { address, port_value: port } }, ...fields }
}

export function typed(type: string, fields: JsonObject = {}): JsonObject {
  return { '@type': `type.googleapis.com/${type}`, ...fields }
}

export function tcpProxy(cluster: string, fields: JsonObject = {}): JsonObject {
  const config = typed('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', { cluster, ...fields })
  return { name: 'envoy.filters.network.tcp_proxy', typed_config: config }
}

/** A chain that only tells which one was chosen: its cluster has the chain's name. */
export function chain(name: string, match: JsonObject = {}): JsonObject {
  return { name, filter_chain_match: match, filters: [tcpProxy(name)] }
}

export function httpManager(fields: JsonObject): JsonObject {
  const type = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'
  const router = {
    name: 'envoy.filters.http.router',
    typed_config: typed('envoy.extensions.filters.http.router.v3.Router'),
  }
  return { name: 'hcm', typed_config: typed(type, { http_filters: [router], ...fields }) }
}

export function filter(name: string, type: string, fields: JsonObject = {}): JsonObject {
  return { name, typed_config: typed(type, fields) }
}

export function staticCluster(name: string, ...addresses: string[]): JsonObject {
  return { name, load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: addresses.map(endpoint) }] } }
}

export function endpoint(address: string): JsonObject {
  const [host = '', port = '80'] = address.split(':')
  return { endpoint: { address: { socket_address: { address: host, port_value: Number(port) } } } }
}

/** What a request comes to; the first alternative unless the test asks for all. */
export function ask(dump: ConfigDump, request: Partial<TraceRequest>): Alternative {
  const [first] = askAll(dump, request)
  if (first === undefined) throw new Error('no alternative')
  return first
}

export function askAll(dump: ConfigDump, request: Partial<TraceRequest>): readonly Alternative[] {
  const { alternatives } = trace({
    dump,
    explain: true,
    request: {
      destination: { address: '10.0.0.1', port: 80 },
      source: { address: '10.9.9.9', port: 40000 },
      protocol: request.http === undefined ? 'tcp' : 'http1',
      ...request,
    },
  })
  return alternatives
}

export function get(
  authority: string,
  path = '/',
  headers: [string, string][] = [],
): Pick<TraceRequest, 'http' | 'protocol'> {
  return { protocol: 'http1', http: { method: 'GET', authority, path, headers } }
}

/** The sentence of a reason, if there is one. */
export function sentence(reason: Reason | undefined): string | undefined {
  return reason === undefined ? undefined : reasonText(reason)
}
