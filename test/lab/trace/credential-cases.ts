import type { JsonObject } from '../../../src/envoy/json.ts'
import type { HttpRequest } from '../../../src/semantics/request.ts'
import { router, typed } from './compare-http.ts'
import type { Random } from './random.ts'
import { keys, signed, validHeaders } from './token-cases.ts'

const http = 'envoy.extensions.filters.http'
const share = (numerator: number): JsonObject => ({ default_value: { numerator } })
const flag = (value: boolean): JsonObject => ({ default_value: value, runtime_key: 'not.set' })
const shares = [{}, {}, { filter_enabled: share(0) }, { filter_enabled: share(100) }] as const
const grpcService = { envoy_grpc: { cluster_name: 'dead' } }

function jwt(random: Random): JsonObject {
  const token = { provider_name: 'p' }
  const other = { provider_name: 'q' }
  const requires = random.pick<JsonObject>([
    token,
    other,
    { allow_missing: {} },
    { allow_missing_or_failed: {} },
    { requires_any: { requirements: [token, { allow_missing: {} }] } },
    { requires_any: { requirements: [token, other] } },
    { requires_all: { requirements: [token, other] } },
    { provider_and_audiences: { provider_name: 'p', audiences: ['a'] } },
  ])
  const local_jwks = { inline_string: keys }
  return {
    providers: {
      p: { issuer: 'i', local_jwks, payload_in_metadata: 'p', ...(random.chance(0.5) ? { forward: true } : {}) },
      q: {
        issuer: 'j',
        local_jwks,
        ...random.pick<JsonObject>([{}, { audiences: ['a'] }, { require_expiration: true }]),
      },
    },
    rules: [{ match: { prefix: random.pick(['/', '/a']) }, requires }],
    requirement_map: { named: token },
  }
}

function claims(random: Random): JsonObject {
  const path = [{ key: 'p' }, { key: random.pick(['sub', 'groups']) }]
  const value = random.pick<JsonObject>([
    { string_match: { exact: 's' } },
    { list_match: { one_of: { string_match: { exact: 'g' } } } },
  ])
  const sourced = { filter: `envoy.filters.http.jwt_authn`, path, value, invert: random.chance(0.2) }
  const principals = [random.pick<JsonObject>([{ metadata: sourced }, { not_id: { metadata: sourced } }])]
  const policies = { p: { permissions: [{ any: true }], principals } }
  return { rules: { action: random.pick(['ALLOW', 'DENY']), policies } }
}

function basicAuth(random: Random): JsonObject {
  const header = random.chance(0.2) ? { authentication_header: 'x-login' } : {}
  return { users: { inline_string: 'u:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=' }, ...header }
}

function apiKeyAuth(random: Random): JsonObject {
  const source = random.pick<JsonObject>([{ header: 'x-key' }, { query: 'key' }, { cookie: 'key' }])
  return { key_sources: [source, { header: 'authorization' }], credentials: [{ key: 'k', client: 'c' }] }
}

function csrf(random: Random): JsonObject {
  const more = random.chance(0.5) ? { additional_origins: [{ suffix: '.b.test' }] } : {}
  return { filter_enabled: share(random.pick([0, 100, 100])), ...more }
}

const manyTokens = { max_tokens: 1_000_000, fill_interval: '3600s' }

function localRateLimit(random: Random): JsonObject {
  const descriptor = { entries: [{ key: 'user', value: '7' }], token_bucket: { ...manyTokens, max_tokens: 1 } }
  return {
    stat_prefix: 'l',
    ...random.pick<JsonObject>([{}, { descriptors: [descriptor], token_bucket: manyTokens }]),
    ...random.pick(shares),
    ...random.pick<JsonObject>([{}, { filter_enforced: share(100) }, { filter_enforced: share(0) }]),
  }
}

function extAuthz(random: Random): JsonObject {
  return {
    grpc_service: grpcService,
    ...random.pick(shares),
    ...(random.chance(0.3) ? { deny_at_disable: flag(random.chance(0.5)) } : {}),
    ...(random.chance(0.3) ? { status_on_error: { code: random.pick(['ServiceUnavailable', 'Unauthorized']) } } : {}),
  }
}

function rateLimit(random: Random): JsonObject {
  const service = { grpc_service: grpcService, transport_api_version: 'V3' }
  const stage = random.chance(0.2) ? { stage: 1 } : {}
  return { domain: 'd', failure_mode_deny: true, rate_limit_service: service, ...random.pick(shares), ...stage }
}

function skipping(random: Random): JsonObject {
  const percentage = { numerator: 100 }
  const input = {
    name: 'h',
    typed_config: typed('envoy.type.matcher.v3.HttpRequestHeaderMatchInput', {
      header_name: random.pick(['x-key', 'x-f']),
    }),
  }
  const skip = {
    action: { name: 's', typed_config: typed('envoy.extensions.filters.common.matcher.action.v3.SkipFilter') },
  }
  const map = random.pick<JsonObject>([
    { exact_match_map: { map: { k: skip } } },
    { prefix_match_map: { map: { k: skip } } },
  ])
  return {
    extension_config: {
      name: 'f',
      typed_config: typed(`${http}.fault.v3.HTTPFault`, { abort: { http_status: 418, percentage } }),
    },
    xds_matcher: { matcher_tree: { input, ...map } },
  }
}

const kinds: Readonly<Record<string, readonly [string, (random: Random) => JsonObject]>> = {
  basic: [`${http}.basic_auth.v3.BasicAuth`, basicAuth],
  key: [`${http}.api_key_auth.v3.ApiKeyAuth`, apiKeyAuth],
  csrf: [`${http}.csrf.v3.CsrfPolicy`, csrf],
  jwt: [`${http}.jwt_authn.v3.JwtAuthentication`, jwt],
  claims: [`${http}.rbac.v3.RBAC`, claims],
  authz: [`${http}.ext_authz.v3.ExtAuthz`, extAuthz],
  limit: [`${http}.ratelimit.v3.RateLimit`, rateLimit],
  local: [`${http}.local_ratelimit.v3.LocalRateLimit`, localRateLimit],
  delegate: ['envoy.extensions.common.matching.v3.ExtensionWithMatcher', skipping],
}

/** What a level says of the filters: off, as it is, or anew. */
function overrides(random: Random): JsonObject {
  const general = (fields: JsonObject): JsonObject => typed('envoy.config.route.v3.FilterConfig', fields)
  const own = new Map<string, JsonObject>([
    ['csrf', typed(`${http}.csrf.v3.CsrfPolicy`, csrf(random))],
    ['authz', typed(`${http}.ext_authz.v3.ExtAuthzPerRoute`, { disabled: true })],
    [
      'local',
      typed(`${http}.local_ratelimit.v3.LocalRateLimit`, { ...localRateLimit(random), token_bucket: manyTokens }),
    ],
    [
      'jwt',
      typed(
        `${http}.jwt_authn.v3.PerRouteConfig`,
        random.pick<JsonObject>([{ disabled: true }, { requirement_name: 'named' }]),
      ),
    ],
    ['claims', typed(`${http}.rbac.v3.RBACPerRoute`, random.chance(0.5) ? {} : { rbac: claims(random) })],
  ])
  const chosen = Object.keys(kinds).flatMap((name): [string, JsonObject][] => {
    if (random.chance(0.8)) return []
    const fields = own.get(name)
    const message = random.pick<JsonObject>([
      general({ disabled: true }),
      general({ config: {} }),
      fields ?? general({ disabled: true }),
    ])
    const wrapped = fields === message && random.chance(0.3) ? general({ config: message }) : message
    return [[name, wrapped]]
  })
  return { typed_per_filter_config: Object.fromEntries(chosen) }
}

function rateLimits(random: Random): JsonObject {
  const action = random.pick<JsonObject>([
    { request_headers: { header_name: 'x-user', descriptor_key: 'user' } },
    { request_headers: { header_name: 'x-user', descriptor_key: 'user', skip_if_absent: true } },
    { header_value_match: { descriptor_value: 'v', headers: [{ name: 'x-f', present_match: true }] } },
    { generic_key: { descriptor_value: 'g' } },
  ])
  return random.chance(0.5) ? { rate_limits: [{ actions: [action], ...(random.chance(0.2) ? { stage: 1 } : {}) }] } : {}
}

/** Filters that ask for credentials, or ask others, and routes that switch them off: the fields of a connection manager. */
export function guardedManager(random: Random, missing: string): JsonObject {
  const names = Object.keys(kinds).filter(() => random.chance(0.3))
  const filters = names
    .sort(() => random.below(3) - 1)
    .map((name): JsonObject => {
      const [type, fields] = kinds[name] ?? ['', () => ({})]
      return { name, typed_config: typed(type, fields(random)), ...(random.chance(0.1) ? { disabled: true } : {}) }
    })
  const discovered: JsonObject = {
    name: 'undelivered',
    config_discovery: {
      config_source: { path_config_source: { path: missing }, initial_fetch_timeout: '0.1s' },
      type_urls: [`type.googleapis.com/${http}.fault.v3.HTTPFault`],
    },
  }
  const actions: readonly JsonObject[] = [
    { match: { prefix: '/a' }, route: { cluster: 'one', ...rateLimits(random) } },
    { match: { prefix: '/d' }, direct_response: { status: 201 } },
    { match: { prefix: '/b' }, route: { cluster: 'two', ...rateLimits(random) } },
  ]
  const routes = actions.map((route, index) => ({ name: `r${index}`, ...route, ...overrides(random) }))
  const host = { name: 'v', domains: ['*'], routes, ...rateLimits(random), ...overrides(random) }
  return {
    http_filters: [...filters, ...(random.chance(0.05) ? [discovered] : []), router],
    route_config: { name: 'guarded', virtual_hosts: [host], ...overrides(random) },
  }
}

/** A request with and without credentials, right and wrong ones. */
export function guardedRequest(random: Random, name: string): HttpRequest {
  const some = (header: string, values: readonly [string, ...string[]]): [string, string][] =>
    random.chance(0.4) ? [[header, random.pick(values)]] : []
  const authorization: [string, ...string[]] = [
    'Bearer x',
    ...validHeaders,
    'Bearer a.b.c',
    `Bearer ${signed({ iss: 'i', exp: 1 })}`,
    `Bearer ${signed({ iss: 'i', nbf: 4_000_000_000 })}`,
    'Basic',
    'Basic !',
    `Basic ${btoa('nobody')}`,
    `Basic ${btoa('nobody:x')}`,
  ]
  return {
    method: random.pick(['GET', 'POST', 'PUT']),
    path: `${random.pick(['/a', '/b', '/d', '/nowhere'])}${random.pick(['', '', '?key=k', '?key=', '?token=x'])}`,
    authority: 'h.test',
    headers: [
      ['x-case', name],
      ['content-length', '0'],
      ...some('authorization', authorization),
      ...some('origin', ['http://h.test', 'https://a.b.test', 'null', '']),
      ...some('referer', ['http://h.test/x']),
      ...some('x-key', ['k', 'other', '']),
      ...some('x-f', ['k', 'k2']),
      ...some('cookie', ['key=k', 'a=b']),
      ...some('x-user', ['7', '8']),
      ...some('x-login', [`Basic ${btoa('nobody:x')}`]),
    ],
  }
}
