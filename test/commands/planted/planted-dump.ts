import { added, addedRaw, any, base64, extension, http, keyBlock, matchers, plant } from './planted-filters.ts'

export const route = any('envoy.config.route.v3.RouteConfiguration', {
  name: 'r',
  request_headers_to_add: addedRaw,
  virtual_hosts: [
    {
      name: 'v',
      domains: ['*'],
      response_headers_to_add: added.slice(2),
      routes: [
        ...matchers.map((matcher) => ({ match: { prefix: '/m', headers: [matcher] }, route: { cluster: 'c' } })),
        {
          match: {
            prefix: '/q',
            query_parameters: [{ name: 'access_token', string_match: { exact: plant('query parameter') } }],
            cookies: [{ name: 'sid', string_match: { exact: plant('cookie') } }],
          },
          route: { cluster: 'c' },
        },
        { match: { prefix: '/r' }, redirect: { path_redirect: `/x?token=${plant('redirect')}` } },
        { match: { prefix: '/d' }, direct_response: { status: 200, body: { inline_string: keyBlock('body') } } },
        { match: { prefix: '/' }, route: { cluster: 'c' }, request_headers_to_add: added },
      ],
    },
  ],
})

const manager = extension('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
  stat_prefix: 'x',
  http_filters: http,
  route_config: route,
  tracing: {
    custom_tags: [{ tag: 't', request_header: { name: 'authorization', default_value: plant('custom tag') } }],
    provider: extension('envoy.config.trace.v3.LightstepConfig', { access_token: { inline_string: plant('tracer') } }),
  },
  access_log: [
    extension('envoy.extensions.access_loggers.file.v3.FileAccessLog', {
      log_format: { json_format: { password: plant('access log'), text: `Basic ${plant('Basic in an access log')}` } },
    }),
  ],
})

export const listener = any('envoy.config.listener.v3.Listener', {
  name: 'l',
  address: { socket_address: { address: '0.0.0.0', port_value: 80 } },
  filter_chains: [{ filters: [manager] }],
})

export const cluster = any('envoy.config.cluster.v3.Cluster', {
  name: 'c',
  type: 'STATIC',
  load_assignment: {
    cluster_name: 'c',
    endpoints: [
      { lb_endpoints: [{ endpoint: { address: { socket_address: { address: '10.0.0.1', port_value: 80 } } } }] },
    ],
  },
  metadata: { filter_metadata: { any: { [keyBlock('name of a member')]: 1, token: plant('metadata') } } },
  health_checks: [
    {
      http_health_check: {
        path: '/',
        send: { text: Buffer.from(plant('payload')).toString('hex') },
        receive: [{ binary: base64(plant('expected payload')) }],
        request_headers_to_add: added,
      },
    },
    { tcp_health_check: { send: { text: plant('TCP payload') }, receive: [{ text: plant('expected TCP payload') }] } },
    { grpc_health_check: { initial_metadata: [{ header: { key: 'x', value: plant('metadata of a health check') } }] } },
  ],
})

const held = (fields: object) => any('envoy.extensions.transport_sockets.tls.v3.Secret', fields)

const section = (name: string, fields: object) => any(`envoy.admin.v3.${name}ConfigDump`, fields)

export const rejected = (name: string, configuration: object) => ({
  failed_configuration: configuration,
  details: `cannot load ${keyBlock(`rejection of a ${name}`)}, sent Authorization: Bearer ${plant(`token in a rejection of a ${name}`)}`,
})

export const dump = {
  configs: [
    section('Bootstrap', {
      bootstrap: {
        node: {
          id: 'sidecar~1.1.1.1~a.b~c',
          metadata: {
            ENV: { ANYTHING: plant('ENV') },
            ISTIO_META_AUTH_TOKEN: plant('token of a node'),
            PROXY_CONFIG: { proxyMetadata: { DB_PASSWORD: plant('password of a node') } },
          },
        },
        static_resources: {
          clusters: [cluster],
          secrets: [{ name: 's', unheard_of: { inline_string: plant('static secret') } }],
        },
      },
    }),
    section('Clusters', {
      dynamic_active_clusters: [{ cluster }],
      dynamic_warming_clusters: [{ cluster: { name: 'w' }, error_state: rejected('cluster', cluster) }],
    }),
    section('Listeners', {
      dynamic_listeners: [{ name: 'l', active_state: { listener }, error_state: rejected('listener', listener) }],
    }),
    section('ScopedRoutes', {
      inline_scoped_route_configs: [{ name: 's', scoped_route_configs: [{ name: 'k', route_configuration: route }] }],
    }),
    section('Routes', { dynamic_route_configs: [{ route_config: route }] }),
    section('Endpoints', {
      dynamic_endpoint_configs: [
        { endpoint_config: { cluster_name: 'c', note: keyBlock('endpoints'), endpoints: [] } },
      ],
    }),
    section('Secrets', {
      dynamic_active_secrets: [
        {
          name: 'a',
          secret: held({
            name: 'a',
            brand_new: { inline_string: plant('unknown secret'), deeper: [{ x: plant('unknown secret, deeper') }] },
          }),
        },
        {
          name: 'b',
          secret: held({
            name: 'b',
            tls_certificate: {
              certificate_chain: { inline_bytes: base64(keyBlock('chain')) },
              new_part: plant('unknown part'),
            },
          }),
        },
        { name: 'c', secret: { name: 'c', brand_new: plant('unknown secret without a type') } },
        {
          name: 'd',
          secret: held({ name: 'd', generic_secret: { secrets: { k: { inline_string: plant('generic secret') } } } }),
        },
      ],
      dynamic_warming_secrets: [
        { name: 'e', error_state: rejected('secret', held({ name: 'e', brand_new: plant('rejected secret') })) },
      ],
    }),
    section('Ecds', {
      ecds_filters: http.map((filter) => ({ ecds_filter: any('envoy.config.core.v3.TypedExtensionConfig', filter) })),
    }),
    any('vendor.Unknown', { anything: [{ apiKey: plant('unknown type') }, keyBlock('unknown type, a key')] }),
  ],
}

export const text = JSON.stringify(dump)
