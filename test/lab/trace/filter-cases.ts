import type { JsonObject } from '../../../src/envoy/json.ts'
import type { HttpRequest } from '../../../src/semantics/request.ts'
import type { Random } from './random.ts'

const filters = 'envoy.extensions.filters.http'
const typed = (type: string, fields: JsonObject = {}): JsonObject => ({
  '@type': `type.googleapis.com/${type}`,
  ...fields,
})
const filterConfig = (fields: JsonObject): JsonObject => typed('envoy.config.route.v3.FilterConfig', fields)
const percent = (numerator: number): JsonObject => ({ default_value: { numerator } })

function rbac(random: Random): JsonObject {
  const header = {
    name: random.pick(['x-f', ':path', ':method']),
    string_match: random.pick([{ exact: '1' }, { prefix: '/a' }]),
  }
  const permission = random.pick<JsonObject>([
    { header },
    { not_rule: { header } },
    { url_path: { path: { prefix: '/a' } } },
    { and_rules: { rules: [{ any: true }, { header }] } },
  ])
  const range = { address_prefix: random.pick(['127.0.0.0', '10.0.0.0']), prefix_len: 8 }
  const principal = random.pick<JsonObject>([
    { any: true },
    { direct_remote_ip: range },
    { not_id: { direct_remote_ip: range } },
  ])
  const policies = { [random.pick(['p', 'two words'])]: { permissions: [permission], principals: [principal] } }
  return { rules: { action: random.pick(['ALLOW', 'DENY', 'LOG']), policies } }
}

function fault(random: Random): JsonObject {
  const percentage = { numerator: random.pick([0, 100, 100]) }
  return {
    ...random.pick<JsonObject>([
      {},
      { abort: { http_status: 418, percentage } },
      { abort: { grpc_status: 14, percentage } },
      { abort: { header_abort: {}, percentage } },
    ]),
    ...random.pick<JsonObject>([{}, {}, { delay: { fixed_delay: '0.001s', percentage } }]),
    ...random.pick<JsonObject>([{}, { headers: [{ name: 'x-f', present_match: true }] }, { upstream_cluster: 'one' }]),
  }
}

function cors(random: Random): JsonObject {
  return {
    allow_origin_string_match: [random.pick<JsonObject>([{ exact: 'http://a.test' }, { suffix: '.test' }])],
    ...random.pick<JsonObject>([{}, { filter_enabled: percent(0) }, { filter_enabled: percent(100) }]),
    ...random.pick<JsonObject>([{}, { forward_not_matching_preflights: false }]),
  }
}

function jwt(random: Random): JsonObject {
  const jwks = JSON.stringify({ keys: [{ kty: 'oct', alg: 'HS256', k: 'c2VjcmV0', kid: '1' }] })
  const token = { provider_name: 'p' }
  const requires = random.pick<JsonObject>([
    token,
    { allow_missing: {} },
    { requires_any: { requirements: [token, { allow_missing: {} }] } },
  ])
  return {
    providers: { p: { issuer: 'i', local_jwks: { inline_string: jwks } } },
    rules: [{ match: { prefix: '/a' }, requires }],
    requirement_map: { named: token },
    bypass_cors_preflight: random.chance(0.5),
  }
}

/** What a level of the route configuration says about the filters. */
function overrides(random: Random): JsonObject {
  const some = (name: string, choices: () => readonly [JsonObject, ...JsonObject[]]): JsonObject =>
    random.chance(0.4) ? { [name]: random.pick(choices()) } : {}
  const general = [filterConfig({ disabled: true }), filterConfig({ config: {} })] as const
  const perRoute = (fields: JsonObject): JsonObject => typed(`${filters}.rbac.v3.RBACPerRoute`, fields)
  const policy = typed(`${filters}.cors.v3.CorsPolicy`, cors(random))
  const jwtPerRoute = (fields: JsonObject): JsonObject => typed(`${filters}.jwt_authn.v3.PerRouteConfig`, fields)
  return {
    typed_per_filter_config: {
      ...some('rbac', () => [...general, perRoute({}), perRoute({ rbac: rbac(random) })]),
      ...some('fault', () => [...general, typed(`${filters}.fault.v3.HTTPFault`, fault(random))]),
      ...some('cors', () => [policy, policy, filterConfig({ config: policy })]),
      ...some('jwt', () => [
        ...general,
        jwtPerRoute({ disabled: true }),
        jwtPerRoute({ requirement_name: random.pick(['named', 'other']) }),
      ]),
    },
  }
}

/** HTTP filters in any order and the routes that override them: all fields of a connection manager but the router. */
export function filteredManager(random: Random, router: JsonObject): JsonObject {
  const chain = [
    { name: 'rbac', typed_config: typed(`${filters}.rbac.v3.RBAC`, rbac(random)), disabled: random.chance(0.2) },
    { name: 'fault', typed_config: typed(`${filters}.fault.v3.HTTPFault`, fault(random)) },
    { name: 'cors', typed_config: typed(`${filters}.cors.v3.Cors`) },
    { name: 'jwt', typed_config: typed(`${filters}.jwt_authn.v3.JwtAuthentication`, jwt(random)) },
  ]
  const actions: readonly JsonObject[] = [
    { match: { prefix: '/a' }, route: { cluster: 'one' } },
    { match: { path: '/b' }, route: { cluster: 'two' } },
    { match: { prefix: '/r' }, redirect: { path_redirect: 'x' } },
    { match: { prefix: '/d' }, direct_response: { status: 201 } },
    { match: { prefix: '/empty' }, route: { cluster: 'empty' } },
  ]
  const routes = actions.map((route, index) => ({ name: `r${index}`, ...route, ...overrides(random) }))
  const host = { name: 'v', domains: ['*'], routes, ...overrides(random) }
  return {
    http_filters: [...chain.filter(() => random.chance(0.6)).sort(() => random.below(3) - 1), router],
    route_config: { name: 'filtered', virtual_hosts: [host], ...overrides(random) },
  }
}

/** A request that these filters look at. */
export function filteredRequest(random: Random, name: string): HttpRequest {
  const some = (header: string, values: readonly [string, ...string[]]): [string, string][] =>
    random.chance(0.4) ? [[header, random.pick(values)]] : []
  return {
    method: random.pick(['GET', 'OPTIONS', 'OPTIONS', 'POST']),
    path: random.pick(['/a', '/b', '/r', '/d', '/empty', '/nowhere']),
    authority: 'h',
    headers: [
      ['x-case', name],
      ...some('origin', ['http://a.test', 'http://b.test', 'null', '']),
      ...some('access-control-request-method', ['GET', '']),
      ...some('x-f', ['1', '2']),
      ...some('x-envoy-fault-abort-request', ['503', '199', 'x']),
      ...some('x-envoy-fault-abort-request-percentage', ['0', '100', '5x']),
      ...some('x-envoy-fault-abort-grpc-request', ['14']),
      ...some('content-type', ['application/grpc', 'application/json']),
    ],
  }
}
