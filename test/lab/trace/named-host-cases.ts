import type { JsonObject } from '../../../src/envoy/json.ts'
import type { HttpRequest } from '../../../src/semantics/request.ts'
import { address, router, typed } from './compare-http.ts'
import type { Random } from './random.ts'

const filters = 'envoy.extensions.filters.http'
const policies = 'envoy.extensions.load_balancing_policies'

/** Where the echo servers listen; one more address has nobody. */
export const hostNames = ['127.2.0.1', '127.2.0.2', '127.2.0.3', '127.2.0.4'] as const
const nobody = '127.2.0.9'

function overrideHost(random: Random, inner: JsonObject): JsonObject {
  const key = { key: 'envoy.lb', path: [{ key: 'x-host' }] }
  const sources = random.pick<JsonObject[]>([
    [{ header: 'x-host' }],
    [{ header: 'x-other' }, { header: 'x-host' }],
    [{ metadata: key }],
    [{ metadata: key }, { header: 'x-other' }],
  ])
  const fallback = { policies: [{ typed_extension_config: { name: 'rr', typed_config: inner } }] }
  const config = typed(`${policies}.override_host.v3.OverrideHost`, {
    override_host_sources: sources,
    fallback_policy: fallback,
  })
  return { load_balancing_policy: { policies: [{ typed_extension_config: { name: 'oh', typed_config: config } }] } }
}

/** A cluster whose endpoint the request can name: by a session, by OverrideHost, by its own destination. */
export function nameableCluster(random: Random, name: string, port: number): JsonObject {
  const kind = random.below(10)
  if (kind === 0) {
    const header = random.pick<JsonObject>([
      {},
      { use_http_header: true },
      { use_http_header: true },
      { use_http_header: true, http_header_name: 'x-host' },
    ])
    return {
      name,
      connect_timeout: '1s',
      type: 'ORIGINAL_DST',
      lb_policy: 'CLUSTER_PROVIDED',
      original_dst_lb_config: {
        ...header,
        ...(random.chance(0.4) ? { metadata_key: { key: 'envoy.lb', path: [{ key: 'x-host' }] } } : {}),
        ...(random.chance(0.4) ? { upstream_port_override: port } : {}),
      },
    }
  }
  if (kind < 3) {
    const config = typed('envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig', {
      dns_cache_config: dnsCache,
    })
    return {
      name,
      connect_timeout: '1s',
      lb_policy: 'CLUSTER_PROVIDED',
      cluster_type: { name: 'envoy.clusters.dynamic_forward_proxy', typed_config: config },
    }
  }
  const hosts = hostNames.map((host) => ({
    endpoint: { address: address(host, port), ...(random.chance(0.3) ? { hostname: `${host}.test` } : {}) },
    health_status: random.pick(['HEALTHY', 'HEALTHY', 'HEALTHY', 'UNHEALTHY', 'DEGRADED', 'DRAINING']),
  }))
  const status = random.pick<JsonObject>([
    {},
    {},
    { override_host_status: { statuses: ['HEALTHY', 'UNHEALTHY', 'DEGRADED', 'UNKNOWN'] } },
    { override_host_status: { statuses: ['DRAINING'] } },
    { override_host_status: { statuses: ['HEALTHY'] } },
  ])
  const roundRobin = typed(`${policies}.round_robin.v3.RoundRobin`)
  return {
    name,
    connect_timeout: '1s',
    common_lb_config: { healthy_panic_threshold: {}, ...status },
    ...(random.chance(0.5) ? overrideHost(random, roundRobin) : {}),
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: hosts }] },
  }
}

const dnsCache = { name: 'dns', dns_lookup_family: 'V4_ONLY' }

function session(random: Random): JsonObject {
  const state = random.pick<JsonObject>([
    {
      name: 'envoy.http.stateful_session.header',
      typed_config: typed('envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState', {
        name: 'x-session',
      }),
    },
    {
      name: 'envoy.http.stateful_session.cookie',
      typed_config: typed('envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState', {
        cookie: { name: 'session', ...(random.chance(0.5) ? { path: random.pick(['/', '/a', '/a/']) } : {}) },
      }),
    },
    {
      name: 'envoy.http.stateful_session.envelope',
      typed_config: typed('envoy.extensions.http.stateful_session.envelope.v3.EnvelopeSessionState', {
        header: { name: 'x-envelope' },
      }),
    },
  ])
  return { session_state: state, ...(random.chance(0.3) ? { strict: true } : {}) }
}

function overrides(random: Random): JsonObject {
  const some = (name: string, choices: readonly [JsonObject, ...JsonObject[]]): JsonObject =>
    random.chance(0.4) ? { [name]: random.pick(choices) } : {}
  const perSession = (fields: JsonObject) => typed(`${filters}.stateful_session.v3.StatefulSessionPerRoute`, fields)
  const perHost = (fields: JsonObject) => typed(`${filters}.dynamic_forward_proxy.v3.PerRouteConfig`, fields)
  return {
    typed_per_filter_config: {
      ...some('session', [perSession({ disabled: true }), perSession({ stateful_session: session(random) })]),
      ...some('dfp', [
        perHost({ host_rewrite_literal: `${random.pick(hostNames)}:21905` }),
        perHost({ host_rewrite_header: 'x-host' }),
      ]),
    },
  }
}

/** Filters and routes that say where a request goes: all fields of a connection manager but the access log. */
export function namingManager(random: Random, clusters: readonly [string, ...string[]]): JsonObject {
  const state = (key: string, format: string): JsonObject => ({
    object_key: key,
    format_string: { text_format_source: { inline_string: format }, omit_empty_values: true },
    skip_if_empty: true,
  })
  const states = [
    state('envoy.upstream.dynamic_host', '%REQ(x-state-host)%'),
    state('envoy.upstream.dynamic_port', '%REQ(x-state-port)%'),
    state('envoy.network.transport_socket.original_dst_address', '%REQ(x-state-dst)%'),
  ]
  const chosen = states.filter(() => random.chance(0.3))
  const list = [
    { name: 'session', typed_config: typed(`${filters}.stateful_session.v3.StatefulSession`, session(random)) },
    {
      name: 'meta',
      typed_config: typed(`${filters}.header_to_metadata.v3.Config`, {
        request_rules: [{ header: 'x-meta', on_header_present: { metadata_namespace: 'envoy.lb', key: 'x-host' } }],
      }),
    },
    {
      name: 'state',
      typed_config: typed(`${filters}.set_filter_state.v3.Config`, { on_request_headers: chosen }),
    },
    {
      name: 'dfp',
      typed_config: typed(`${filters}.dynamic_forward_proxy.v3.FilterConfig`, { dns_cache_config: dnsCache }),
    },
  ]
  const routes = ['/a/b', '/a', '/b', '/'].map((prefix, index) => ({
    name: `r${index}`,
    match: { prefix },
    route: {
      cluster: random.pick(clusters),
      ...random.pick<JsonObject>([{}, {}, { auto_host_rewrite: true }, { host_rewrite_literal: '127.2.0.4:21905' }]),
    },
    ...overrides(random),
    ...(random.chance(0.2)
      ? {
          request_headers_to_add: [
            { header: { key: 'x-host', value: '127.2.0.2:21905' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
          ],
        }
      : {}),
  }))
  return {
    http_filters: [...list.filter(() => random.chance(0.7)), router],
    route_config: { name: 'naming', virtual_hosts: [{ name: 'v', domains: ['*'], routes, ...overrides(random) }] },
  }
}

/** A session cookie as Envoy writes it: a message of protobuf with the address. */
function cookieOf(host: string): string {
  return Buffer.from([0x0a, host.length, ...Buffer.from(host)]).toString('base64')
}

export function namingRequest(random: Random, name: string): HttpRequest {
  const hosts = [...hostNames, nobody].map((host) => `${host}:21905`) as [string, ...string[]]
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const some = (header: string, value: () => string, odds = 0.4): [string, string][] =>
    random.chance(odds) ? [[header, value()]] : []
  const host = () => random.pick(hosts)
  return {
    method: 'GET',
    path: random.pick(['/a', '/a/', '/a/b', '/a?x', '/ab', '/b', '/']),
    authority: random.pick([host(), host(), '127.2.0.3:21905', '127.2.0.1']),
    headers: [
      ['x-case', name],
      ...some('x-host', () => random.pick([host(), host(), '127.2.0.1'])),
      ...some('x-other', () => random.pick([host(), `${host()}, ${host()}`, ' ,x', nobody]), 0.3),
      ...some('x-meta', host, 0.3),
      ...some('x-envoy-original-dst-host', host, 0.3),
      ...some('x-session', () => random.pick([base64(host()), host(), 'eA=='])),
      ...some('x-envelope', () => random.pick([`${base64(host())};UV:${base64('v')}`, base64(host()), ''])),
      ...some('cookie', () =>
        random.pick([
          `session=${cookieOf(host())}`,
          `session="${cookieOf(host())}"`,
          `session=${base64(host())}`,
          'other=1',
        ]),
      ),
      ...some('x-state-host', () => random.pick([host(), '127.2.0.2']), 0.3),
      ...some('x-state-port', () => '21905', 0.3),
      ...some('x-state-dst', host, 0.3),
    ],
  }
}
