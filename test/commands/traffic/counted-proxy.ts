import type { Json } from '../../../src/envoy/json.ts'

/** What two readings of a host differ in. */
export interface Counts {
  readonly [name: string]: number
}

/** The number of a host of cluster `web`, and its counters. */
type Hosts = readonly (readonly [last: number, counts: Counts, ejected?: true])[]

const loadAssignment = { cluster_name: 'web', endpoints: [] }
const policy = { retry_on: '5xx', num_retries: 2 }

/** Routes of `shop:80`: two that count, one that does not, one that leads to no cluster. */
const routes = [
  { match: { prefix: '/cart' }, stat_prefix: 'cart:1', route: { cluster: 'out|80||web:a', retry_policy: policy } },
  {
    match: { prefix: '/pay' },
    stat_prefix: 'pay',
    route: {
      weighted_clusters: {
        clusters: [
          { name: 'out|80||web:a', weight: 1 },
          { name: 'idle', weight: 1 },
        ],
      },
    },
  },
  { match: { prefix: '/old' }, redirect: { path_redirect: '/' } },
  { match: { prefix: '/' }, route: { cluster: 'idle' } },
]

const connectionManager = {
  '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  route_config: { name: 'main', virtual_hosts: [{ name: 'shop:80', domains: ['*'], routes }] },
  http_filters: [
    { name: 'router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } },
  ],
}

/** A dump with what the counters below are of. */
export const dump = {
  configs: [
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
      static_clusters: ['out|80||web:a', 'idle'].map((name) => ({
        cluster: { name, type: 'STATIC', load_assignment: loadAssignment },
      })),
    },
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
      static_listeners: [
        {
          listener: {
            name: 'main',
            address: { socket_address: { address: '0.0.0.0', port_value: 80 } },
            filter_chains: [{ filters: [{ name: 'http', typed_config: connectionManager }] }],
          },
        },
      ],
    },
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
      static_route_configs: [{ route_config: connectionManager.route_config }],
    },
  ],
}

const limits = {
  thresholds: [
    { priority: 'DEFAULT', max_connections: 4_294_967_295, max_pending_requests: 4_294_967_295, max_requests: 10 },
  ],
}

/** `/clusters?format=json`, with these hosts of the cluster that the routes lead to. */
export function clustersPage(hosts: Hosts): Json {
  const statuses = hosts.map(([last, counts, ejected]) => ({
    address: { socket_address: { address: `10.0.0.${last}`, port_value: 80 } },
    stats: Object.entries(counts).map(([name, value]) => ({ name, ...(value === 0 ? {} : { value: `${value}` }) })),
    health_status: { eds_health_status: 'HEALTHY', ...(ejected ? { failed_outlier_check: true } : {}) },
  }))
  return {
    cluster_statuses: [{ name: 'out|80||web:a', circuit_breakers: limits, host_statuses: statuses }, { name: 'idle' }],
  }
}

/** `/stats?usedonly&format=json` */
export function statsPage(stats: Counts): Json {
  return { stats: Object.entries(stats).map(([name, value]) => ({ name, value })) }
}
