import type { JsonObject } from '../../../src/envoy/json.ts'
import type { RequestSpec } from '../../../src/walk/request/request-spec.ts'
import { address, router, typed } from './compare-http.ts'
import type { Random } from './random.ts'

/** Behind whom a request comes, what it says, and how the client of the lab sends it. */
export interface PolicyRequest {
  readonly question: RequestSpec
  /** Of 127.0.0.0/8: where the connection comes from. */
  readonly peer: string
  readonly text: string
}

const network = 'envoy.extensions.filters.network'
const http = 'envoy.extensions.filters.http'
const clients: readonly [string, ...string[]] = ['203.0.113.1', '203.0.113.2', '198.51.100.9']
const peers: readonly [string, ...string[]] = ['127.0.0.1', '127.0.0.2', '127.0.0.3']
const fronts: readonly [string, ...string[]] = ['192.0.2.10', '192.0.2.20']
const frontPorts: readonly [number, ...number[]] = [443, 8443]
const hosts: readonly [string, ...string[]] = ['shop.test', 'shop.test:443', 'admin.test']
const paths: readonly [string, ...string[]] = ['/', '/a', '/a/b?x=1', '/admin']
const users: readonly [string, ...string[]] = ['alice', 'bob', '']

/** One listener: with or without the PROXY protocol, chains by peer, client or destination, and RBAC wherever it can stand. */
export function policyListener(random: Random, port: number, accessLog: readonly JsonObject[]): JsonObject {
  const proxied = random.chance(0.6)
  const chains = random.chance(0.3) ? [chain(random, 'picked', chainMatch(random)), chain(random, 'rest', {})] : []
  return {
    name: `L${port}`,
    address: address('127.0.0.1', port),
    access_log: [...accessLog],
    listener_filters: proxied
      ? [{ name: 'p', typed_config: typed('envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol') }]
      : [],
    filter_chains: chains.length > 0 ? chains : [chain(random, 'only', random.chance(0.2) ? chainMatch(random) : {})],
  }
}

function chainMatch(random: Random): JsonObject {
  const matches: readonly [JsonObject, ...JsonObject[]] = [
    { direct_source_prefix_ranges: [range(random.pick(peers))] },
    { source_prefix_ranges: [range(random.pick([...clients, ...peers]))] },
    { destination_port: random.pick(frontPorts) },
    { prefix_ranges: [range(random.pick(fronts))] },
  ]
  return random.pick(matches)
}

function range(ip: string): JsonObject {
  return { address_prefix: ip, prefix_len: 32 }
}

function chain(random: Random, name: string, filter_chain_match: JsonObject): JsonObject {
  const filters = random.chance(0.4)
    ? [{ name: 'net', typed_config: typed(`${network}.rbac.v3.RBAC`, { stat_prefix: 'x', ...rbac(random, false) }) }]
    : []
  const manager = typed(`${network}.http_connection_manager.v3.HttpConnectionManager`, {
    stat_prefix: 'x',
    use_remote_address: random.chance(0.6),
    xff_num_trusted_hops: random.below(2),
    http_filters: [...['first', 'second'].filter(() => random.chance(0.6)).map((one) => httpRbac(random, one)), router],
    route_config: {
      virtual_hosts: [
        ...(random.chance(0.5) ? [virtualHost(random, ['shop.test', 'shop.test:*'])] : []),
        virtualHost(random, ['*']),
      ],
    },
  })
  return { name, filter_chain_match, filters: [...filters, { name: 'hcm', typed_config: manager }] }
}

function httpRbac(random: Random, name: string): JsonObject {
  const config = random.chance(0.2) ? {} : rbac(random, true)
  return { name, typed_config: typed(`${http}.rbac.v3.RBAC`, config), disabled: random.chance(0.1) }
}

function virtualHost(random: Random, domains: string[]): JsonObject {
  const override = (): JsonObject => {
    const perRoute = typed(`${http}.rbac.v3.RBACPerRoute`, random.chance(0.2) ? {} : { rbac: rbac(random, true) })
    return random.chance(0.35)
      ? { typed_per_filter_config: { [random.chance(0.5) ? 'first' : 'second']: perRoute } }
      : {}
  }
  const route = (prefix: string): JsonObject => ({
    name: prefix,
    match: { prefix },
    direct_response: { status: 200 },
    ...override(),
  })
  return { name: domains[0] ?? '', domains, routes: [route('/a'), route('/')], ...override() }
}

/** RBAC by rules or by a matcher. @param isHttp whether there is a request to look at */
function rbac(random: Random, isHttp: boolean): JsonObject {
  if (random.chance(0.3)) return { matcher: matcher(random, isHttp) }
  const action = random.pick(['ALLOW', 'DENY', 'LOG'])
  const names = ['z', 'a', 'm'].slice(0, random.below(4))
  const policies = names.map((name) => [
    name,
    { permissions: [permission(random, isHttp, 2)], principals: [principal(random, isHttp, 2)] },
  ])
  return { rules: { action, policies: Object.fromEntries(policies) } }
}

function permission(random: Random, isHttp: boolean, depth: number): JsonObject {
  if (depth > 0 && random.chance(0.3)) {
    const inner = () => permission(random, isHttp, depth - 1)
    return random.pick<JsonObject>([
      { and_rules: { rules: [inner(), inner()] } },
      { or_rules: { rules: [inner(), inner()] } },
      { not_rule: inner() },
    ])
  }
  const leaves: readonly [JsonObject, ...JsonObject[]] = [
    { any: true },
    { destination_ip: range(random.pick(fronts)) },
    { destination_port: random.pick(frontPorts) },
    { destination_port_range: { start: 400, end: random.pick([443, 444]) } },
    ...(isHttp ? requestLeaves(random) : []),
  ]
  return random.pick(leaves)
}

function requestLeaves(random: Random): JsonObject[] {
  return [
    { header: header(random) },
    { header: header(random) },
    { url_path: { path: random.pick<JsonObject>([{ prefix: '/a' }, { exact: '/admin' }, { suffix: 'b' }]) } },
  ]
}

function header(random: Random): JsonObject {
  return {
    ...random.pick<JsonObject>([
      { name: ':authority', string_match: { prefix: 'shop' } },
      { name: 'host', string_match: { exact: random.pick(hosts) } },
      { name: 'x-user', string_match: { exact: random.pick(users) } },
      { name: 'x-user', present_match: random.chance(0.7) },
      { name: ':method', string_match: { exact: 'POST' } },
      { name: 'x-forwarded-for', string_match: { suffix: random.pick([...clients, ...peers]) } },
    ]),
    ...(random.chance(0.2) ? { invert_match: true } : {}),
  }
}

function principal(random: Random, isHttp: boolean, depth: number): JsonObject {
  if (depth > 0 && random.chance(0.3)) {
    const inner = () => principal(random, isHttp, depth - 1)
    return random.pick<JsonObject>([
      { and_ids: { ids: [inner(), inner()] } },
      { or_ids: { ids: [inner(), inner()] } },
      { not_id: inner() },
    ])
  }
  const leaves: readonly [JsonObject, ...JsonObject[]] = [
    { any: true },
    { source_ip: range(random.pick([...clients, ...peers])) },
    { direct_remote_ip: range(random.pick(peers)) },
    { remote_ip: range(random.pick([...clients, ...peers])) },
    { authenticated: {} },
    ...(isHttp ? [{ header: header(random) }] : []),
  ]
  return random.pick(leaves)
}

function matcher(random: Random, isHttp: boolean): JsonObject {
  const matchers = Array.from({ length: 1 + random.below(3) }, (_, place) => ({
    predicate: predicate(random, isHttp),
    on_match: action(`rule-${place}`, random.pick(['ALLOW', 'DENY', 'LOG'])),
  }))
  return {
    matcher_list: { matchers },
    ...(random.chance(0.7) ? { on_no_match: action('default', random.pick(['ALLOW', 'DENY'])) } : {}),
  }
}

function action(name: string, what: string): JsonObject {
  return { action: { name, typed_config: typed('envoy.config.rbac.v3.Action', { name, action: what }) } }
}

function predicate(random: Random, isHttp: boolean): JsonObject {
  const input = (name: string, type: string, fields: JsonObject = {}): JsonObject => ({
    name,
    typed_config: typed(type, fields),
  })
  const inputs = 'envoy.extensions.matching.common_inputs.network.v3'
  const singles: readonly [JsonObject, ...JsonObject[]] = [
    { input: input('s', `${inputs}.SourceIPInput`), value_match: { exact: random.pick([...clients, ...peers]) } },
    { input: input('d', `${inputs}.DirectSourceIPInput`), value_match: { exact: random.pick(peers) } },
    { input: input('i', `${inputs}.DestinationIPInput`), value_match: { exact: random.pick(fronts) } },
    { input: input('p', `${inputs}.DestinationPortInput`), value_match: { exact: String(random.pick(frontPorts)) } },
    ...(isHttp
      ? [
          {
            input: input('h', 'envoy.type.matcher.v3.HttpRequestHeaderMatchInput', {
              header_name: random.pick(['x-user', ':authority', ':method']),
            }),
            value_match: { exact: random.pick(['alice', 'shop.test', 'POST']) },
          },
        ]
      : []),
  ]
  const single: JsonObject = { single_predicate: random.pick(singles) }
  return random.chance(0.2) ? { not_matcher: single } : single
}

/** A request at a listener, with all that can be said of it. @param proxied whether the listener reads PROXY headers */
export function policyRequest(random: Random, port: number, proxied: boolean): PolicyRequest {
  const peer = random.pick(peers)
  const source = proxied ? random.pick(clients) : peer
  const front = random.pick(fronts)
  const frontPort = random.pick(frontPorts)
  const method = random.pick(['GET', 'POST'])
  const path = random.pick(paths)
  const host = random.pick(hosts)
  const user = random.pick([undefined, ...users])
  const forwarded = random.pick([undefined, undefined, random.pick(clients)])
  const headers: [string, string][] = [
    ['host', host],
    ...(user === undefined ? [] : [['x-user', user] as [string, string]]),
    ...(forwarded === undefined ? [] : [['x-forwarded-for', forwarded] as [string, string]]),
  ]
  const lines = [`${method} ${path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  const head = proxied ? `PROXY TCP4 ${source} ${front} 50000 ${frontPort}\r\n` : ''
  return {
    peer,
    text: `${head}${[...lines, 'connection: close', '', ''].join('\r\n')}`,
    question: {
      path,
      method,
      // The port that the client connects to: of the load balancer where there is one, which leads to the listener's.
      port: proxied ? frontPort : port,
      targetPort: port,
      hostUnknown: true,
      headers,
      source,
      peer,
      address: proxied ? front : '127.0.0.1',
    },
  }
}
