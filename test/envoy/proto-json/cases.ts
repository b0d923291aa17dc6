import type { Json } from '../../../src/envoy/json.ts'

interface Case {
  readonly title: string
  readonly type: string
  readonly snake: Json
  readonly camel: Json
}

export const any = (type: string, rest: { [key: string]: Json }): Json => ({
  '@type': `type.googleapis.com/${type}`,
  ...rest,
})

export const cases: readonly Case[] = [
  {
    title: 'field names change, values do not',
    type: 'envoy.config.cluster.v3.Cluster',
    snake: {
      alt_stat_name: 'a_b',
      load_assignment: { endpoints: [{ lb_endpoints: [{ health_status: 'DRAINING' }] }] },
    },
    camel: { altStatName: 'a_b', loadAssignment: { endpoints: [{ lbEndpoints: [{ healthStatus: 'DRAINING' }] }] } },
  },
  {
    title: 'names with digits follow protobuf, not the plain rule',
    type: 'envoy.config.cluster.v3.Cluster',
    snake: { outlier_detection: { consecutive_5xx: 5 }, http2_protocol_options: {} },
    camel: { outlierDetection: { consecutive5xx: 5 }, http2ProtocolOptions: {} },
  },
  {
    title: 'map keys are data, the messages in the map are not',
    type: 'envoy.config.cluster.v3.Cluster',
    snake: {
      typed_extension_protocol_options: { my_key: any('envoy.config.cluster.v3.Cluster', { eds_cluster_config: {} }) },
    },
    camel: {
      typedExtensionProtocolOptions: { my_key: any('envoy.config.cluster.v3.Cluster', { edsClusterConfig: {} }) },
    },
  },
  {
    title: 'a Struct is data all the way down, also where it holds "@type"',
    type: 'envoy.config.core.v3.Metadata',
    snake: {
      filter_metadata: {
        some_filter: { a_b: [{ c_d: 1, eF: any('envoy.config.core.v3.Node', { user_agent_name: '' }) }] },
      },
    },
    camel: {
      filterMetadata: {
        some_filter: { a_b: [{ c_d: 1, eF: any('envoy.config.core.v3.Node', { user_agent_name: '' }) }] },
      },
    },
  },
  {
    title: 'metadata is a Struct in Node and a message in Route',
    type: 'envoy.admin.v3.ConfigDump',
    snake: {
      configs: [
        any('envoy.admin.v3.BootstrapConfigDump', {
          bootstrap: { node: { metadata: { filter_metadata: 1 } } },
          last_updated: '',
        }),
        any('envoy.config.route.v3.Route', { metadata: { filter_metadata: { a_b: {} } } }),
      ],
    },
    camel: {
      configs: [
        any('envoy.admin.v3.BootstrapConfigDump', {
          bootstrap: { node: { metadata: { filter_metadata: 1 } } },
          lastUpdated: '',
        }),
        any('envoy.config.route.v3.Route', { metadata: { filterMetadata: { a_b: {} } } }),
      ],
    },
  },
  {
    title: 'policies is a map in RBAC and a list in a load balancing policy',
    type: 'envoy.admin.v3.ConfigDump',
    snake: {
      configs: [
        any('envoy.config.rbac.v3.RBAC', { policies: { my_policy: { permissions: [{ and_rules: { rules: [] } }] } } }),
        any('envoy.config.cluster.v3.LoadBalancingPolicy', {
          policies: [{ typed_extension_config: { typed_config: {} } }],
        }),
      ],
    },
    camel: {
      configs: [
        any('envoy.config.rbac.v3.RBAC', { policies: { my_policy: { permissions: [{ andRules: { rules: [] } }] } } }),
        any('envoy.config.cluster.v3.LoadBalancingPolicy', {
          policies: [{ typedExtensionConfig: { typedConfig: {} } }],
        }),
      ],
    },
  },
  {
    title: 'an Any of Struct and a TypedStruct hold data in `value`',
    type: 'envoy.config.listener.v3.Filter',
    snake: {
      typed_config: any('xds.type.v3.TypedStruct', {
        type_url: 'envoy.config.core.v3.Node',
        value: { user_agent_name: 1 },
      }),
      config_discovery: { default_config: any('google.protobuf.Struct', { value: { a_b: 1 } }) },
    },
    camel: {
      typedConfig: any('xds.type.v3.TypedStruct', {
        typeUrl: 'envoy.config.core.v3.Node',
        value: { user_agent_name: 1 },
      }),
      configDiscovery: { defaultConfig: any('google.protobuf.Struct', { value: { a_b: 1 } }) },
    },
  },
  {
    title: 'v2: `config` of a filter is a Struct',
    type: 'envoy.api.v2.Listener',
    snake: { filter_chains: [{ filters: [{ config: { stat_prefix: '' } }], tls_context: { require_sni: true } }] },
    camel: { filterChains: [{ filters: [{ config: { stat_prefix: '' } }], tlsContext: { requireSni: true } }] },
  },
  {
    title: 'v2 resources inline in a section, as Envoy printed them before 1.13',
    type: 'envoy.admin.v2alpha.ListenersConfigDump',
    snake: { dynamic_active_listeners: [{ listener: { filter_chains: [{ filters: [{ config: { a_b: 1 } }] }] } }] },
    camel: { dynamicActiveListeners: [{ listener: { filterChains: [{ filters: [{ config: { a_b: 1 } }] }] } }] },
  },
  {
    title: 'a v2 field in an upgraded v3 message keeps its meaning',
    type: 'envoy.config.listener.v3.Listener',
    snake: { filter_chains: [{ filters: [{ hidden_envoy_deprecated_config: { a_b: 1 } }] }] },
    camel: { filterChains: [{ filters: [{ hiddenEnvoyDeprecatedConfig: { a_b: 1 } }] }] },
  },
  {
    title: 'clusters?format=json',
    type: 'envoy.admin.v3.Clusters',
    snake: {
      cluster_statuses: [
        { host_statuses: [{ stats: [{ name: 'cx_total' }], health_status: { eds_health_status: 'HEALTHY' } }] },
      ],
    },
    camel: {
      clusterStatuses: [
        { hostStatuses: [{ stats: [{ name: 'cx_total' }], healthStatus: { edsHealthStatus: 'HEALTHY' } }] },
      ],
    },
  },
  {
    title: 'a message nobody knows: names mean what they mean elsewhere, ambiguous ones keep their subtree',
    type: 'acme.Unknown',
    snake: {
      some_field: { source_codes: { my_code: { inline_string: '' } } },
      config: { a_b: { c_d: 1 } },
      'x-y_z': 1,
      A_b: 1,
    },
    camel: {
      someField: { sourceCodes: { my_code: { inlineString: '' } } },
      config: { a_b: { c_d: 1 } },
      'x-y_z': 1,
      A_b: 1,
    },
  },
  {
    title: 'an ambiguous name leads on where its value names its type',
    type: 'acme.Unknown',
    snake: { config: any('envoy.config.cluster.v3.Cluster', { lb_policy: 'MAGLEV' }) },
    camel: { config: any('envoy.config.cluster.v3.Cluster', { lbPolicy: 'MAGLEV' }) },
  },
  {
    title: 'the dimensions of an Istio metric are data',
    type: 'stats.PluginConfig',
    snake: { metrics: [{ tags_to_remove: ['a_b'], dimensions: { my_dimension: 'x' } }] },
    camel: { metrics: [{ tagsToRemove: ['a_b'], dimensions: { my_dimension: 'x' } }] },
  },
]
