/** The resource kinds of a config dump, and the reply to `/clusters?format=json` (`clusterStatuses`), which joins it. */
export const kinds = [
  'bootstrap',
  'clusters',
  'listeners',
  'scopedRoutes',
  'routes',
  'endpoints',
  'secrets',
  'ecds',
  'clusterStatuses',
] as const

export type Kind = (typeof kinds)[number]

/**
 * `error` is an update that Envoy rejected; it serves no traffic. `unknown` is a name without any state.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/admin/v3/config_dump_shared.proto
 */
export type State = 'static' | 'active' | 'warming' | 'draining' | 'error' | 'unknown'

interface EntryList {
  /** Field of the section that holds the entries. */
  readonly field: string
  readonly state: State
}

export interface SectionShape {
  /** Last part of the section's type URL: `envoy.admin.v3.ClustersConfigDump`. */
  readonly message: string
  /** Field of an entry that holds the resource. */
  readonly resource: string
  /** Full name of the resource's message, for protobuf-JSON. */
  readonly type: string
  /** Field that names the resource. */
  readonly name: string
  readonly lists: readonly EntryList[]
}

export const sections: Readonly<Record<Kind, SectionShape>> = {
  bootstrap: {
    message: 'BootstrapConfigDump',
    resource: 'bootstrap',
    type: 'envoy.config.bootstrap.v3.Bootstrap',
    name: 'name',
    lists: [],
  },
  clusters: {
    message: 'ClustersConfigDump',
    resource: 'cluster',
    type: 'envoy.config.cluster.v3.Cluster',
    name: 'name',
    lists: [
      { field: 'dynamic_active_clusters', state: 'active' },
      { field: 'dynamic_warming_clusters', state: 'warming' },
      { field: 'static_clusters', state: 'static' },
    ],
  },
  listeners: {
    message: 'ListenersConfigDump',
    resource: 'listener',
    type: 'envoy.config.listener.v3.Listener',
    name: 'name',
    lists: [
      { field: 'dynamic_listeners', state: 'active' },
      { field: 'dynamic_active_listeners', state: 'active' },
      { field: 'dynamic_warming_listeners', state: 'warming' },
      { field: 'dynamic_draining_listeners', state: 'draining' },
      { field: 'static_listeners', state: 'static' },
    ],
  },
  scopedRoutes: {
    message: 'ScopedRoutesConfigDump',
    resource: 'scoped_route_configs',
    type: 'envoy.config.route.v3.ScopedRouteConfiguration',
    name: 'name',
    lists: [
      { field: 'dynamic_scoped_route_configs', state: 'active' },
      { field: 'inline_scoped_route_configs', state: 'static' },
    ],
  },
  routes: {
    message: 'RoutesConfigDump',
    resource: 'route_config',
    type: 'envoy.config.route.v3.RouteConfiguration',
    name: 'name',
    lists: [
      { field: 'dynamic_route_configs', state: 'active' },
      { field: 'static_route_configs', state: 'static' },
    ],
  },
  endpoints: {
    message: 'EndpointsConfigDump',
    resource: 'endpoint_config',
    type: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
    name: 'cluster_name',
    lists: [
      { field: 'dynamic_endpoint_configs', state: 'active' },
      { field: 'static_endpoint_configs', state: 'static' },
    ],
  },
  secrets: {
    message: 'SecretsConfigDump',
    resource: 'secret',
    type: 'envoy.extensions.transport_sockets.tls.v3.Secret',
    name: 'name',
    lists: [
      { field: 'dynamic_warming_secrets', state: 'warming' },
      { field: 'dynamic_active_secrets', state: 'active' },
      { field: 'static_secrets', state: 'static' },
    ],
  },
  ecds: {
    message: 'EcdsConfigDump',
    resource: 'ecds_filter',
    type: 'envoy.config.core.v3.TypedExtensionConfig',
    name: 'name',
    lists: [{ field: 'ecds_filters', state: 'active' }],
  },
  clusterStatuses: {
    message: 'Clusters',
    resource: 'cluster_status',
    type: 'envoy.admin.v3.ClusterStatus',
    name: 'name',
    lists: [{ field: 'cluster_statuses', state: 'active' }],
  },
}
