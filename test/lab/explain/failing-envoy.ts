import { join } from 'node:path'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { format } from '../../analyses/explain/envoy-lines.ts'
import { typed } from '../../analyses/trace/dump-of.ts'
import { ports } from './failing-servers.ts'

/** Where each listener of the Envoy that fails listens. */
export const listeners = {
  main: 24_120,
  tcpRefused: 24_121,
  tcpDuration: 24_122,
  chain: 24_123,
  mutualTls: 24_124,
  tcpRbac: 24_125,
  unresolved: 24_126,
  slowHeaders: 24_127,
  unconfigured: 24_128,
} as const

/** Files of which the number, 0 to 1, stands for what the overload manager watches: requests are refused, connections closed, large streams reset. */
export const pressures = ['refusing', 'closing', 'resetting'] as const
export type Pressure = (typeof pressures)[number]

const socket = (port: number): JsonObject => ({ socket_address: { address: '127.0.0.1', port_value: port } })
const http = (name: string, fields: JsonObject = {}): JsonObject =>
  typed(`envoy.extensions.filters.http.${name}`, fields)

function cluster(name: string, port: number | undefined, fields: JsonObject = {}): JsonObject {
  const { policy, metadata, ...own } = fields
  const endpoints = port === undefined ? [] : [{ lb_endpoints: [{ endpoint: { address: socket(port) } }] }]
  return {
    name,
    connect_timeout: '1s',
    load_assignment: { cluster_name: name, endpoints, ...(policy === undefined ? {} : { policy }) },
    ...own,
  }
}

function tlsTo(pem: string | undefined): JsonObject {
  const common = pem === undefined ? {} : { validation_context: { trusted_ca: { inline_string: pem } } }
  const config = typed('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', { common_tls_context: common })
  return { transport_socket: { name: 'tls', typed_config: config } }
}

function protocolOptions(fields: JsonObject): JsonObject {
  const type = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
  return { typed_extension_protocol_options: { [type]: typed(type, fields) } }
}

const drops = (percent: number): JsonObject => ({
  policy: { drop_overloads: [{ category: 'all', drop_percentage: { numerator: percent } }] },
})

/** @param otherRoot signed none of the servers' certificates */
function clusters(otherRoot: string): JsonObject[] {
  return [
    cluster('http', ports.http),
    cluster('refused', ports.refused),
    cluster('refused-http2', ports.refused, protocolOptions({ explicit_http_config: { http2_protocol_options: {} } })),
    cluster('empty', undefined),
    cluster('ejecting', ports.http, {
      outlier_detection: { consecutive_5xx: 1, base_ejection_time: '60s', max_ejection_percent: 100 },
      common_lb_config: { healthy_panic_threshold: {} },
    }),
    cluster('subset', ports.http, {
      lb_subset_config: { fallback_policy: 'NO_FALLBACK', subset_selectors: [{ keys: ['version'] }] },
    }),
    cluster('unverified', ports.tls, tlsTo(otherRoot)),
    cluster('alert', ports.mutualTls, tlsTo(undefined)),
    cluster('no-tls', ports.http, tlsTo(undefined)),
    cluster('connect-timeout', ports.silent, { ...tlsTo(undefined), connect_timeout: '0.3s' }),
    cluster('limited', ports.http, {
      circuit_breakers: { thresholds: [{ max_pending_requests: 0, max_requests: 0 }] },
    }),
    cluster('http2', ports.http2, protocolOptions({ explicit_http_config: { http2_protocol_options: {} } })),
    cluster('short', ports.http, {
      ...protocolOptions({
        common_http_protocol_options: { max_stream_duration: '0.3s' },
        explicit_http_config: { http_protocol_options: {} },
      }),
    }),
    cluster('dropping', ports.http, drops(99)),
    cluster('dropping-all', ports.http, drops(100)),
    {
      name: 'unresolved',
      lb_policy: 'CLUSTER_PROVIDED',
      cluster_type: {
        name: 'envoy.clusters.dynamic_forward_proxy',
        typed_config: typed('envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig', {
          dns_cache_config: cache,
        }),
      },
    },
  ]
}

const cache = { name: 'names', dns_lookup_family: 'V4_ONLY', dns_query_timeout: '2s' }

function route(name: string, action: JsonObject, more: JsonObject = {}): JsonObject {
  return { name, match: { prefix: `/${name}` }, route: { cluster: 'http', ...action }, ...more }
}

const enabled = (config: JsonObject): JsonObject => typed('envoy.config.route.v3.FilterConfig', { config })

const routes: JsonObject[] = [
  route('refused', { cluster: 'refused' }),
  route('retried', { cluster: 'refused', retry_policy: { retry_on: 'connect-failure', num_retries: 1 } }),
  route('empty', { cluster: 'empty' }),
  route('error', { cluster: 'ejecting' }),
  route('subset', { cluster: 'subset' }),
  route('unverified', { cluster: 'unverified' }),
  route('alert', { cluster: 'alert' }),
  route('no-tls', { cluster: 'no-tls' }),
  route('connect-timeout', { cluster: 'connect-timeout' }),
  route('limited', { cluster: 'limited' }),
  { name: 'nocluster', match: { prefix: '/nocluster' }, route: { cluster_header: 'x-cluster' } },
  route('slow', { timeout: '0.3s' }),
  route('idle', { idle_timeout: '0.3s', timeout: '0s' }),
  route('longest', { max_stream_duration: { max_stream_duration: '0.3s' }, timeout: '0s' }),
  route('short', { cluster: 'short', timeout: '0s' }),
  route('away', { timeout: '0s' }),
  route('huge', { timeout: '0s' }),
  route('reset-by-client', { timeout: '0s' }),
  route('reset-by-server', { cluster: 'http2' }),
  route('dropping-all', { cluster: 'dropping-all' }),
  route('dropping', { cluster: 'dropping' }),
  { name: 'direct', match: { prefix: '/direct' }, direct_response: { status: 503 } },
  route(
    'fault',
    {},
    {
      typed_per_filter_config: {
        fault: http('fault.v3.HTTPFault', {
          delay: { fixed_delay: '0.05s', percentage: { numerator: 100 } },
          abort: { http_status: 418, percentage: { numerator: 100 } },
        }),
      },
    },
  ),
  route(
    'ratelimited',
    {},
    {
      typed_per_filter_config: {
        limit: http('local_ratelimit.v3.LocalRateLimit', {
          stat_prefix: 'limit',
          token_bucket: { max_tokens: 1, tokens_per_fill: 1, fill_interval: '3600s' },
          filter_enabled: { default_value: { numerator: 100 } },
          filter_enforced: { default_value: { numerator: 100 } },
        }),
      },
    },
  ),
  route(
    'authz-denied',
    {},
    { typed_per_filter_config: { authz: enabled(http('ext_authz.v3.ExtAuthzPerRoute', { check_settings: {} })) } },
  ),
  route(
    'authz-down',
    {},
    {
      typed_per_filter_config: { 'authz-down': enabled(http('ext_authz.v3.ExtAuthzPerRoute', { check_settings: {} })) },
    },
  ),
  route(
    'rbac',
    {},
    {
      typed_per_filter_config: {
        rbac: http('rbac.v3.RBACPerRoute', {
          rbac: {
            rules: {
              action: 'DENY',
              policies: { nobody: { permissions: [{ any: true }], principals: [{ any: true }] } },
            },
          },
        }),
      },
    },
  ),
  route(
    'jwt',
    {},
    { typed_per_filter_config: { jwt: http('jwt_authn.v3.PerRouteConfig', { requirement_name: 'token' }) } },
  ),
  route(
    'large',
    {},
    {
      typed_per_filter_config: { buffer: http('buffer.v3.BufferPerRoute', { buffer: { max_request_bytes: 10 } }) },
    },
  ),
  route('limit-service', { rate_limits: [{ actions: [{ generic_key: { descriptor_value: 'all' } }] }] }),
  route('closes', {}),
  route('garbage', {}),
  route('half', {}),
  route('good', {}),
]

function accessLog(folder: string): JsonObject[] {
  const config = typed('envoy.extensions.access_loggers.file.v3.FileAccessLog', {
    path: join(folder, 'access.log'),
    log_format: { text_format_source: { inline_string: format } },
  })
  return [{ name: 'file', typed_config: config }]
}

function manager(folder: string, fields: JsonObject, filters: JsonObject[] = []): JsonObject {
  const router = {
    name: 'router',
    typed_config: http('router.v3.Router', { strict_check_headers: ['x-envoy-max-retries'] }),
  }
  return {
    name: 'http',
    typed_config: typed('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
      stat_prefix: 'x',
      access_log: accessLog(folder),
      internal_address_config: { cidr_ranges: [{ address_prefix: '10.0.0.0', prefix_len: 8 }] },
      http_filters: [...filters, router],
      ...fields,
    }),
  }
}

const authzService = (cluster: string): JsonObject => ({
  http_service: { server_uri: { uri: 'http://authz', cluster, timeout: '1s' }, path_prefix: '/denied?' },
})

/** A gRPC service that is not there. */
const nobody: JsonObject = { envoy_grpc: { cluster_name: 'refused-http2' } }

/** A filter whose configuration does not come. */
const undelivered: JsonObject = {
  name: 'undelivered',
  config_discovery: {
    config_source: {
      initial_fetch_timeout: '0.1s',
      resource_api_version: 'V3',
      api_config_source: { api_type: 'GRPC', transport_api_version: 'V3', grpc_services: [nobody] },
    },
    type_urls: ['type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer'],
  },
}

const filters: JsonObject[] = [
  {
    name: 'health',
    typed_config: http('health_check.v3.HealthCheck', {
      pass_through_mode: false,
      headers: [{ name: ':path', string_match: { exact: '/healthz' } }],
    }),
  },
  { name: 'fault', typed_config: http('fault.v3.HTTPFault') },
  { name: 'limit', typed_config: http('local_ratelimit.v3.LocalRateLimit', { stat_prefix: 'none' }) },
  { name: 'authz', disabled: true, typed_config: http('ext_authz.v3.ExtAuthz', authzService('http')) },
  { name: 'authz-down', disabled: true, typed_config: http('ext_authz.v3.ExtAuthz', authzService('refused')) },
  {
    name: 'limit-service',
    typed_config: http('ratelimit.v3.RateLimit', {
      domain: 'all',
      failure_mode_deny: true,
      rate_limit_service: { grpc_service: nobody, transport_api_version: 'V3' },
    }),
  },
  { name: 'rbac', typed_config: http('rbac.v3.RBAC') },
  {
    name: 'jwt',
    typed_config: http('jwt_authn.v3.JwtAuthentication', {
      providers: {
        own: { issuer: 'own', local_jwks: { inline_string: '{"keys":[{"kty":"oct","k":"c2VjcmV0","alg":"HS256"}]}' } },
      },
      requirement_map: { token: { provider_name: 'own' } },
    }),
  },
  { name: 'buffer', typed_config: http('buffer.v3.Buffer', { max_request_bytes: 1_000_000 }) },
]

function listener(name: keyof typeof listeners, chains: JsonObject[], more: JsonObject = {}): JsonObject {
  return { name, address: socket(listeners[name]), filter_chains: chains, ...more }
}

function tcp(folder: string, cluster: string, fields: JsonObject = {}): JsonObject {
  const config = { stat_prefix: 'x', cluster, access_log: accessLog(folder), ...fields }
  return { name: 'tcp', typed_config: typed('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', config) }
}

const inline = (routes: JsonObject[]): JsonObject => ({
  route_config: { name: 'main', virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
})

function allListeners(folder: string, pem: string): JsonObject[] {
  const server = typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    require_client_certificate: true,
    common_tls_context: {
      tls_certificates: [{ certificate_chain: { inline_string: pem }, private_key: { inline_string: pem } }],
      validation_context: { trusted_ca: { inline_string: pem } },
    },
  })
  const rules = { action: 'DENY', policies: { nobody: { permissions: [{ any: true }], principals: [{ any: true }] } } }
  const rbac = typed('envoy.extensions.filters.network.rbac.v3.RBAC', { stat_prefix: 'x', rules })
  const forward = http('dynamic_forward_proxy.v3.FilterConfig', { dns_cache_config: cache })
  const inspector = typed('envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector')
  return [
    listener('main', [{ filters: [manager(folder, inline(routes), filters)] }]),
    listener('tcpRefused', [{ filters: [tcp(folder, 'refused')] }]),
    listener('tcpDuration', [{ filters: [tcp(folder, 'http', { max_downstream_connection_duration: '0.3s' })] }]),
    listener('chain', [{ filter_chain_match: { server_names: ['a.test'] }, filters: [tcp(folder, 'http')] }], {
      access_log: accessLog(folder),
      listener_filters: [{ name: 'inspector', typed_config: inspector }],
    }),
    listener(
      'mutualTls',
      [{ transport_socket: { name: 'tls', typed_config: server }, filters: [tcp(folder, 'http', { access_log: [] })] }],
      { access_log: accessLog(folder) },
    ),
    listener('tcpRbac', [{ filters: [{ name: 'rbac', typed_config: rbac }, tcp(folder, 'http')] }]),
    listener('unresolved', [
      {
        filters: [
          manager(folder, inline([route('', { cluster: 'unresolved' })]), [{ name: 'names', typed_config: forward }]),
        ],
      },
    ]),
    listener('unconfigured', [{ filters: [manager(folder, inline(routes), [undelivered])] }]),
    listener('slowHeaders', [{ filters: [manager(folder, { ...inline(routes), request_headers_timeout: '0.3s' })] }]),
  ]
}

/** @param pem certificate and key of its own root, of every server @param otherRoot signed none of them */
export function failingEnvoy(folder: string, pem: string, otherRoot: string): JsonObject {
  return {
    node: { id: 'failing', cluster: 'failing' },
    static_resources: { listeners: allListeners(folder, pem), clusters: clusters(otherRoot) },
    overload_manager: {
      refresh_interval: '0.05s',
      // Streams that hold a megabyte and more are told apart.
      buffer_factory_config: { minimum_account_to_track_power_of_two: 20 },
      resource_monitors: pressures.map((name) => ({
        name,
        typed_config: typed('envoy.extensions.resource_monitors.injected_resource.v3.InjectedResourceConfig', {
          filename: join(folder, name),
        }),
      })),
      actions: [
        { name: 'envoy.overload_actions.stop_accepting_requests', triggers: [above('refusing')] },
        {
          name: 'envoy.overload_actions.reset_high_memory_stream',
          triggers: [{ name: 'resetting', scaled: { scaling_threshold: 0.5, saturation_threshold: 0.9 } }],
        },
      ],
      loadshed_points: [{ name: 'envoy.load_shed_points.http1_server_abort_dispatch', triggers: [above('closing')] }],
    },
  }
}

const above = (name: Pressure): JsonObject => ({ name, threshold: { value: 0.9 } })
