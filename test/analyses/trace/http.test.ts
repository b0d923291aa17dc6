import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import {
  ask,
  askAll,
  dumpOf,
  endpoint,
  filter,
  get,
  httpManager,
  listener,
  sentence,
  staticCluster,
  typed,
} from './dump-of.ts'
import { everything, httpProxy as proxy } from './http-proxy.ts'

const httpFilters = (...filters: JsonObject[]) => ({
  http_filters: [...filters, filter('router', 'envoy.extensions.filters.http.router.v3.Router')],
})

test('redirects: scheme, host, port and path of the Location', async () => {
  const location = async (redirect: JsonObject, host: string, path: string, match: JsonObject = everything) =>
    ask(await proxy([{ match, redirect }]), get(host, path)).outcome.location
  assert.equal(
    await location({ prefix_rewrite: '/new', https_redirect: true }, 'h:80', '/old/a?x=1', { prefix: '/old' }),
    'https://h/new/a?x=1',
  )
  assert.equal(await location({ path_redirect: '/p' }, 'h', '/x?q=1'), 'http://h/p?q=1')
  assert.equal(await location({ path_redirect: '/p?z=1' }, 'h', '/x?q=1'), 'http://h/p?z=1')
  assert.equal(await location({ path_redirect: '/p', strip_query: true }, 'h', '/x?q=1'), 'http://h/p')
  assert.equal(await location({ port_redirect: 8443 }, 'h:80', '/x'), 'http://h:8443/x')
  assert.equal(await location({ path_redirect: 'p' }, 'h', '/x'), 'http://h/p')
})

test('rewrites change what goes upstream and do not route again', async () => {
  const upstream = async (match: JsonObject, action: JsonObject, path: string) =>
    ask(await proxy([{ match, route: { cluster: 'a', ...action } }]), get('h', path)).hops[0]?.upstream
  assert.deepEqual(await upstream({ prefix: '/a/' }, { prefix_rewrite: '/' }, '/a/b?q'), {
    path: '/b?q',
    authority: 'h',
  })
  assert.deepEqual(await upstream({ prefix: '/a' }, { prefix_rewrite: '/' }, '/a/b'), { path: '//b', authority: 'h' })
  assert.deepEqual(await upstream(everything, { host_rewrite_literal: 'x' }, '/'), { path: '/', authority: 'x' })
  const regex = { regex_rewrite: { pattern: { regex: '^/service/([^/]+)(/.*)$' }, substitution: '\\2/instance/\\1' } }
  assert.deepEqual(await upstream(everything, regex, '/service/foo/v1/api?x'), {
    path: '/v1/api/instance/foo?x',
    authority: 'h',
  })
})

test('headers that a client may not bring are gone before routing', async () => {
  const taken = async (
    header: [string, string],
    manager: JsonObject,
    more: [string, string][] = [],
  ): Promise<boolean> => {
    const routes = [
      { match: { ...everything, headers: [{ name: header[0], present_match: true }] }, route: { cluster: 'a' } },
    ]
    const table = { virtual_hosts: [{ name: 'v', domains: ['*'], routes }], internal_only_headers: ['x-inside'] }
    const dump = await proxy([], { manager: { route_config: table, ...manager } })
    return ask(dump, get('h', '/', [header, ...more])).outcome.kind === 'upstream'
  }
  const inside = { internal_address_config: { cidr_ranges: [{ address_prefix: '10.0.0.0', prefix_len: 8 }] } }
  const from: [string, string][] = [['x-forwarded-for', '10.1.1.1']]
  for (const name of ['x-inside', 'x-envoy-retry-on']) {
    assert.equal(await taken([name, '1'], {}), false)
    assert.equal(await taken([name, '1'], inside, from), true)
    assert.equal(await taken([name, '1'], { ...inside, xff_num_trusted_hops: 1 }, from), false)
  }
  assert.equal(await taken(['x-envoy-internal', 'true'], {}), false)
  assert.equal(await taken(['x-envoy-original-path', '/'], {}), true)
  assert.equal(await taken(['x-envoy-original-path', '/'], { use_remote_address: true }), false)
  assert.equal(await taken(['x-forwarded-client-cert', 'By=x'], {}), false)
  assert.equal(await taken(['x-forwarded-client-cert', 'By=x'], { forward_client_cert_details: 'FORWARD_ONLY' }), false)
  assert.equal(
    await taken(['x-forwarded-client-cert', 'By=x'], { forward_client_cert_details: 'ALWAYS_FORWARD_ONLY' }),
    true,
  )
  assert.deepEqual([await taken(['te', 'gzip'], {}), await taken(['te', 'gzip, trailers'], {})], [false, true])
  const underscores = (action: string) => ({
    common_http_protocol_options: { headers_with_underscores_action: action },
  })
  assert.equal(await taken(['x_a', '1'], underscores('ALLOW')), true)
  assert.equal(await taken(['x_a', '1'], underscores('DROP_HEADER')), false)
  assert.equal(await taken(['x_a', '1'], underscores('REJECT_REQUEST')), false)
})

test('the connection manager adds and overwrites headers before routing', async () => {
  const dumpWith = (name: string, exact: string, manager: JsonObject) =>
    proxy([{ match: { ...everything, headers: [{ name, string_match: { exact } }] }, route: { cluster: 'a' } }], {
      manager,
    })
  const taken = async (name: string, exact: string, manager: JsonObject): Promise<boolean> =>
    ask(await dumpWith(name, exact, manager), get('h')).outcome.kind === 'upstream'
  const https = { scheme_header_transformation: { scheme_to_overwrite: 'https' } }
  assert.equal(await taken(':scheme', 'https', https), true)
  assert.equal(await taken('x-forwarded-proto', 'https', https), true)
  assert.equal(await taken('x-forwarded-port', '80', { append_x_forwarded_port: true }), true)
  assert.equal(await taken('x-envoy-external-address', '10.9.9.9', { use_remote_address: true }), true)
  const mutations = [{ append: { header: { key: 'x-early', value: '1' } } }]
  const early = filter('e', 'envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', {
    mutations,
  })
  assert.equal(await taken('x-early', '1', { early_header_mutation_extensions: [early] }), true)
})

test('an https URL over plaintext is refused at the edge', async () => {
  const status = async (manager: JsonObject) => {
    const table = {
      virtual_hosts: [{ name: 'v', domains: ['*'], routes: [{ match: everything, route: { cluster: 'a' } }] }],
    }
    return ask(await proxy([], { manager: { route_config: table, ...manager } }), get('h', 'https://h/')).outcome.status
  }
  assert.deepEqual([await status({}), await status({ use_remote_address: true })], [undefined, 403])
})

test('vhost_header: without the header no virtual host matches the request', async () => {
  const routes = [{ match: everything, route: { cluster: 'a' } }]
  const table = { vhost_header: 'x-host', virtual_hosts: [{ name: 'v', domains: ['*'], routes }] }
  const dump = await proxy([], { manager: { route_config: table } })
  assert.equal(ask(dump, get('h')).outcome.kind, 'noRoute')
  assert.equal(ask(dump, get('h', '/', [['x-host', '']])).outcome.kind, 'upstream')
})

test('the absolute form of a request needs a path before its query', async () => {
  const dump = await proxy([{ match: everything, route: { cluster: 'a' } }])
  assert.equal(ask(dump, get('h', 'http://other')).hops[0]?.upstream?.path, '/')
  assert.equal(ask(dump, get('h', 'http://other?x=1')).outcome.details, 'absolute_path_rejected')
})

test('cookies lose their quotes and the blanks before their name', async () => {
  const match = { ...everything, cookies: [{ name: 'c', string_match: { exact: 'a' } }] }
  const dump = await proxy([{ match, route: { cluster: 'a' } }])
  const takes = (...cookies: string[]): boolean =>
    ask(
      dump,
      get(
        'h',
        '/',
        cookies.map((cookie) => ['cookie', cookie]),
      ),
    ).outcome.kind === 'upstream'
  assert.deepEqual([takes('c="a"'), takes('d=1;  c=a'), takes('c=b', 'c=a'), takes('c =a')], [true, true, false, false])
})

test('ORIGINAL_DST takes its address from metadata or a header, but no name', async () => {
  const type = { type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' }
  const key = { key: 'm', path: [{ key: 'dst' }] }
  const own = [{ name: 'dst', ...type, original_dst_lb_config: { use_http_header: true, metadata_key: key } }]
  const dump = await proxy([{ match: everything, route: { cluster: 'dst' } }], { clusters: own })
  const reached = (header: string, dst: string): string | undefined =>
    ask(dump, { ...get('h', '/', [['x-envoy-original-dst-host', header]]), dynamicMetadata: { m: { dst } } }).hops[0]
      ?.endpoints?.[0]?.address
  assert.deepEqual(
    [reached('1.1.1.1:1', ''), reached('1.1.1.1:1', '2.2.2.2:2'), reached('name:1', '')],
    ['1.1.1.1:1', '2.2.2.2:2', undefined],
  )
})

test('header mutations of all levels apply; what comes to nothing is left out', async () => {
  const type = 'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation'
  const set = (key: string, value: string) => ({
    mutations: {
      request_mutations: [{ append: { header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } }],
    },
  })
  const level = (key: string, value: string) => ({
    typed_per_filter_config: { hm: typed(`${type}PerRoute`, set(key, value)) },
  })
  const denied = filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', {
    rules: {
      action: 'DENY',
      policies: Object.fromEntries(
        ['kept', 'route', 'host'].map((value) => [
          value,
          { permissions: [{ header: { name: 'x-a', string_match: { exact: value } } }], principals: [{ any: true }] },
        ]),
      ),
    },
  })
  const details = async (name: string, value: string, more: JsonObject = {}): Promise<string | undefined> => {
    const manager = httpFilters(filter('hm', type, { ...set('x-a', '%REQ(x-none)%'), ...more }), denied)
    const route = { match: everything, route: { cluster: 'a' }, ...level('x-a', 'route') }
    const dump = await proxy([route], { manager, host: level(name, value) })
    return ask(dump, get('h', '/', [['x-a', 'kept']])).outcome.details
  }
  assert.equal(await details('x-a', 'host'), 'rbac_access_denied_matched_policy[host]')
  assert.equal(
    await details('x-a', 'host', { most_specific_header_mutations_wins: true }),
    'rbac_access_denied_matched_policy[route]',
  )
  assert.equal(await details('x-b', 'host'), 'rbac_access_denied_matched_policy[route]')
  const append = { mutations: { request_mutations: [{ append: { header: { key: 'x-a', value: 'host' } } }] } }
  const manager = httpFilters(filter('hm', type, append), denied)
  const added = await proxy([{ match: everything, route: { cluster: 'a' } }], { manager })
  const outcome = ask(added, get('h', '/', [['x-a', 'sent']])).outcome.details
  assert.equal(outcome, 'rbac_access_denied_matched_policy[host]', 'an appended value is one for itself')
})

test('metadata: an own namespace by default, no number that is none, no overwriting unless allowed', async () => {
  const rule = (fields: JsonObject) =>
    filter('h', 'envoy.extensions.filters.http.header_to_metadata.v3.Config', {
      request_rules: [{ header: 'x-v', on_header_present: { key: 'v', ...fields } }],
    })
  const set = (fields: JsonObject) =>
    filter('s', 'envoy.extensions.filters.http.set_metadata.v3.Config', {
      metadata: [{ metadata_namespace: 'm', ...fields }],
    })
  const found = async (namespace: string, ...parts: (JsonObject | [string, string])[]): Promise<boolean> => {
    const filters = parts.filter((part): part is JsonObject => !Array.isArray(part))
    const sent = parts.filter((part): part is [string, string] => Array.isArray(part))
    const value = { string_match: { exact: 'x' } }
    const permission = { metadata: { filter: namespace, path: [{ key: 'v' }], value } }
    const rules = { action: 'DENY', policies: { p: { permissions: [permission], principals: [{ any: true }] } } }
    const rbac = filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', { rules })
    const manager = httpFilters(...filters, rbac)
    const dump = await proxy([{ match: everything, route: { cluster: 'a' } }], { manager })
    return ask(dump, get('h', '/', [['x-v', 'x'], ...sent])).outcome.status === 403
  }
  assert.equal(await found('envoy.lb', rule({})), false)
  assert.equal(await found('envoy.filters.http.header_to_metadata', rule({})), true)
  const x = set({ value: { v: 'x' } })
  assert.equal(await found('m', x, set({ value: { v: 'y' } })), true)
  assert.equal(await found('m', x, set({ value: { v: 'y' }, allow_overwrite: true })), false)
  assert.equal(await found('m', x, rule({ metadata_namespace: 'm', type: 'NUMBER' })), true)
  const missing = filter('h', 'envoy.extensions.filters.http.header_to_metadata.v3.Config', {
    request_rules: [{ header: 'x-empty', on_header_missing: { metadata_namespace: 'm', key: 'v', value: 'x' } }],
  })
  assert.equal(await found('m', set({ value: { v: 'y' } }), missing), true)
  assert.equal(
    await found('m', set({ value: { v: 'y' } }), missing, ['x-empty', '']),
    false,
    'an empty header is there',
  )
})

test('weighted clusters come as alternatives with their odds', async () => {
  const weighted = {
    weighted_clusters: {
      clusters: [
        { name: 'a', weight: 20 },
        { name: 'b', weight: 80 },
        { name: 'gone', weight: 0 },
      ],
    },
  }
  const dump = await proxy([{ match: everything, route: weighted }])
  const odds = askAll(dump, get('h')).map(({ probability, hops }) => [hops[0]?.cluster, probability])
  assert.deepEqual(odds, [
    ['a', 0.2],
    ['b', 0.8],
  ])
  for (const [random, cluster] of [
    [19, 'a'],
    [20, 'b'],
    [119, 'a'],
  ] as const) {
    assert.equal(ask(dump, { ...get('h'), random }).hops[0]?.cluster, cluster)
  }
})

test('a runtime fraction and weights draw on one number: their choices are correlated', async () => {
  const first = {
    match: { prefix: '/', runtime_fraction: { default_value: { numerator: 30 } } },
    route: { cluster: 'a' },
  }
  const rest = {
    weighted_clusters: {
      clusters: [
        { name: 'a', weight: 50 },
        { name: 'b', weight: 50 },
      ],
    },
  }
  const odds = askAll(await proxy([first, { match: everything, route: rest }]), get('h'))
  const share = (route: number, cluster: string) =>
    odds
      .filter(({ hops }) => hops[0]?.routeIndex === route && hops[0]?.cluster === cluster)
      .reduce((sum, { probability }) => sum + probability, 0)
  assert.ok(Math.abs(share(0, 'a') - 0.3) < 1e-9)
  // Of the numbers 30 to 99 that are left, 30 to 49 go to a.
  assert.ok(Math.abs(share(1, 'a') - 0.2) < 1e-9)
  assert.ok(Math.abs(share(1, 'b') - 0.5) < 1e-9)
})

test('a cluster that does not exist is 503 NC; without endpoints it is 503 UH', async () => {
  const outcome = async (route: JsonObject, more = {}) =>
    ask(await proxy([{ match: everything, route }], more), get('h')).outcome
  const missing = await outcome({ cluster: 'missing' })
  assert.deepEqual([missing.kind, missing.status, missing.flags], ['noCluster', 503, 'NC'])
  assert.equal((await outcome({ cluster: 'missing', cluster_not_found_response_code: 'NOT_FOUND' })).status, 404)
  assert.equal((await outcome({ cluster_header: 'x-cluster' })).kind, 'noCluster')
  const empty = await outcome({ cluster: 'empty' }, { clusters: [staticCluster('empty')] })
  assert.deepEqual([empty.kind, empty.status, empty.flags], ['noHealthyUpstream', 503, 'UH'])
})

test('no route: 404 NR, and the near misses say what did not fit', async () => {
  const jason = { prefix: '/', headers: [{ name: 'end-user', string_match: { exact: 'jason' } }] }
  const dump = await proxy([{ name: 'v2', match: jason, route: { cluster: 'a' } }])
  const { hops, outcome } = ask(dump, get('h'))
  assert.deepEqual(
    [outcome.kind, outcome.status, outcome.flags, outcome.details],
    ['noRoute', 404, 'NR', 'route_not_found'],
  )
  assert.deepEqual(hops[0]?.considered.routes, [
    { route: 'v2 (prefix /)', reason: { code: 'route-headers-not-matched', args: { needed: 'end-user is "jason"' } } },
  ])
  assert.equal(ask(dump, get('h', '/', [['end-user', 'jason']])).outcome.kind, 'upstream')
})

test('a route shadows later ones that would match', async () => {
  const dump = await proxy([
    { match: everything, route: { cluster: 'a' } },
    { name: 'late', match: { path: '/x' }, route: { cluster: 'b' } },
  ])
  assert.deepEqual(ask(dump, get('h', '/x')).hops[0]?.considered.shadowed, ['late (path /x)'])
})

test('blanks around a header of HTTP/1 are no part of its value', async () => {
  const routes = [
    {
      name: 'jason',
      match: { prefix: '/', headers: [{ name: 'x', string_match: { exact: 'a b' } }] },
      route: { cluster: 'a' },
    },
  ]
  const manager = httpManager({ route_config: { virtual_hosts: [{ name: 'v', domains: ['*'], routes }] } })
  const dump = await dumpOf({ listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [manager] }] })] })
  assert.equal(ask(dump, get('h', '/', [['x', ' a b\t ']])).hops[0]?.route, 'jason')
  assert.equal(ask(dump, get('h', '/', [['x', 'a  b']])).outcome.kind, 'noRoute')
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

test('subsets by the metadata of the route', async () => {
  const labelled = (address: string, version: string) => ({
    ...endpoint(address),
    metadata: { filter_metadata: { 'envoy.lb': { version } } },
  })
  const cluster = {
    name: 's',
    lb_subset_config: { subset_selectors: [{ keys: ['version'] }] },
    load_assignment: { endpoints: [{ lb_endpoints: [labelled('3.3.3.3:3', 'v1'), labelled('4.4.4.4:4', 'v2')] }] },
  }
  const route = (version: string) => ({
    cluster: 's',
    metadata_match: { filter_metadata: { 'envoy.lb': { version } } },
  })
  const asked = async (version: string) =>
    ask(await proxy([{ match: everything, route: route(version) }], { clusters: [cluster] }), get('h'))
  assert.deepEqual(
    (await asked('v2')).hops[0]?.endpoints?.map(({ address }) => address),
    ['4.4.4.4:4'],
  )
  assert.equal((await asked('v9')).outcome.flags, 'UH')
})

test('subsets: lists, fallback lists, panic, and no selectors at all', async () => {
  const host = (address: string, version: string | string[]): JsonObject => ({
    ...endpoint(address),
    metadata: { filter_metadata: { 'envoy.lb': { version } } },
  })
  const endpoints = [{ lb_endpoints: [host('1.0.0.1:1', 'v1'), host('1.0.0.2:1', ['v2', 'v3'])] }]
  const reached = async (config: JsonObject, criteria: JsonObject): Promise<unknown> => {
    const subset_selectors = [{ keys: ['version'] }]
    const load_assignment = { cluster_name: 's', endpoints }
    const own = [{ name: 's', lb_subset_config: { subset_selectors, ...config }, load_assignment }]
    const metadata_match = { filter_metadata: { 'envoy.lb': criteria } }
    const dump = await proxy([{ match: everything, route: { cluster: 's', metadata_match } }], { clusters: own })
    return ask(dump, get('h'))
      .hops[0]?.endpoints?.map(({ address }) => address)
      .join()
  }
  const all = '1.0.0.1:1,1.0.0.2:1'
  assert.equal(await reached({}, { version: 'v3' }), '')
  assert.equal(await reached({ list_as_any: true }, { version: 'v3' }), '1.0.0.2:1')
  const list = { metadata_fallback_policy: 'FALLBACK_LIST' }
  assert.equal(
    await reached(list, { version: 'v9', fallback_list: [{ version: 'v8' }, { version: 'v1' }] }),
    '1.0.0.1:1',
  )
  const panic = { fallback_policy: 'DEFAULT_SUBSET', default_subset: { version: 'none' }, panic_mode_any: true }
  assert.equal(await reached(panic, { version: 'v9' }), all)
  const subset_selectors = [{ keys: ['version'], fallback_policy: 'DEFAULT_SUBSET' }]
  assert.equal(await reached({ ...panic, subset_selectors }, { version: 'v9' }), '')
  assert.equal(await reached({ subset_selectors: [] }, { version: 'v9' }), all)
})

test('an aggregate cluster falls over to its next member', async () => {
  const sick = { ...endpoint('5.5.5.5:5'), health_status: 'UNHEALTHY' }
  const aggregate = {
    name: 'agg',
    lb_policy: 'CLUSTER_PROVIDED',
    cluster_type: {
      name: 'envoy.clusters.aggregate',
      typed_config: typed('envoy.extensions.clusters.aggregate.v3.ClusterConfig', {
        clusters: ['sick', 'missing', 'b'],
      }),
    },
  }
  const members = [{ name: 'sick', load_assignment: { endpoints: [{ lb_endpoints: [sick] }] } }, aggregate]
  const { hops } = ask(await proxy([{ match: everything, route: { cluster: 'agg' } }], { clusters: members }), get('h'))
  assert.deepEqual(hops[0]?.endpoints, [{ address: '2.2.2.2:2', probability: 1, cluster: 'b' }])
})

test('in an aggregate cluster the panic threshold of the member counts', async () => {
  const member = (name: string, threshold: number): JsonObject => ({
    name,
    common_lb_config: { healthy_panic_threshold: { value: threshold } },
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ ...endpoint('1.0.0.1:1'), health_status: 'UNHEALTHY' }] }],
    },
  })
  const reached = async (own: number, aggregate: number): Promise<number | undefined> => {
    const type = 'envoy.extensions.clusters.aggregate.v3.ClusterConfig'
    const all = {
      name: 'all',
      lb_policy: 'CLUSTER_PROVIDED',
      common_lb_config: { healthy_panic_threshold: { value: aggregate } },
      cluster_type: { name: 'envoy.clusters.aggregate', typed_config: typed(type, { clusters: ['m'] }) },
    }
    const routes = [{ match: everything, route: { cluster: 'all' } }]
    return ask(await proxy(routes, { clusters: [all, member('m', own)] }), get('h')).hops[0]?.endpoints?.length
  }
  assert.deepEqual([await reached(50, 0), await reached(0, 50)], [1, 0])
})

test('transport socket by endpoint metadata, with SNI, certificate and SANs', async () => {
  const tls = typed('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
    sni: 'outbound_.80_._.b',
    common_tls_context: {
      tls_certificate_sds_secret_configs: [{ name: 'default' }],
      combined_validation_context: {
        default_validation_context: { match_subject_alt_names: [{ exact: 'spiffe://td/ns/x/sa/y' }] },
        validation_context_sds_secret_config: { name: 'ROOTCA' },
      },
    },
  })
  const cluster = {
    name: 'm',
    transport_socket_matches: [
      { name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transport_socket: { name: 'tls', typed_config: tls } },
      {
        name: 'tlsMode-disabled',
        match: {},
        transport_socket: {
          name: 'raw',
          typed_config: typed('envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer'),
        },
      },
    ],
    load_assignment: {
      endpoints: [
        {
          lb_endpoints: [
            {
              ...endpoint('6.6.6.6:6'),
              metadata: { filter_metadata: { 'envoy.transport_socket_match': { tlsMode: 'istio' } } },
            },
          ],
        },
      ],
    },
  }
  const { hops } = ask(await proxy([{ match: everything, route: { cluster: 'm' } }], { clusters: [cluster] }), get('h'))
  assert.deepEqual(hops[0]?.tls, {
    match: 'tlsMode-istio',
    mode: 'mutual tls',
    sni: 'outbound_.80_._.b',
    certificate: 'default',
    trusted: 'ROOTCA',
    sans: ['spiffe://td/ns/x/sa/y'],
  })
})

test('plaintext to a TLS chain ends in the handshake, not in a 404', async () => {
  const chain = {
    transport_socket: {
      name: 'tls',
      typed_config: typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext'),
    },
  }
  const { outcome } = ask(await proxy([], { chain }), get('h'))
  assert.deepEqual([outcome.kind, outcome.status, outcome.details], ['denied', undefined, 'plaintext_to_tls'])
})

test('a route configuration that is not loaded yet answers 404', async () => {
  const { outcome } = ask(await proxy([], { manager: { rds: { route_config_name: 'later' } } }), get('h'))
  assert.deepEqual([outcome.kind, outcome.status], ['noRoute', 404])
})

test('scoped routes by a header', async () => {
  const scope = (key: string, cluster: string) => ({
    key: { fragments: [{ string_key: key }] },
    route_configuration: {
      name: key,
      virtual_hosts: [{ name: 'v', domains: ['*'], routes: [{ match: everything, route: { cluster } }] }],
    },
  })
  const extractor = { name: 'X-Scope', element_separator: ';', element: { separator: '=', key: 'vip' } }
  const scoped_routes = {
    name: 's',
    scope_key_builder: { fragments: [{ header_value_extractor: extractor }] },
    scoped_route_configurations_list: { scoped_route_configurations: [scope('foo', 'a'), scope('bar', 'b')] },
  }
  const dump = await proxy([], { manager: { scoped_routes } })
  assert.equal(ask(dump, get('h', '/', [['x-scope', 'a=1;vip=foo']])).hops[0]?.cluster, 'a')
  assert.equal(ask(dump, get('h')).outcome.status, 404)
})
