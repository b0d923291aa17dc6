import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveAuthzRequest } from '../../../src/analyses/authz/authz-request.ts'
import { checkAtEachPort } from '../../../src/analyses/authz/check-request.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { RequestSpec } from '../../../src/walk/request/request-spec.ts'
import { dumpOf, filter, listener, staticCluster } from '../trace/dump-of.ts'
import { ask, behind, downstreamTls, manager, rbac, rbacName, to, verdictOf } from './guarded-proxy.ts'

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

test('the answer names a policy of Kuma as its object', async () => {
  const policies = {
    'kri_mtp_default_east_shop_web-only_': { permissions: [{ any: true }], principals: [{ any: true }] },
  }
  const kuma = filter(rbacName, 'envoy.extensions.filters.http.rbac.v3.RBAC', { rules: { action: 'ALLOW', policies } })
  const { verdict, text } = await ask(behind(80, [manager([kuma])]), { url: 'http://x/' })
  assert.deepEqual([verdict, text], ['allowed', 'meshtrafficpermission/web-only.shop allows it'])
})
