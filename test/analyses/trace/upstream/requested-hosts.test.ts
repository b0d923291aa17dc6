import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { outcomeText } from '../../../../src/semantics/outcome-text.ts'
import { ask, dumpOf, endpoint, filter, get, listener, sentence, staticCluster, tcpProxy, typed } from '../dump-of.ts'
import { bootstrapOf, everything, httpProxy } from '../http-proxy.ts'

const httpFilters = (...filters: JsonObject[]) => ({
  http_filters: [...filters, filter('router', 'envoy.extensions.filters.http.router.v3.Router')],
})
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Three endpoints; the second is unhealthy, the third drains. */
function three(fields: JsonObject = {}): JsonObject {
  const healths = ['HEALTHY', 'UNHEALTHY', 'DRAINING']
  const hosts = healths.map((health_status, index) => ({ ...endpoint(`1.1.1.${index + 1}:80`), health_status }))
  return {
    name: 'c',
    load_assignment: { endpoints: [{ lb_endpoints: [endpoint('1.1.1.9:80'), ...hosts] }] },
    ...fields,
  }
}

const stateful = (state: JsonObject, fields: JsonObject = {}) =>
  filter('session', 'envoy.extensions.filters.http.stateful_session.v3.StatefulSession', {
    session_state: state,
    ...fields,
  })
const byHeader = {
  name: 'envoy.http.stateful_session.header',
  typed_config: typed('envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState', {
    name: 'x-session',
  }),
}
const byCookie = (path?: string): JsonObject => ({
  name: 'envoy.http.stateful_session.cookie',
  typed_config: typed('envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState', {
    cookie: { name: 'session', ...(path === undefined ? {} : { path }) },
  }),
})

async function reached(
  {
    filters = [],
    cluster = three(),
    route = {},
    path = '/',
    version = '1.40.0',
  }: { filters?: JsonObject[]; cluster?: JsonObject; route?: JsonObject; path?: string; version?: string },
  headers: [string, string][],
  authority = 'h',
) {
  const routes = [{ match: everything, route: { cluster: 'c' }, ...route }]
  const dump = await httpProxy(routes, {
    manager: httpFilters(...filters),
    clusters: [cluster],
    bootstrap: bootstrapOf(version),
  })
  const { outcome, hops } = ask(dump, get(authority, path, headers))
  const [hop] = hops
  if (outcome.kind !== 'upstream') return `${outcome.kind} ${outcome.details}: ${outcomeText(outcome)}`
  return hop?.endpoints?.map(({ address }) => address).join(' ')
}

test('a session by header names its endpoint; strict ones take no other', async () => {
  const session = (address: string): [string, string][] => [['x-session', base64(address)]]
  const filters = [stateful(byHeader)]
  const any = '1.1.1.9:80 1.1.1.1:80'
  assert.equal(await reached({ filters }, session('1.1.1.1:80')), '1.1.1.1:80')
  assert.equal(await reached({ filters }, session('1.1.1.2:80')), any)
  assert.equal(await reached({ filters }, session('8.8.8.8:80')), any)
  assert.equal(await reached({ filters }, [['x-session', '1.1.1.1:80']]), any)
  assert.equal(await reached({ filters }, []), any)
  const strict = [stateful(byHeader, { strict: true })]
  assert.equal(await reached({ filters: strict }, session('1.1.1.1:80')), '1.1.1.1:80')
  assert.equal(
    await reached({ filters: strict }, session('1.1.1.2:80')),
    'noHealthyUpstream no_healthy_upstream: c: 1.1.1.2:80, which the session belongs to, is not to be had, and the session is strict',
  )
  const allowed = three({ common_lb_config: { override_host_status: { statuses: ['UNHEALTHY', 'HEALTHY'] } } })
  assert.equal(await reached({ filters, cluster: allowed }, session('1.1.1.2:80')), '1.1.1.2:80')
  assert.equal(await reached({ filters, cluster: allowed }, session('1.1.1.3:80')), any)
})

test('a route turns sessions off, or has a kind of its own', async () => {
  const perRoute = (fields: JsonObject) => ({
    typed_per_filter_config: {
      session: typed('envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute', fields),
    },
  })
  const filters = [stateful(byHeader)]
  const headers: [string, string][] = [
    ['x-session', base64('1.1.1.1:80')],
    ['cookie', `session=${base64('\n\n1.1.1.9:80')}`],
  ]
  assert.equal(await reached({ filters, route: perRoute({ disabled: true }) }, headers), '1.1.1.9:80 1.1.1.1:80')
  assert.equal(
    await reached({ filters, route: perRoute({ stateful_session: { session_state: byCookie() } }) }, headers),
    '1.1.1.9:80',
  )
})

test('session cookies: below their path, in protobuf or as Envoy once wrote them, undecided when they expire', async () => {
  const cookie = (content: string): [string, string][] => [['cookie', `a=b; session="${base64(content)}"`]]
  const current = '\n\n1.1.1.1:80'
  const at = async (path: string, cookiePath?: string) =>
    reached({ filters: [stateful(byCookie(cookiePath))], path }, cookie(current))
  const any = '1.1.1.9:80 1.1.1.1:80'
  assert.equal(await at('/'), '1.1.1.1:80')
  assert.equal(await at('/foo', '/foo'), '1.1.1.1:80')
  assert.equal(await at('/foo?x', '/foo'), '1.1.1.1:80')
  assert.equal(await at('/food', '/foo'), any)
  assert.equal(await at('/foo', '/foo/'), any)
  assert.equal(await at('/foo/x', '/foo/'), '1.1.1.1:80')
  assert.equal(await reached({ filters: [stateful(byCookie())] }, cookie('127.0.0.1:9003')), any)
  assert.equal(
    await reached(
      { filters: [stateful(byCookie())], cluster: staticCluster('c', '127.0.0.1:9003', '1.2.3.4:1') },
      cookie('127.0.0.1:9003'),
    ),
    '127.0.0.1:9003',
  )
  const dump = await httpProxy([{ match: everything, route: { cluster: 'c' } }], {
    manager: httpFilters(stateful(byCookie())),
    clusters: [three()],
  })
  const { hops } = ask(dump, get('h', '/', cookie(`${current}\x10\x05`)))
  assert.equal(hops[0]?.filters?.[0]?.verdict, 'undecided')
  assert.match(sentence(hops[0]?.filters?.[0]?.reason) ?? '', /unless it has expired/)
})

const overrideHost = (...sources: JsonObject[]): JsonObject => ({
  load_balancing_policy: {
    policies: [
      {
        typed_extension_config: {
          name: 'oh',
          typed_config: typed('envoy.extensions.load_balancing_policies.override_host.v3.OverrideHost', {
            override_host_sources: sources,
            fallback_policy: {
              policies: [
                {
                  typed_extension_config: {
                    name: 'rr',
                    typed_config: typed('envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin'),
                  },
                },
              ],
            },
          }),
        },
      },
    ],
  },
})

test('OverrideHost: the first address of its sources that the cluster has, whatever its health', async () => {
  const cluster = three(overrideHost({ header: 'x-gateway-destination-endpoint' }, { header: 'x-other' }))
  const header = (value: string): [string, string][] => [['x-gateway-destination-endpoint', value]]
  const any = '1.1.1.9:80 1.1.1.1:80'
  assert.equal(await reached({ cluster }, header('1.1.1.1:80')), '1.1.1.1:80')
  assert.equal(await reached({ cluster }, header('8.8.8.8:80, 1.1.1.2:80')), '1.1.1.2:80')
  assert.equal(await reached({ cluster }, [...header('8.8.8.8:80'), ['x-other', '1.1.1.3:80']]), '1.1.1.3:80')
  assert.equal(await reached({ cluster }, header('8.8.8.8:80')), any)
  assert.equal(await reached({ cluster }, []), any)
  const added = { request_headers_to_add: [{ header: { key: 'x-other', value: '1.1.1.1:80' } }] }
  assert.equal(await reached({ cluster, route: added }, []), '1.1.1.1:80')
  assert.equal(await reached({ cluster, route: added, version: '1.35.0' }, []), any)
})

const forwardProxy = {
  name: 'c',
  cluster_type: {
    name: 'envoy.clusters.dynamic_forward_proxy',
    typed_config: typed('envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig'),
  },
}
const dfp = (fields: JsonObject = {}) =>
  filter('dfp', 'envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig', fields)

test('a dynamic forward proxy: the host of the request, of the route, of filter state, and only one that is looked up', async () => {
  const filters = [dfp()]
  const perRoute = (fields: JsonObject) => ({
    typed_per_filter_config: {
      dfp: typed('envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig', fields),
    },
  })
  const to = (more: Parameters<typeof reached>[0], headers: [string, string][] = [], authority = 'a.test:81') =>
    reached({ filters, cluster: forwardProxy, ...more }, headers, authority)
  assert.equal(await to({}), 'a.test:81')
  assert.equal(await to({}, [], 'a.test'), 'a.test:80')
  assert.equal(await to({}, [], '[::1]:81'), '[::1]:81')
  assert.equal(await to({ route: perRoute({ host_rewrite_literal: 'b.test:82' }) }), 'b.test:82')
  assert.equal(await to({ route: perRoute({ host_rewrite_header: 'x-h' }) }, [['x-h', 'c.test']]), 'c.test:80')
  assert.equal(await to({ route: perRoute({ host_rewrite_header: 'x-h' }) }), 'a.test:81')
  const rewritten = { route: { cluster: 'c', host_rewrite_literal: 'other.test' } }
  const unknown = (host: string) =>
    `undecidable host_not_looked_up: no dynamic_forward_proxy filter looks up ${host} for this request: c has it only if another request did`
  assert.equal(await to({ route: rewritten }), unknown('other.test:80'))
  assert.equal(await to({ route: rewritten, version: '1.35.0' }), 'a.test:81')
  assert.equal(await to({ filters: [] }), unknown('a.test:81'))
  const state = (fields: JsonObject) =>
    filter('state', 'envoy.extensions.filters.http.set_filter_state.v3.Config', {
      on_request_headers: Object.entries(fields).map(([object_key, value]) => ({
        object_key,
        format_string: { text_format_source: { inline_string: value } },
      })),
    })
  const named = state({ 'envoy.upstream.dynamic_host': 'state.test', 'envoy.upstream.dynamic_port': '8443' })
  assert.equal(await to({ filters: [named, dfp({ allow_dynamic_host_from_filter_state: true })] }), 'state.test:8443')
  assert.equal(await to({ filters: [named, dfp()] }), unknown('state.test:8443'))
  assert.equal(await to({}, [], ''), 'denied empty_host_header: dfp: the request names no host to look up')
})

test('endpoints that come with requests: whether that of a session is among them is undecided', async () => {
  const session: [string, string][] = [['x-session', base64('8.8.8.8:80')]]
  const found = await reached({ filters: [stateful(byHeader), dfp()], cluster: forwardProxy }, session, 'a.test')
  assert.equal(
    found,
    'undecidable session_endpoint_unknown: the session belongs to 8.8.8.8:80, which c has or has not by requests before this one',
  )
  const same: [string, string][] = [['x-session', base64('9.9.9.9:80')]]
  assert.equal(
    await reached({ filters: [stateful(byHeader), dfp()], cluster: forwardProxy }, same, '9.9.9.9'),
    '9.9.9.9:80',
  )
})

test('filter state of the connection: the cluster of a TCP proxy, from the SNI or an address', async () => {
  const state = (format: string, more: JsonObject = {}) =>
    filter('state', 'envoy.extensions.filters.network.set_filter_state.v3.Config', {
      on_new_connection: [
        {
          object_key: 'envoy.tcp_proxy.cluster',
          format_string: { text_format_source: { inline_string: format } },
          ...more,
        },
      ],
    })
  const to = async (...filters: JsonObject[]) => {
    const chains = { filter_chains: [{ filters: [...filters, tcpProxy('a')] }] }
    const clusters = ['a', 'b', 'x-9.9.9.9', '-'].map((name) => staticCluster(name, '1.1.1.1:1'))
    const { hops } = ask(await dumpOf({ listeners: [listener('L', '0.0.0.0', 80, chains)], clusters }), {
      source: { address: '9.9.9.9', port: 1 },
    })
    return [hops[0]?.cluster, sentence(hops[0]?.reasons.cluster)]
  }
  assert.deepEqual(await to(state('b')), ['b', 'named by filter state (envoy.tcp_proxy.cluster)'])
  assert.deepEqual(await to(state('x-%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%')), [
    'x-9.9.9.9',
    'named by filter state (envoy.tcp_proxy.cluster)',
  ])
  assert.equal((await to(state('%REQUESTED_SERVER_NAME%')))[0], '-')
  assert.equal((await to(state('', { skip_if_empty: true })))[0], 'a')
  assert.equal((await to())[0], 'a')
  const chains = { filter_chains: [{ filters: [state('%DOWNSTREAM_REMOTE_ADDRESS%'), tcpProxy('a')] }] }
  const dump = await dumpOf({ listeners: [listener('L', '0.0.0.0', 80, chains)] })
  assert.deepEqual(ask(dump, { source: undefined }).outcome.reason, {
    code: 'tcp-cluster-depends-on-unknown',
    args: { unknown: ['source'] },
  })
})
