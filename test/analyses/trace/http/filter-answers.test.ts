import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { ask, askAll, filter, get, sentence, typed } from '../dump-of.ts'
import { everything, httpProxy as proxy } from '../http-proxy.ts'

const httpFilters = (...filters: JsonObject[]) => ({
  http_filters: [...filters, filter('router', 'envoy.extensions.filters.http.router.v3.Router')],
})

test('RBAC: allows, denies, or says what it cannot know', async () => {
  const rbac = (action: string, principals: JsonObject[]) =>
    proxy([{ match: everything, route: { cluster: 'a' } }], {
      manager: httpFilters(
        filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', {
          rules: { action, policies: { 'ns[x]-policy[y]': { permissions: [{ any: true }], principals } } },
        }),
      ),
    })
  const source = [{ direct_remote_ip: { address_prefix: '10.9.0.0', prefix_len: 16 } }]
  assert.equal(ask(await rbac('ALLOW', source), get('h')).outcome.kind, 'upstream')
  const denied = ask(await rbac('DENY', source), get('h')).outcome
  assert.deepEqual(
    [denied.kind, denied.status, denied.details],
    ['denied', 403, 'rbac_access_denied_matched_policy[ns[x]-policy[y]]'],
  )
  const claims = [
    {
      metadata: {
        filter: 'envoy.filters.http.jwt_authn',
        path: [{ key: 'iss' }],
        value: { string_match: { exact: 'x' } },
      },
    },
  ]
  // Nothing in this proxy writes the metadata.
  assert.equal(ask(await rbac('ALLOW', claims), get('h')).outcome.status, 403)
  const rules = { action: 'ALLOW', policies: { p: { permissions: [{ any: true }], principals: claims } } }
  const afterScript = httpFilters(
    filter('lua', 'envoy.extensions.filters.http.lua.v3.Lua', { inline_code: 'x' }),
    filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', { rules }),
  )
  const unknown = ask(await proxy([{ match: everything, route: { cluster: 'a' } }], { manager: afterScript }), get('h'))
  assert.equal(unknown.hops[0]?.filters?.[1]?.verdict, 'undecided')
})

test('fault injection is an alternative of its own', async () => {
  const dump = await proxy([{ match: everything, route: { cluster: 'a' } }], {
    manager: httpFilters(
      filter('fault', 'envoy.extensions.filters.http.fault.v3.HTTPFault', {
        abort: { http_status: 418, percentage: { numerator: 25 } },
      }),
    ),
  })
  const odds = askAll(dump, get('h')).map(({ probability, outcome }) => [outcome.kind, outcome.status, probability])
  assert.deepEqual(odds, [
    ['denied', 418, 0.25],
    ['upstream', undefined, 0.75],
  ])
})

test('a delay that is injected is told with its share', async () => {
  const fault = (config: JsonObject) => filter('fault', 'envoy.extensions.filters.http.fault.v3.HTTPFault', config)
  const said = async (config: JsonObject, headers: [string, string][] = []) => {
    const dump = await proxy([{ match: everything, route: { cluster: 'a' } }], { manager: httpFilters(fault(config)) })
    const { hops, outcome } = ask(dump, get('h', '/', headers))
    return [outcome.kind, sentence(hops[0]?.filters?.[0]?.reason)]
  }
  const half = { numerator: 500_000, denominator: 'MILLION' }
  const delay = { fixed_delay: '7s', percentage: half }
  assert.deepEqual(await said({ delay }), ['upstream', 'fault injection delays 50 % of requests by 7s'])
  assert.deepEqual(await said({ delay, headers: [{ name: 'x-test', present_match: true }] }), ['upstream', undefined])
  assert.deepEqual(await said({ delay: { ...delay, percentage: {} } }), ['upstream', undefined])
  assert.deepEqual(await said({ delay: { header_delay: {}, percentage: half } }), ['upstream', undefined])
  assert.deepEqual(
    await said({ delay: { header_delay: {}, percentage: half } }, [['x-envoy-fault-delay-request', '20']]),
    ['upstream', 'fault injection delays 50 % of requests by 20ms'],
  )
  const all = { numerator: 100 }
  assert.deepEqual(await said({ delay: { ...delay, percentage: all }, abort: { http_status: 503, percentage: all } }), [
    'denied',
    'fault injection delays 100 % of requests by 7s and aborts 100 % of requests',
  ])
})

test('per-route configuration turns a filter off', async () => {
  const deny = filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', { rules: {} })
  const off = { rbac: typed('envoy.config.route.v3.FilterConfig', { disabled: true }) }
  const manager = httpFilters(deny)
  assert.equal(
    ask(await proxy([{ match: everything, route: { cluster: 'a' } }], { manager }), get('h')).outcome.status,
    403,
  )
  const allowed = await proxy([{ match: everything, route: { cluster: 'a' }, typed_per_filter_config: off }], {
    manager,
  })
  assert.equal(ask(allowed, get('h')).outcome.kind, 'upstream')
})

test('an empty FilterConfig only turns a filter on: the next level, or the filter itself, has the configuration', async () => {
  const rules = (name: string): JsonObject => ({
    rules: { action: 'DENY', policies: { [name]: { permissions: [{ any: true }], principals: [{ any: true }] } } },
  })
  const on = { typed_per_filter_config: { rbac: typed('envoy.config.route.v3.FilterConfig', { config: {} }) } }
  const perRoute = typed('envoy.extensions.filters.http.rbac.v3.RBACPerRoute', { rbac: rules('host') })
  const manager = httpFilters({
    ...filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', rules('filter')),
    disabled: true,
  })
  const details = async (host: JsonObject): Promise<string | undefined> =>
    ask(await proxy([{ match: everything, route: { cluster: 'a' }, ...on }], { manager, host }), get('h')).outcome
      .details
  assert.equal(await details({}), 'rbac_access_denied_matched_policy[filter]')
  const host = { typed_per_filter_config: { rbac: perRoute } }
  assert.equal(await details(host), 'rbac_access_denied_matched_policy[host]')
})

test('without a route no per-route configuration holds, not even that of the virtual host', async () => {
  const host = { typed_per_filter_config: { fault: typed('envoy.config.route.v3.FilterConfig', { disabled: true }) } }
  const all = { numerator: 100 }
  const fault = filter('fault', 'envoy.extensions.filters.http.fault.v3.HTTPFault', {
    abort: { http_status: 418, percentage: all },
  })
  const dump = await proxy([{ match: { prefix: '/a' }, route: { cluster: 'a' } }], {
    manager: httpFilters(fault),
    host,
  })
  assert.equal(ask(dump, get('h', '/a')).outcome.kind, 'upstream')
  assert.equal(ask(dump, get('h', '/b')).outcome.status, 418)
})

test('faults by headers: the share can be lowered, a gRPC status is answered with 200', async () => {
  const all = { numerator: 100 }
  const fault = filter('fault', 'envoy.extensions.filters.http.fault.v3.HTTPFault', {
    abort: { header_abort: {}, percentage: all },
    delay: { fixed_delay: '1s', percentage: all },
  })
  const dump = await proxy([{ match: everything, route: { cluster: 'a' } }], { manager: httpFilters(fault) })
  const outcome = (...headers: [string, string][]): unknown[] => {
    const { status, flags } = ask(dump, get('h', '/', headers)).outcome
    return [status, flags]
  }
  assert.deepEqual(outcome(['x-envoy-fault-abort-request', '503']), [503, 'DI,FI'])
  assert.deepEqual(outcome(['x-envoy-fault-abort-request', '600']), [undefined, 'DI'])
  assert.deepEqual(outcome(['x-envoy-fault-abort-grpc-request', '14']), [200, 'DI,FI'])
  const none: [string, string] = ['x-envoy-fault-abort-request-percentage', '0']
  assert.deepEqual(outcome(['x-envoy-fault-abort-request', '503'], none), [undefined, 'DI'])
})

test('what Envoy itself answers to a gRPC request is a 200', async () => {
  const dump = await proxy([{ match: { prefix: '/gone' }, route: { cluster: 'gone' } }])
  const told = (path: string, type: string): unknown[] => {
    const { status, flags, grpc } = ask(dump, get('h', path, [['content-type', type]])).outcome
    return [status, flags, grpc?.status]
  }
  assert.deepEqual(told('/gone', 'application/grpc+proto'), [200, 'NC', 14])
  assert.deepEqual(told('/x', 'application/grpc'), [200, 'NR', 12])
  assert.deepEqual(told('/x', 'application/grpc-web'), [404, 'NR', undefined])
})

test('CORS answers preflights by the policy in force, and no others', async () => {
  const policy = (fields: JsonObject): JsonObject =>
    typed('envoy.extensions.filters.http.cors.v3.CorsPolicy', {
      allow_origin_string_match: [{ exact: 'https://a.test' }],
      ...fields,
    })
  const answered = async (fields: JsonObject, origin: string, action: JsonObject = { route: { cluster: 'a' } }) => {
    const host = { typed_per_filter_config: { cors: policy(fields) } }
    const manager = httpFilters(filter('cors', 'envoy.extensions.filters.http.cors.v3.Cors'))
    const dump = await proxy([{ match: everything, ...action }], { manager, host })
    const headers: [string, string][] = [
      ['origin', origin],
      ['access-control-request-method', 'GET'],
    ]
    const http = { method: 'OPTIONS', authority: 'h', path: '/', headers }
    return ask(dump, { protocol: 'http1', http }).outcome.details === 'cors_response'
  }
  assert.equal(await answered({}, 'https://a.test'), true)
  assert.equal(await answered({}, 'https://b.test'), false)
  assert.equal(await answered({ forward_not_matching_preflights: false }, 'https://b.test'), true)
  assert.equal(await answered({ filter_enabled: { default_value: {} } }, 'https://a.test'), false)
  assert.equal(await answered({}, 'https://a.test', { redirect: { path_redirect: '/x' } }), false)
})

test('a token that is required and not sent is 401', async () => {
  const jwt = filter('jwt', 'envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication', {
    providers: { p: { issuer: 'i' } },
    rules: [{ match: { prefix: '/in' }, requires: { provider_name: 'p' } }],
  })
  const dump = await proxy([{ match: everything, route: { cluster: 'a' } }], { manager: httpFilters(jwt) })
  assert.equal(ask(dump, get('h', '/in')).outcome.status, 401)
  assert.equal(ask(dump, get('h', '/out')).outcome.kind, 'upstream')
  assert.equal(ask(dump, get('h', '/in', [['authorization', 'Basic x']])).outcome.status, 401)
  const token = `${btoa('{"alg":"RS256"}')}.${btoa('{"iss":"i"}')}.c2ln`.replaceAll('=', '')
  const sent = ask(dump, get('h', '/in', [['authorization', `Bearer ${token}`]]))
  assert.equal(sent.hops[0]?.filters?.[0]?.verdict, 'undecided')
})

test('a route turns JWT authentication off, or names a requirement in place of the rules', async () => {
  const type = 'envoy.extensions.filters.http.jwt_authn.v3'
  const jwt = filter('jwt', `${type}.JwtAuthentication`, {
    providers: { p: { issuer: 'i' } },
    rules: [{ match: { prefix: '/in' }, requires: { provider_name: 'p' } }],
    requirement_map: { token: { provider_name: 'p' } },
    bypass_cors_preflight: true,
  })
  const outcome = async (perRoute: JsonObject, path: string): Promise<unknown[]> => {
    const config = { typed_per_filter_config: { jwt: typed(`${type}.PerRouteConfig`, perRoute) } }
    const route = { match: everything, route: { cluster: 'a' }, ...config }
    const { status, details } = ask(await proxy([route], { manager: httpFilters(jwt) }), get('h', path)).outcome
    return [status, details]
  }
  assert.deepEqual(await outcome({ disabled: true }, '/in'), [undefined, 'via_upstream'])
  assert.deepEqual(await outcome({ requirement_name: 'token' }, '/out'), [
    401,
    'jwt_authn_access_denied{Jwt_is_missing}',
  ])
  const unknown = 'jwt_authn_access_denied{Wrong_requirement_name:_x._It_should_be_one_of_[token]}'
  assert.deepEqual(await outcome({ requirement_name: 'x' }, '/out'), [403, unknown])
})
