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

/** All that is particular to a resource kind of a config dump, in one place. */
export interface KindFacts {
  /** Last part of the section's type URL: `envoy.admin.v3.ClustersConfigDump`. */
  readonly message: string
  /** Field of an entry that holds the resource. */
  readonly resource: string
  /** Full name of the resource's message, for protobuf-JSON. */
  readonly type: string
  /** Field that names the resource. */
  readonly name: string
  readonly lists: readonly EntryList[]
  /** What istioctl calls the kind in its headings. */
  readonly heading: string
  /** The discovery service that delivers it. */
  readonly xds?: string
  /** Its heading where two proxies, or a proxy and its control plane, are compared. */
  readonly comparedAs?: string
  /** Its field in `envoy.service.status.v3.PerXdsConfig`. */
  readonly csdsField?: string
  /**
   * The statistics that count its subscriptions.
   * https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/mgmt_server#xds-subscription-statistics
   */
  readonly statsScope?: RegExp
  /** Fields that tell a bare resource: no other kind has them. `bootstrap` is recognised on its own. */
  readonly onlyFields?: readonly string[]
  /** Fields that others may have too: they tell where none of any kind's `onlyFields` is there. */
  readonly likelyFields?: readonly string[]
}

const catalogue = {
  bootstrap: {
    message: 'BootstrapConfigDump',
    resource: 'bootstrap',
    type: 'envoy.config.bootstrap.v3.Bootstrap',
    name: 'name',
    lists: [],
    heading: 'BOOTSTRAP',
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
    heading: 'CLUSTER',
    xds: 'CDS',
    comparedAs: 'Clusters',
    csdsField: 'cluster_config',
    statsScope: /^cluster_manager\.cds\./,
    onlyFields: [
      'connect_timeout',
      'lb_policy',
      'load_assignment',
      'eds_cluster_config',
      'cluster_type',
      'hosts',
      'transport_socket_matches',
    ],
    likelyFields: ['circuit_breakers', 'type'],
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
    heading: 'LISTENER',
    xds: 'LDS',
    comparedAs: 'Listeners',
    csdsField: 'listener_config',
    statsScope: /^listener_manager\.lds\./,
    onlyFields: [
      'filter_chains',
      'listener_filters',
      'default_filter_chain',
      'api_listener',
      'use_original_dst',
      'internal_listener',
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
    heading: 'SCOPED ROUTE',
    xds: 'SRDS',
    csdsField: 'scoped_route_config',
    statsScope: /\.scoped_rds\./,
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
    heading: 'ROUTE',
    xds: 'RDS',
    comparedAs: 'Routes',
    csdsField: 'route_config',
    statsScope: /\.rds\./,
    onlyFields: ['virtual_hosts', 'vhds'],
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
    heading: 'ENDPOINTS',
    xds: 'EDS',
    comparedAs: 'Endpoints',
    csdsField: 'endpoint_config',
    statsScope: /^cluster\./,
    likelyFields: ['cluster_name'],
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
    heading: 'SECRET',
    xds: 'SDS',
    comparedAs: 'Secrets',
    statsScope: /(?:^|\.)sds\./,
    onlyFields: ['tls_certificate', 'validation_context', 'session_ticket_keys', 'generic_secret'],
  },
  ecds: {
    message: 'EcdsConfigDump',
    resource: 'ecds_filter',
    type: 'envoy.config.core.v3.TypedExtensionConfig',
    name: 'name',
    lists: [{ field: 'ecds_filters', state: 'active' }],
    heading: 'ECDS',
    xds: 'ECDS',
    comparedAs: 'Extension configs',
    statsScope: /extension_config_discovery\./,
    likelyFields: ['typed_config'],
  },
  clusterStatuses: {
    message: 'Clusters',
    resource: 'cluster_status',
    type: 'envoy.admin.v3.ClusterStatus',
    name: 'name',
    lists: [{ field: 'cluster_statuses', state: 'active' }],
    heading: 'ENDPOINTS',
    onlyFields: ['host_statuses', 'added_via_api'],
  },
} as const satisfies Readonly<Record<string, KindFacts>>

/** The resource kinds of a config dump, and the reply to `/clusters?format=json` (`clusterStatuses`), which joins it. */
export type Kind = keyof typeof catalogue

type Compared<K extends Kind> = (typeof catalogue)[K] extends { readonly comparedAs: string } ? K : never

/** The kinds that a control plane sends and that a diff compares. */
export type ComparedKind = { [K in Kind]: Compared<K> }[Kind]

/** THE list of kinds. A new kind is one record here, with a file in resources/ for its table. */
export const sections: Readonly<Record<Kind, KindFacts>> = catalogue

export const kinds: readonly Kind[] = Object.keys(catalogue).filter((key): key is Kind => Object.hasOwn(catalogue, key))

/** The kinds that a diff compares, in the order they are shown. Without the first three there is no diff. */
export const comparedKinds: readonly ComparedKind[] = kinds.filter(
  (kind): kind is ComparedKind => sections[kind].comparedAs !== undefined,
)

/** The heading of a compared kind. */
export function comparedTitle(kind: ComparedKind): string {
  return catalogue[kind].comparedAs
}
