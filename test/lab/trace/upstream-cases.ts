import type { JsonObject } from '../../../src/envoy/json.ts'
import type { HttpRequest } from '../../../src/semantics/request.ts'
import { address, router, typed } from './compare-http.ts'
import type { Random } from './random.ts'

/** Names that the certificate of the echo server has; a handshake that has to verify another one fails. */
export const hostNames = [
  'a.test',
  'A.test',
  'entry.test',
  'route.test',
  'x.test',
  'host.test',
  'sni.test',
  'r',
  'new.test',
] as const

/** Addresses that it has. */
export const addresses = ['10.0.0.1', '::1'] as const

const tlsContext = 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'
const httpOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

/** A cluster of one endpoint, with or without TLS, whose server name comes from any of the places that can set it. */
export function namedCluster(
  random: Random,
  name: string,
  { plainPort, tlsPort, roots }: { plainPort: number; tlsPort: number; roots: string },
): JsonObject {
  const secure = random.chance(0.8)
  const some = (fields: JsonObject, odds = 0.4): JsonObject => (random.chance(odds) ? fields : {})
  const options = {
    ...some({ auto_sni: true }, 0.6),
    ...some({ auto_san_validation: true }, 0.3),
    ...some({ override_auto_sni_header: 'x-sni' }),
  }
  const tls = typed(tlsContext, {
    // A session that is resumed does not say its server name again.
    max_session_keys: 0,
    common_tls_context: { validation_context: { trusted_ca: { inline_string: roots } } },
    ...some({ sni: 'sni.test' }),
    ...some({ auto_host_sni: true }),
    ...some({ auto_sni_san_validation: true }, 0.2),
  })
  const protocol = random.chance(0.7)
    ? {
        typed_extension_protocol_options: {
          [httpOptions]: typed(httpOptions, {
            upstream_http_protocol_options: options,
            explicit_http_config: { http_protocol_options: {} },
          }),
        },
      }
    : { upstream_http_protocol_options: options }
  const host = { address: address('127.0.0.1', secure ? tlsPort : plainPort), ...some({ hostname: 'host.test' }, 0.6) }
  return {
    name,
    connect_timeout: '1s',
    ...(random.chance(0.8) ? protocol : {}),
    ...(secure ? { transport_socket: { name: 'tls', typed_config: tls } } : {}),
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: host }] }] },
  }
}

function headerChanges(random: Random): JsonObject {
  const add = () => {
    const header = {
      key: random.pick(['x-host', 'x-sni']),
      value: random.pick(['new.test', 'x.test', '%REQ(x-other)%', '']),
    }
    const append_action = random.pick([
      'APPEND_IF_EXISTS_OR_ADD',
      'ADD_IF_ABSENT',
      'OVERWRITE_IF_EXISTS_OR_ADD',
      'OVERWRITE_IF_EXISTS',
    ])
    return { header, append_action, ...(random.chance(0.2) ? { keep_empty_value: true } : {}) }
  }
  return {
    ...(random.chance(0.3) ? { request_headers_to_add: Array.from({ length: 1 + random.below(2) }, add) } : {}),
    ...(random.chance(0.15) ? { request_headers_to_remove: ['x-host'] } : {}),
  }
}

function hostRewrite(random: Random): JsonObject {
  return random.pick<JsonObject>([
    {},
    { host_rewrite_literal: 'route.test' },
    { host_rewrite_header: 'x-host' },
    { auto_host_rewrite: true },
    { auto_host_rewrite: false },
    { host_rewrite_path_regex: { pattern: { regex: '^/(.)/.*$' }, substitution: '\\1' } },
    { host_rewrite_path_regex: { pattern: { regex: '^.*$' }, substitution: '' } },
    { host_rewrite: '%REQ(x-host)%' },
    { host_rewrite: '%REQ(x-host?x-other)%' },
  ])
}

function pathRewrite(random: Random, prefix: string): JsonObject {
  return random.pick<JsonObject>([
    {},
    {},
    { prefix_rewrite: '/new' },
    { regex_rewrite: { pattern: { regex: `^${prefix}$` } } },
    { regex_rewrite: { pattern: { regex: '^.*$' }, substitution: '' } },
    { regex_rewrite: { pattern: { regex: '(/r)/(.*)' }, substitution: '/\\2\\1' } },
    { path_rewrite: '/p%REQ(x-path)%' },
    { path_rewrite: '%REQ(x-path)%' },
  ])
}

/** Routes that rewrite host, path and headers at every level: all fields of a connection manager but the access log. */
export function rewritingManager(random: Random, clusters: readonly [string, ...string[]]): JsonObject {
  const weighted = () => ({
    weighted_clusters: {
      clusters: [
        {
          name: random.pick(clusters),
          weight: 1,
          ...(random.chance(0.6) ? { host_rewrite_literal: 'entry.test' } : {}),
          ...headerChanges(random),
        },
      ],
    },
  })
  const routes = ['/r', '/s', '/t', '/'].map((prefix, index) => ({
    name: `r${index}`,
    match: { prefix },
    route: {
      ...(random.chance(0.5) ? weighted() : { cluster: random.pick(clusters) }),
      ...hostRewrite(random),
      ...pathRewrite(random, prefix),
    },
    ...headerChanges(random),
  }))
  const host = { name: 'v', domains: ['*'], routes, ...headerChanges(random) }
  return {
    http_filters: [router],
    route_config: {
      name: 'rewriting',
      virtual_hosts: [host],
      ...headerChanges(random),
      ...(random.chance(0.3) ? { most_specific_header_mutations_wins: true } : {}),
    },
  }
}

export function rewrittenRequest(random: Random, name: string): HttpRequest {
  const some = (header: string, values: readonly [string, ...string[]]): [string, string][] =>
    random.chance(0.5) ? [[header, random.pick(values)]] : []
  const ports = ['', '', ':8443', ':80', ':x', ':99999', ':'] as const
  return {
    method: 'GET',
    path: random.pick(['/r', '/r/x', '/r?q=1', '/s', '/s/b?q', '/t/a', '/other', '/']),
    authority: random.pick(['a.test', 'A.test', '10.0.0.1', '[::1]', 'x.test']) + random.pick(ports),
    headers: [
      ['x-case', name],
      ...some('x-host', ['x.test', 'x.test:8080', '10.9.9.9', '']),
      ...some('x-sni', ['x.test', 'new.test:9', '10.9.9.9', '']),
      ...some('x-other', ['new.test', '']),
      ...some('x-path', ['/q', '']),
    ],
  }
}
