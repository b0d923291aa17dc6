import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveAuthzRequest } from '../../../src/analyses/authz/authz-request.ts'
import { checkAtEachPort, checkRequest } from '../../../src/analyses/authz/check-request.ts'
import type { RequestSpec } from '../../../src/analyses/trace/request/request-spec.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { chain, dumpOf, filter, httpManager, listener, staticCluster, tcpProxy } from '../trace/dump-of.ts'

const rbacName = 'envoy.filters.http.rbac'
const router = filter('router', 'envoy.extensions.filters.http.router.v3.Router')
const inspector = filter('tls', 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector')
const originalDst = filter('od', 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst')
const downstreamTls = filter('tls', 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
  common_tls_context: {},
})
const to: JsonObject = { match: { prefix: '/' }, route: { cluster: 'c' } }
const everyHost: JsonObject = { virtual_hosts: [{ name: 'v', domains: ['*'], routes: [to] }] }

/** An RBAC filter that allows one permission to one principal. */
function rbac(permission: JsonObject, principal: JsonObject = { any: true }): JsonObject {
  const policies = { p: { permissions: [permission], principals: [principal] } }
  return filter(rbacName, 'envoy.extensions.filters.http.rbac.v3.RBAC', { rules: { action: 'ALLOW', policies } })
}

function manager(filters: readonly JsonObject[], route_config: JsonObject = everyHost): JsonObject {
  return httpManager({ route_config, http_filters: [...filters, router] })
}

function behind(port: number, filters: readonly JsonObject[], more: JsonObject = {}, address = '0.0.0.0') {
  const { listener_filters, ...match } = more
  return dumpOf({
    listeners: [
      listener('L', address, port, {
        listener_filters: listener_filters ?? [inspector],
        filter_chains: [{ filters: [...filters], ...match }],
      }),
    ],
    clusters: [staticCluster('c', '1.1.1.1:1')],
  })
}

async function ask(dump: ReturnType<typeof dumpOf>, spec: RequestSpec) {
  const read = await dump
  const { request, notes } = resolveAuthzRequest(spec, read)
  const { verdict, reason, steps } = checkRequest(read, request).answer
  return { verdict, code: reason.code, text: reason.text, steps, notes }
}

const verdictOf = async (dump: ReturnType<typeof dumpOf>, spec: RequestSpec) => (await ask(dump, spec)).verdict

test('https is a TLS connection with the SNI of the URL, to the port that the Service leads to', async () => {
  const chains = { filter_chain_match: { server_names: ['shop.test'] }, transport_socket: downstreamTls }
  for (const port of [443, 8443, 10443]) {
    const dump = behind(port, [manager([rbac({ any: true })])], chains)
    const { verdict, notes } = await ask(dump, { url: 'https://shop.test/', port: 443 })
    assert.equal(verdict, 'allowed', String(port))
    assert.equal(notes.length, port === 443 ? 0 : 1)
  }
  const dump = behind(8443, [manager([rbac({ any: true })])], chains)
  assert.equal(await verdictOf(dump, { url: 'http://shop.test:8443/', port: 8443 }), 'not reached')
  assert.equal(await verdictOf(dump, { url: 'https://shop.test/', port: 443, sni: 'other.test' }), 'not reached')
})

test('what does not reach the filters that authorize is not denied', async () => {
  const deny = rbac({ not_rule: { any: true } })
  const dump = behind(80, [manager([deny])])
  const path: RequestSpec = { hostUnknown: true, path: '/', port: 80 }
  assert.equal(await verdictOf(dump, path), 'denied')
  const cases: readonly (readonly [RequestSpec, string])[] = [
    [{ ...path, port: 81 }, 'listener-missing'],
    [{ ...path, protocol: 'tcp' }, 'not-http'],
    [{ ...path, tls: true, host: 'x' }, 'tls-not-terminated'],
    [{ ...path, path: '/\u00e9' }, 'request-target-invalid'],
  ]
  for (const [spec, code] of cases) {
    const { verdict, code: found } = await ask(dump, spec)
    assert.deepEqual([verdict, found], ['not reached', code])
  }
})

test('a filter in front that answers by itself leaves policies unasked; one that denies is a denial', async () => {
  const fault = (numerator: number) =>
    filter('fault', 'envoy.extensions.filters.http.fault.v3.HTTPFault', {
      abort: { http_status: 503, percentage: { numerator, denominator: 'HUNDRED' } },
    })
  const deny = rbac({ not_rule: { any: true } })
  const spec: RequestSpec = { hostUnknown: true, path: '/', port: 80 }
  assert.equal(await verdictOf(behind(80, [manager([fault(100), deny])]), spec), 'not reached')
  assert.equal(await verdictOf(behind(80, [manager([fault(50), deny])]), spec), 'denied', 'chance ends only some')
  const health = filter('hc', 'envoy.extensions.filters.http.health_check.v3.HealthCheck', {
    headers: [{ name: ':path', string_match: { exact: '/' } }],
  })
  assert.equal(await verdictOf(behind(80, [manager([health, deny])]), spec), 'not reached')
  const basic = filter('basic', 'envoy.extensions.filters.http.basic_auth.v3.BasicAuth', {
    users: { inline_string: 'u:{SHA}x' },
  })
  const answer = await ask(behind(80, [manager([basic, deny])]), spec)
  assert.deepEqual([answer.verdict, answer.code], ['denied', 'basic-auth-refused'])
})

test('what a route answers has passed every filter', async () => {
  const answers = [
    { match: { prefix: '/' }, direct_response: { status: 403 } },
    { match: { prefix: '/' }, redirect: { https_redirect: true } },
  ]
  for (const answered of answers) {
    const routes = { virtual_hosts: [{ name: 'v', domains: ['*'], routes: [answered] }] }
    const dump = behind(80, [manager([rbac({ any: true })], routes)])
    assert.equal(await verdictOf(dump, { hostUnknown: true, path: '/', port: 80 }), 'allowed')
  }
})

test('a host that nobody said decides nothing: neither a policy nor a virtual host', async () => {
  const byHost = (value: string) => rbac({ header: { name: ':authority', string_match: { exact: value } } })
  const spec: RequestSpec = { hostUnknown: true, path: '/', port: 80 }
  for (const value of ['localhost', 'shop.test']) {
    const dump = behind(80, [manager([byHost(value)])])
    const unknown = await ask(dump, spec)
    assert.equal(unknown.verdict, 'undecided', value)
    assert.match(unknown.text, /\(--host\)/)
    const said = (host: string) => verdictOf(dump, { ...spec, headers: [['host', host]] })
    assert.equal(await said(value), 'allowed')
    assert.equal(await said('other.test'), 'denied')
  }
  const hosts = { virtual_hosts: [{ name: 'v', domains: ['shop.test', 'localhost'], routes: [to] }] }
  const routed = await ask(behind(80, [manager([rbac({ any: true })], hosts)]), spec)
  assert.equal(routed.verdict, 'undecided')
  assert.match(routed.text, /\(--host\)/)
  const present = rbac({ header: { name: 'host', present_match: true } })
  assert.equal(await verdictOf(behind(80, [manager([present])]), spec), 'allowed', 'every request has one')
})

test('an address of the proxy that the dump does not have decides nothing', async () => {
  const spec: RequestSpec = { hostUnknown: true, path: '/', port: 80 }
  for (const [address, ranges] of [
    ['0.0.0.0', ['10.0.0.1', '10.9.9.9']],
    ['::', ['fd00::1', 'fd00::2']],
  ] as const) {
    for (const range of ranges) {
      const prefix_len = range.includes(':') ? 128 : 32
      const permission = { destination_ip: { address_prefix: range, prefix_len } }
      const dump = behind(80, [manager([rbac(permission)])], {}, address)
      const unknown = await ask(dump, spec)
      assert.equal(unknown.verdict, 'undecided', range)
      assert.match(unknown.text, /\(--address\)/)
      assert.equal(await verdictOf(dump, { ...spec, address: range }), 'allowed')
    }
  }
  const bound = behind(
    80,
    [manager([rbac({ destination_ip: { address_prefix: '10.7.7.7', prefix_len: 32 } })])],
    {},
    '10.7.7.7',
  )
  assert.equal(await verdictOf(bound, spec), 'allowed', 'what it listens on is known')
})

test('a server name that nobody said decides nothing', async () => {
  const named = 'outbound_.80_._.web.default.svc.cluster.local'
  const permission = { requested_server_name: { exact: named } }
  const dump = behind(80, [manager([rbac(permission)])], { transport_socket: downstreamTls })
  const spec: RequestSpec = { hostUnknown: true, path: '/', port: 80, mtls: true, principal: 'spiffe://a' }
  const unknown = await ask(dump, spec)
  assert.equal(unknown.verdict, 'undecided')
  assert.match(unknown.text, /\(--sni\)/)
  assert.equal(await verdictOf(dump, { ...spec, sni: named }), 'allowed')
  assert.equal(await verdictOf(dump, { ...spec, sni: 'x' }), 'denied')
  const chains = behind(80, [tcpProxy('c')], { filter_chain_match: { server_names: [named] } })
  const tcp: RequestSpec = { hostUnknown: true, protocol: 'tcp', port: 80, tls: true }
  assert.match((await ask(chains, tcp)).text, /\(--sni\)/)
  assert.equal(await verdictOf(chains, { ...tcp, sni: named }), 'allowed')
})

test('a client that nobody named has no port either', async () => {
  const dump = behind(80, [tcpProxy('c')], { filter_chain_match: { source_ports: [40000] } })
  const spec: RequestSpec = { hostUnknown: true, protocol: 'tcp', port: 80, source: '10.1.1.1' }
  const { verdict, text } = await ask(dump, spec)
  assert.equal(verdict, 'undecided')
  assert.match(text, /--source IP:PORT/)
  assert.equal(await verdictOf(dump, { ...spec, source: '10.1.1.1:40000' }), 'allowed')
})

test('a port that the proxy listens on is not redirected; any other is', async () => {
  const redirected = listener('virtualInbound', '0.0.0.0', 15006, {
    traffic_direction: 'INBOUND',
    listener_filters: [originalDst],
    filter_chains: [chain('c', { destination_port: 9080 })],
  })
  const own = listener('agent', '0.0.0.0', 15021, { filter_chains: [chain('c')] })
  const dump = dumpOf({ listeners: [redirected, own], clusters: [staticCluster('c', '1.1.1.1:1')] })
  const spec: RequestSpec = { hostUnknown: true, protocol: 'tcp', port: 9080 }
  assert.equal(await verdictOf(dump, spec), 'allowed')
  assert.equal(await verdictOf(dump, { ...spec, port: 15021 }), 'allowed')
  assert.equal(await verdictOf(dump, { ...spec, port: 9081 }), 'not reached')
})

test('in a tunnel the identity is handed on, and the destination is the service', async () => {
  const internal = (name: string, filters: JsonObject[]): JsonObject => ({
    name,
    internal_listener: {},
    filter_chains: [{ filters }],
  })
  const connect = {
    virtual_hosts: [
      {
        name: 'v',
        domains: ['*'],
        routes: [{ match: { connect_matcher: {} }, route: { cluster: 'main' } }],
      },
    ],
  }
  const byPrincipal = filter(rbacName, 'envoy.extensions.filters.http.rbac.v3.RBAC', {
    rules: {
      policies: {
        p: {
          permissions: [{ any: true }],
          principals: [{ filter_state: { key: 'io.istio.peer_principal', string_match: { exact: 'spiffe://a' } } }],
        },
      },
    },
  })
  const lb_endpoints = [
    { endpoint: { address: { envoy_internal_address: { server_listener_name: 'main_internal' } } } },
  ]
  const main = { name: 'main', load_assignment: { cluster_name: 'main', endpoints: [{ lb_endpoints }] } }
  const dump = dumpOf({
    listeners: [
      listener('connect_terminate', '0.0.0.0', 15008, {
        filter_chains: [{ filters: [manager([], connect)], transport_socket: downstreamTls }],
      }),
      internal('main_internal', [manager([byPrincipal])]),
    ],
    clusters: [staticCluster('c', '1.1.1.1:1'), main],
  })
  const spec: RequestSpec = { hostUnknown: true, path: '/', port: 9080, mtls: true }
  assert.equal(await verdictOf(dump, { ...spec, principal: 'spiffe://a' }), 'allowed')
  assert.equal(await verdictOf(dump, { ...spec, principal: 'spiffe://b' }), 'denied')
})

test('a network filter that cannot be decided leaves the request open, whatever HTTP filters say after it', async () => {
  const network = filter('net', 'envoy.extensions.filters.network.rbac.v3.RBAC', {
    rules: {
      action: 'DENY',
      policies: {
        p: {
          permissions: [{ any: true }],
          principals: [{ source_ip: { address_prefix: '10.1.1.1', prefix_len: 32 } }],
        },
      },
    },
  })
  const dump = behind(80, [network, manager([rbac({ any: true })])])
  const spec: RequestSpec = { hostUnknown: true, path: '/', port: 80 }
  const open = await ask(dump, spec)
  assert.equal(open.verdict, 'undecided')
  assert.match(open.text, /^net: .*\(--source\)/)
  assert.deepEqual(
    open.steps.map((step) => step.filter),
    ['net', rbacName],
  )
  assert.equal(await verdictOf(dump, { ...spec, source: '10.1.1.1' }), 'denied')
  assert.equal(await verdictOf(dump, { ...spec, source: '10.1.1.2' }), 'allowed')
})

test('a denial stays one when a custom response takes its place', async () => {
  const policy = filter('p', 'envoy.extensions.http.custom_response.redirect_policy.v3.RedirectPolicy', {
    redirect_action: { host_redirect: 'x', path_redirect: '/sorry' },
  })
  const custom = filter('custom', 'envoy.extensions.filters.http.custom_response.v3.CustomResponse', {
    custom_response_matcher: { on_no_match: { action: policy } },
  })
  const dump = behind(80, [manager([custom, rbac({ header: { name: ':path', string_match: { prefix: '/sorry' } } })])])
  assert.equal(await verdictOf(dump, { hostUnknown: true, path: '/', port: 80 }), 'denied')
})

test('a port of a Service that can lead to two of the proxy is decided where both say the same', async () => {
  const both = (first: JsonObject, second: JsonObject) =>
    dumpOf({
      listeners: [
        listener('A', '0.0.0.0', 8443, { filter_chains: [{ filters: [manager([first])] }] }),
        listener('B', '0.0.0.0', 10443, { filter_chains: [{ filters: [manager([second])] }] }),
      ],
      clusters: [staticCluster('c', '1.1.1.1:1')],
    })
  const ask = async (dump: ReturnType<typeof dumpOf>, more: Partial<RequestSpec> = {}) => {
    const read = await dump
    const spec: RequestSpec = { hostUnknown: true, path: '/', port: 443, ...more }
    const { request, others } = resolveAuthzRequest(spec, read)
    const { verdict, reason } = checkAtEachPort(read, request, others).answer
    return [verdict, reason.text]
  }
  const [allow, deny] = [rbac({ any: true }), rbac({ not_rule: { any: true } })]
  assert.equal((await ask(both(deny, deny)))[0], 'denied')
  assert.deepEqual(await ask(both(allow, deny)), [
    'undecided',
    'the port that the Service leads to decides (--target-port): allowed at 8443, denied at 10443',
  ])
  assert.equal((await ask(both(allow, deny), { targetPort: 10443 }))[0], 'denied')
})

test('behind the PROXY protocol the address is the one that the client connects to, not that of the listener', async () => {
  const permission = { destination_ip: { address_prefix: '198.51.100.1', prefix_len: 32 } }
  const proxy = filter('p', 'envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol')
  const dump = behind(443, [manager([rbac(permission)])], { listener_filters: [proxy] }, '10.7.7.7')
  const spec: RequestSpec = { hostUnknown: true, path: '/', port: 443 }
  assert.equal(await verdictOf(dump, { ...spec, address: '198.51.100.1' }), 'allowed')
  assert.equal(await verdictOf(dump, { ...spec, address: '198.51.100.2' }), 'denied')
  assert.match((await ask(dump, spec)).text, /\(--address\)/)
})
