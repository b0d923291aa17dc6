import type { JsonObject } from '../../../src/envoy/json.ts'
import { accessLog } from '../trace/envoy.ts'
import type { Keys } from './keys.ts'
import { httpFilter, type Parts, type Proof, type Side, typed } from './proof.ts'

/** The port of the listener of a proof. */
export function listenerPort(index: number): number {
  return 22_600 + index
}

/** What Envoy starts with: of each proof a listener, its clusters and secrets, with the defect or with the fix. */
export function bootstrapOf(proofs: readonly Proof[], which: 'defect' | 'fix', keys: Keys, folder: string): JsonObject {
  const sides = proofs.map((proof) => ({ proof, side: proof[which](partsOf(proof, keys, folder)) }))
  return {
    node: { id: 'edge', cluster: 'lint' },
    bootstrap_extensions: [
      {
        name: 'envoy.bootstrap.internal_listener',
        typed_config: typed('extensions.bootstrap.internal_listener.v3.InternalListener'),
      },
    ],
    static_resources: {
      listeners: sides.map(({ proof, side }, index) => listenerOf(proof, side, index, folder)),
      clusters: sides.flatMap(({ side }) => side.clusters ?? []),
      secrets: sides.flatMap(({ side }) => side.secrets ?? []),
    },
  }
}

function partsOf({ rule }: Proof, keys: Keys, folder: string): Parts {
  const name = (own: string) => `${rule}.${own}`
  return {
    name,
    keys,
    folder,
    cluster: (own, ports, more = {}) => ({
      name: name(own),
      type: 'STATIC',
      connect_timeout: '1s',
      load_assignment: {
        cluster_name: name(own),
        endpoints: [{ lb_endpoints: ports.map((port) => ({ endpoint: { address: address('127.0.0.1', port) } })) }],
      },
      ...more,
    }),
    route: (own, more = {}) => ({ match: { prefix: '/' }, name: own, route: { cluster: name(own), ...more } }),
  }
}

function address(host: string, port: number): JsonObject {
  return { socket_address: { address: host, port_value: port } }
}

function listenerOf({ rule, isEdge }: Proof, side: Side, index: number, folder: string): JsonObject {
  const { manager = {}, filters = [], routes = [], virtualHost = {}, table = {}, chain = {}, listener = {} } = side
  const route_config = {
    name: rule,
    validate_clusters: false,
    virtual_hosts: [{ name: 'v', domains: ['*'], routes: [...routes], ...virtualHost }],
    ...table,
  }
  const own = manager.rds === undefined && manager.scoped_routes === undefined ? { route_config } : {}
  const config = typed('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: rule,
    access_log: accessLog(folder),
    ...own,
    http_filters: [...filters, httpFilter('envoy.filters.http.router', 'router.v3.Router')],
    ...manager,
  })
  const networkFilters = side.networkFilters ?? [{ name: 'hcm', typed_config: config }]
  return {
    name: rule,
    address: address(isEdge ? '0.0.0.0' : '127.0.0.1', listenerPort(index)),
    filter_chains: [{ filters: [...networkFilters], ...chain }, ...(side.otherChains ?? [])],
    ...listener,
  }
}

/** A listener with nothing but a connection manager. */
export function httpListener(name: string, port: number, manager: JsonObject): JsonObject {
  const config = typed('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: name,
    http_filters: [httpFilter('envoy.filters.http.router', 'router.v3.Router')],
    ...manager,
  })
  return {
    name,
    address: address('127.0.0.1', port),
    filter_chains: [{ filters: [{ name: 'hcm', typed_config: config }] }],
  }
}
