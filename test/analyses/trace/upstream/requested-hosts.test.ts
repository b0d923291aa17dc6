import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { ask, filter, get, sentence, staticCluster, typed } from '../dump-of.ts'
import { everything, httpProxy } from '../http-proxy.ts'
import { dfp, forwardProxy, httpFilters, reached, three } from './reached-host.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

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
    'noHealthyUpstream no_healthy_upstream: c: 1.1.1.2:80, which the session belongs to, is not available, and the session is strict',
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

test('endpoints that come with requests: whether that of a session is among them is undecided', async () => {
  const session: [string, string][] = [['x-session', base64('8.8.8.8:80')]]
  const found = await reached({ filters: [stateful(byHeader), dfp()], cluster: forwardProxy }, session, 'a.test')
  assert.equal(
    found,
    'undecidable session_endpoint_unknown: the session belongs to 8.8.8.8:80, which c has only if an earlier request went there',
  )
  const same: [string, string][] = [['x-session', base64('9.9.9.9:80')]]
  assert.equal(
    await reached({ filters: [stateful(byHeader), dfp()], cluster: forwardProxy }, same, '9.9.9.9'),
    '9.9.9.9:80',
  )
})
