import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceFor } from '../../../src/analyses/trace/advice/advice.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { outcomeText } from '../../../src/semantics/outcome-text.ts'
import { reasonText } from '../../../src/semantics/reasons/reason-text.ts'
import type { Alternative } from '../../../src/walk/trace-result.ts'
import { ask, filter, get, typed } from './dump-of.ts'
import { httpProxy } from './http-proxy.ts'

const to = (prefix: string, cluster = 'a'): JsonObject => ({ match: { prefix }, route: { cluster } })
const host = (name: string, domains: string[], ...routes: JsonObject[]): JsonObject => ({ name, domains, routes })

async function missing(hosts: JsonObject[], path: string, authority = 'shop.example.com'): Promise<Alternative> {
  const alternative = ask(await httpProxy([], { table: { virtual_hosts: hosts } }), get(authority, path))
  assert.equal(alternative.outcome.kind, 'noRoute')
  return alternative
}

test('a route of a less specific domain is named, for no other virtual host is tried once a domain matched', async () => {
  const own = host('own', ['shop.example.com'], to('/app'))
  const { outcome, hops } = await missing([own, host('any', ['*'], to('/acme'))], '/acme/x')
  assert.equal(
    outcomeText(outcome),
    'no route of virtual host own matches the request; #0 (prefix /acme) of virtual host any (domain *) would match, and Envoy tries no other virtual host once a domain matched',
  )
  assert.match(adviceFor(outcome, hops.at(-1)) ?? '', /Add the route to the virtual host of this domain/)
})

test('the most specific of those is named; where none has a route nothing is said of them', async () => {
  const hosts = [
    host('own', ['shop.example.com'], to('/app')),
    host('any', ['*'], to('/')),
    host('suffix', ['*.example.com'], to('/acme')),
    host('prefix', ['shop.*'], to('/acme')),
  ]
  assert.match(
    outcomeText((await missing(hosts, '/acme')).outcome),
    /of virtual host suffix \(domain \*\.example\.com\)/,
  )
  assert.match(outcomeText((await missing(hosts, '/x')).outcome), /of virtual host any \(domain \*\)/)
  const others = [host('own', ['shop.example.com'], to('/app')), host('any', ['*'], to('/acme'))]
  assert.doesNotMatch(outcomeText((await missing(others, '/x')).outcome), /virtual host any/)
})

test("Istio's virtual host for hosts that the mesh does not know is no route that was meant", async () => {
  const own = host('own', ['shop.example.com'], to('/app'))
  const { outcome, hops } = await missing([own, host('allow_any', ['*'], to('/'))], '/x')
  assert.equal(outcomeText(outcome), 'no route of virtual host own matches the request')
  assert.match(adviceFor(outcome, hops.at(-1)) ?? '', /--explain shows the near misses/)
})

const tlsOnly = { ...host('v', ['*'], to('/')), require_tls: 'ALL' }
const forwarded = (proto: string): [string, string][] => [['x-forwarded-proto', proto]]
const codes = ({ hops }: Alternative): string[] => hops.flatMap(({ warnings = [] }) => warnings.map(({ code }) => code))

test('a request that says it came by https and is redirected to https once more goes in circles', async () => {
  const manager = { use_remote_address: true }
  const dump = await httpProxy([], { table: { virtual_hosts: [tlsOnly] }, manager })
  const loop = ask(dump, get('h', '/x', forwarded('https')))
  assert.deepEqual([loop.outcome.kind, loop.outcome.location], ['redirect', 'https://h/x'])
  assert.deepEqual(codes(loop), ['redirect-loop'])
  assert.match(adviceFor(loop.outcome, loop.hops.at(-1)) ?? '', /xff_num_trusted_hops/)
  const once = ask(dump, get('h', '/x'))
  assert.deepEqual(codes(once), [])
  assert.match(adviceFor(once.outcome, once.hops.at(-1)) ?? '', /-H x-forwarded-proto=https/)
  const trusting = await httpProxy([], {
    table: { virtual_hosts: [tlsOnly] },
    manager: { ...manager, xff_num_trusted_hops: 1 },
  })
  const through = ask(trusting, get('h', '/x', [...forwarded('https'), ['x-forwarded-for', '1.2.3.4']]))
  assert.equal(through.outcome.kind, 'upstream')
})

const router = filter('envoy.filters.http.router', 'envoy.extensions.filters.http.router.v3.Router')
const cors = filter('envoy.filters.http.cors', 'envoy.extensions.filters.http.cors.v3.Cors')
const policy = (fields: JsonObject): JsonObject => ({
  typed_per_filter_config: {
    'envoy.filters.http.cors': typed('envoy.extensions.filters.http.cors.v3.CorsPolicy', fields),
  },
})
const allowing = policy({ allow_origin_string_match: [{ exact: 'https://app.example' }] })

async function crossing(route: JsonObject, origin: string, { preflight = true, filters = [cors, router] } = {}) {
  const asked: [string, string][] = preflight ? [['access-control-request-method', 'PUT']] : []
  const { http, protocol } = get('h', '/', [['origin', origin], ...asked])
  assert.ok(http)
  const dump = await httpProxy([route], { manager: { http_filters: filters } })
  const alternative = ask(dump, { protocol, http: { ...http, method: preflight ? 'OPTIONS' : 'GET' } })
  const reasons = alternative.hops[0]?.filters?.flatMap(({ reason }) =>
    reason === undefined ? [] : [reasonText(reason)],
  )
  return { alternative, reasons, kind: alternative.outcome.kind }
}

test('the CORS filter says why it does not answer a preflight', async () => {
  const answered = await crossing({ ...to('/'), ...allowing }, 'https://app.example')
  assert.equal(answered.kind, 'directResponse')
  const other = await crossing({ ...to('/'), ...allowing }, 'https://evil.example')
  assert.deepEqual(
    [other.kind, other.reasons],
    ['upstream', ['does not answer the preflight from https://evil.example: the policy does not allow the origin']],
  )
  const none = await crossing(to('/'), 'https://app.example')
  assert.match(none.reasons?.[0] ?? '', /neither route nor virtual host has a policy/)
  const redirect = { match: { prefix: '/' }, redirect: { https_redirect: true }, ...allowing }
  assert.match((await crossing(redirect, 'https://app.example')).reasons?.[0] ?? '', /does not forward to a cluster/)
})

test('of a request from an origin that is not allowed browsers keep the answer', async () => {
  const { kind, reasons } = await crossing({ ...to('/'), ...allowing }, 'https://evil.example', { preflight: false })
  assert.deepEqual(
    [kind, reasons],
    [
      'upstream',
      [
        'adds no Access-Control-Allow-Origin, for the policy does not allow https://evil.example: browsers keep the answer from the page',
      ],
    ],
  )
  assert.deepEqual(
    (await crossing({ ...to('/'), ...allowing }, 'https://app.example', { preflight: false })).reasons,
    [],
  )
})

test('a filter that ends a preflight before the CORS filter is named', async () => {
  const denying = filter('deny', 'envoy.extensions.filters.http.rbac.v3.RBAC', {
    rules: { action: 'ALLOW', policies: {} },
  })
  const before = await crossing({ ...to('/'), ...allowing }, 'https://app.example', {
    filters: [denying, cors, router],
  })
  assert.deepEqual([before.kind, codes(before.alternative)], ['denied', ['cors-comes-later']])
  assert.match(adviceFor(before.alternative.outcome, before.alternative.hops.at(-1)) ?? '', /Put the CORS filter first/)
  const after = await crossing({ ...to('/'), ...allowing }, 'https://app.example', { filters: [cors, denying, router] })
  assert.deepEqual([after.kind, codes(after.alternative)], ['directResponse', []])
})
