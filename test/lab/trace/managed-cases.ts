import type { JsonObject } from '../../../src/envoy/json.ts'
import type { HttpRequest } from '../../../src/semantics/request.ts'
import { router, typed } from './compare-http.ts'
import type { Random } from './random.ts'

/** Addresses that are clients, proxies and none, and some that are no address. */
const addresses = [
  '1.2.3.4',
  '10.0.0.1',
  '127.0.0.5',
  '5.0.0.9',
  'fd00::1',
  '::1',
  'x',
  '10.0.0.1:80',
  '01.2.3.4',
] as const

const ranges: readonly [JsonObject, ...JsonObject[]] = [
  { address_prefix: '10.0.0.0', prefix_len: 8 },
  { address_prefix: '127.0.0.5', prefix_len: 32 },
  { address_prefix: '1.2.0.0', prefix_len: 16 },
  { address_prefix: 'fd00::', prefix_len: 8 },
  { address_prefix: '0.0.0.0', prefix_len: 0 },
]

/** Headers that a connection manager sets or takes away, with values that they can have. */
const headers: readonly (readonly [string, readonly [string, ...string[]]])[] = [
  ['x-forwarded-for', ['1.2.3.4', '1.2.3.4,127.0.0.5', '127.0.0.5', '10.0.0.1', '10.0.0.1, 5.0.0.9']],
  ['x-request-id', ['mine', 'other']],
  ['x-envoy-internal', ['true']],
  ['x-envoy-external-address', ['127.0.0.5', '1.2.3.4', '10.0.0.1']],
  ['x-envoy-downstream-service-cluster', ['front', 'theirs']],
  ['x-envoy-downstream-service-node', ['node-1', 'theirs']],
  ['user-agent', ['front', 'curl', 'curl,curl']],
  ['via', ['me', 'you, me', 'you']],
  ['x-forwarded-proto', ['http', 'https', 'a']],
  ['x-forwarded-port', ['21000', '8080']],
  ['x-envoy-max-retries', ['3']],
  ['x-envoy-original-path', ['/x']],
  ['te', ['trailers']],
  ['referer', ['http://a.test/', 'x']],
  ['x-user', ['1', '2']],
  ['x_under', ['1']],
  ['upgrade', ['websocket', 'h2c']],
  ['http2-settings', ['AA']],
  ['x-early', ['127.0.0.5', '127.0.0.1', '1']],
  // No hash in hex: the trace is not told the real one.
  ['x-forwarded-client-cert', ['Hash=xyz']],
]

const pickHeader = (random: Random) => headers[random.below(headers.length)] ?? ['x-user', ['1']]

function headerMatcher(random: Random): JsonObject {
  const [name, values] = pickHeader(random)
  const value = random.pick(values)
  return random.pick<JsonObject>([
    { name, present_match: true },
    { name, present_match: random.chance(0.5) },
    { name, string_match: { exact: value } },
    { name, string_match: { prefix: value.slice(0, 3) } },
    { name, string_match: { suffix: value.slice(-4) }, invert_match: random.chance(0.3) },
    { name, string_match: { contains: value } },
  ])
}

function detection(random: Random): JsonObject {
  const extension = (type: string, fields: JsonObject) => ({
    name: type,
    typed_config: typed(`envoy.extensions.http.original_ip_detection.${type}`, fields),
  })
  const byList = extension(
    'xff.v3.XffConfig',
    random.pick<JsonObject>([
      {},
      { xff_num_trusted_hops: 1 },
      { skip_xff_append: false },
      { xff_trusted_cidrs: { cidrs: [random.pick(ranges), { address_prefix: '5.0.0.0', prefix_len: 8 }] } },
      { xff_trusted_cidrs: { cidrs: [{ address_prefix: '127.0.0.0', prefix_len: 8 }] }, skip_xff_append: false },
    ]),
  )
  const byHeader = extension('custom_header.v3.CustomHeaderConfig', {
    header_name: 'x-real-ip',
    allow_extension_to_set_address_as_trusted: random.chance(0.5),
    ...(random.chance(0.2) ? { reject_with_status: { code: random.pick([401, 404, 200]) } } : {}),
  })
  return random.pick<JsonObject>([
    {},
    { original_ip_detection_extensions: [byList] },
    { original_ip_detection_extensions: [byHeader] },
    { original_ip_detection_extensions: [byHeader, byList] },
  ])
}

function addressSettings(random: Random): JsonObject {
  const internal = random.pick<JsonObject>([
    {},
    { internal_address_config: {} },
    { internal_address_config: { cidr_ranges: [random.pick(ranges)] } },
  ])
  const hops = random.pick<JsonObject>([{}, {}, { xff_num_trusted_hops: 1 }, { xff_num_trusted_hops: 2 }])
  const how = random.chance(0.5)
    ? { use_remote_address: true, ...hops, ...(random.chance(0.2) ? { skip_xff_append: true } : {}) }
    : random.pick<JsonObject>([hops, detection(random)])
  return { ...internal, ...how }
}

function earlyMutation(random: Random): JsonObject {
  const [key, value] = random.pick<readonly [string, string]>([
    ['x-early', '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%'],
    ['x-early', '%REQ(x-user)%'],
    ['x-forwarded-for', '10.0.0.1'],
    ['x-forwarded-proto', 'https'],
    ['x-request-id', 'mine'],
  ])
  const append = { header: { key, value } }
  const config = typed('envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', {
    mutations: [random.chance(0.8) ? { append } : { remove: key }],
  })
  return { early_header_mutation_extensions: [{ name: 'm', typed_config: config }] }
}

const some = (random: Random, probability: number, fields: () => JsonObject): JsonObject =>
  random.chance(probability) ? fields() : {}

function ownHeaders(random: Random): JsonObject {
  return {
    ...some(random, 0.3, () => ({ add_user_agent: true })),
    ...some(random, 0.3, () => ({ via: 'me' })),
    ...some(random, 0.2, () => ({ generate_request_id: false })),
    ...some(random, 0.2, () => ({ preserve_external_request_id: true })),
    ...some(random, 0.2, () => ({ append_x_forwarded_port: true })),
    ...some(random, 0.1, () => ({ scheme_header_transformation: { scheme_to_overwrite: 'https' } })),
    ...some(random, 0.4, () => earlyMutation(random)),
    ...some(random, 0.2, () => ({
      common_http_protocol_options: {
        headers_with_underscores_action: random.pick(['DROP_HEADER', 'REJECT_REQUEST']),
      },
    })),
    ...some(random, 0.2, () => ({
      http_protocol_options: { ignore_http_11_upgrade: [random.pick([{ exact: 'websocket' }, { prefix: 'TLS/' }])] },
    })),
    ...some(random, 0.2, () => ({ upgrade_configs: [{ upgrade_type: 'websocket' }] })),
    ...some(random, 0.4, () => ({
      forward_client_cert_details: random.pick([
        'FORWARD_ONLY',
        'APPEND_FORWARD',
        'SANITIZE_SET',
        'ALWAYS_FORWARD_ONLY',
        'SANITIZE',
      ]),
      set_current_client_cert_details: {
        uri: random.chance(0.7),
        subject: random.chance(0.3),
        dns: random.chance(0.3),
        cert: random.chance(0.1),
      },
    })),
  }
}

/** Names in the client's certificate. */
export const clientNames = {
  uriSans: ['spiffe://td/ns/a/sa/client'],
  dnsSans: ['client.test'],
  subject: 'CN=client,O=test',
} as const

function principal(random: Random): JsonObject {
  const range = random.pick(ranges)
  return random.pick<JsonObject>([
    { remote_ip: range },
    { remote_ip: range },
    { not_id: { remote_ip: range } },
    { direct_remote_ip: range },
    { source_ip: range },
    { header: headerMatcher(random) },
    { authenticated: {} },
    {
      authenticated: {
        principal_name: random.pick<JsonObject>([
          { exact: clientNames.uriSans[0] },
          { exact: clientNames.subject },
          { suffix: '.test' },
          { exact: '' },
          { prefix: 'spiffe://other' },
          { safe_regex: { regex: '.*' } },
        ]),
      },
    },
    {
      custom: {
        name: 'mtls',
        typed_config: typed('envoy.extensions.rbac.principals.mtls_authenticated.v3.Config', {
          ...random.pick<JsonObject>([
            { any_validated_client_certificate: true },
            { san_matcher: { san_type: 'URI', matcher: { prefix: 'spiffe://td' } } },
            { san_matcher: { san_type: 'DNS', matcher: { exact: 'other.test' } } },
          ]),
        }),
      },
    },
  ])
}

function rbac(random: Random): JsonObject {
  const policies = { p: { permissions: [{ any: true }], principals: [principal(random)] } }
  const rules = { action: random.pick(['ALLOW', 'DENY']), policies }
  return { name: 'rbac', typed_config: typed('envoy.extensions.filters.http.rbac.v3.RBAC', { rules }) }
}

/** A connection manager that judges addresses and sets headers, with routes and policies that look at both. */
export function managingManager(random: Random): JsonObject {
  const routes = Array.from({ length: 5 }, (_, place) => ({
    name: `r${place}`,
    match: { prefix: '/', headers: Array.from({ length: 1 + random.below(2) }, () => headerMatcher(random)) },
    route: { cluster: random.pick(['one', 'two']) },
  }))
  const rest = { name: 'rest', match: { prefix: '/' }, route: { cluster: 'one' } }
  const hidden = random.chance(0.2) ? { internal_only_headers: ['x-user'] } : {}
  return {
    http_filters: [...(random.chance(0.5) ? [rbac(random)] : []), router],
    route_config: { name: 'rc', virtual_hosts: [{ name: 'v', domains: ['*'], routes: [...routes, rest] }], ...hidden },
    ...addressSettings(random),
    ...ownHeaders(random),
  }
}

function forwardedFor(random: Random): string {
  const list = Array.from({ length: random.below(4) }, () => random.pick(addresses))
  return list.join(random.pick([',', ', '])) + random.pick(['', '', '', ','])
}

/** A request with headers that a proxy in front could have set, or a client that lies. */
export function managedRequest(random: Random, name: string): HttpRequest {
  const sent = Array.from({ length: random.below(4) }, (): [string, string] => {
    const [header, values] = pickHeader(random)
    return [header, random.pick(values)]
  }).filter(([header]) => header !== 'upgrade' && header !== 'x-early')
  const upgrade: [string, string][] = random.chance(0.15)
    ? [
        ['connection', random.pick(['upgrade', 'Upgrade, HTTP2-Settings', 'keep-alive', 'upgrade, x-user'])],
        ['upgrade', random.pick(['h2c', 'H2C', 'websocket', 'TLS/1.2', 'h2c, websocket', 'TLS/1.2, websocket'])],
      ]
    : []
  const nominated: [string, string][] = random.chance(0.1)
    ? [['connection', random.pick(['x-user', 'via, te', 'x-request-id'])]]
    : []
  const odd: [string, string][] = random.chance(0.1)
    ? [
        random.pick([
          ['te', 'gzip'],
          ['te', 'gzip, trailers'],
          ['referer', 'http://u@a.test/'],
          ['referer', 'http://a.test/#x'],
          ['x-forwarded-proto', ''],
          ['x-request-id', ''],
          ['user-agent', ''],
          ['via', ''],
        ]),
      ]
    : []
  return {
    method: 'GET',
    path: '/',
    authority: 'h.test',
    headers: [
      ['x-case', name],
      ...(random.chance(0.6) ? [['x-forwarded-for', forwardedFor(random)] as const] : []),
      ...(random.chance(0.4) ? [['x-real-ip', random.pick(addresses)] as const] : []),
      ...sent,
      ...odd,
      ...nominated,
      ...upgrade,
    ],
  }
}
