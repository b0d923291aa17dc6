import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readExpectation } from '../../../../src/analyses/trace/cases/case-expectation.ts'
import { checkCase } from '../../../../src/analyses/trace/cases/check-case.ts'
import { dot, mermaid } from '../../../../src/analyses/trace/view/drawing.ts'
import { traceGraph } from '../../../../src/analyses/trace/view/graph.ts'
import { succeeds } from '../../../../src/analyses/trace/view/succeeds.ts'
import { alternativeDocuments } from '../../../../src/analyses/trace/view/trace-document.ts'
import { renderText } from '../../../../src/analyses/trace/view/trace-text.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { httpFilterTypes } from '../../../../src/semantics/http-filters/index.ts'
import { networkFilterTypes } from '../../../../src/semantics/network-filters/index.ts'
import type { TraceRequest } from '../../../../src/semantics/request.ts'
import type { Alternative } from '../../../../src/walk/trace-result.ts'
import { ask, askAll, dumpOf, filter, get, httpManager, listener, staticCluster, tcpProxy, typed } from '../dump-of.ts'

const http = 'envoy.extensions.filters.http'
const network = 'envoy.extensions.filters.network'
const router = filter('router', `${http}.router.v3.Router`)
const service = { grpc_service: { envoy_grpc: { cluster_name: 'authz' } } }
const extAuthz = filter('authz', `${http}.ext_authz.v3.ExtAuthz`, service)
const lua = filter('lua', `${http}.lua.v3.Lua`, { inline_code: 'function envoy_on_request(h) end' })
const denyAll = filter('rbac', `${http}.rbac.v3.RBAC`, { rules: { action: 'ALLOW', policies: {} } })
const clusters = [staticCluster('a', '1.1.1.1:1'), staticCluster('b', '2.2.2.2:1')]

/** Routes by path: `/to`, `/away` and `/here`; nothing else. */
function proxy(http_filters: readonly JsonObject[], more: readonly JsonObject[] = []) {
  const routes = [
    ...more,
    { match: { path: '/to' }, route: { cluster: 'a' } },
    { match: { path: '/away' }, redirect: { path_redirect: '/to' } },
    { match: { path: '/here' }, direct_response: { status: 200 } },
  ]
  const route_config = { virtual_hosts: [{ name: 'v', domains: ['*'], routes }] }
  const manager = httpManager({ route_config, http_filters: [...http_filters, router] })
  return dumpOf({ listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [manager] }] })], clusters })
}

function tcp(...filters: JsonObject[]) {
  return dumpOf({ listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [{ filters }] })], clusters })
}

const request: TraceRequest = { destination: { address: '10.0.0.1', port: 80 }, ...get('h', '/to') }
const codes = ({ outcome }: Alternative) =>
  outcome.conditions.map(({ filter: name, reason }) => `${name} ${reason.code}`)
const lastLine = (alternative: Alternative) =>
  renderText(request, { alternatives: [alternative] })
    .map((line) => (typeof line === 'string' ? line : line.text))
    .find((line) => line.includes('=>')) ?? ''

test('a request that passes an undecided filter is sent upstream on a condition', async () => {
  const alternative = ask(await proxy([extAuthz, lua]), get('h', '/to'))
  assert.equal(alternative.outcome.kind, 'upstream')
  assert.deepEqual(codes(alternative), ['authz authorization-service-decides', 'lua script-can-answer'])
  assert.equal(
    lastLine(alternative),
    '  => sent upstream, if the authorization service allows it and the script lets it pass as it is: goes to 1.1.1.1:1 of cluster a',
  )
  const [document] = JSON.parse(JSON.stringify(alternativeDocuments([alternative])))
  assert.deepEqual(document.outcome.conditions[0], {
    filter: 'authz',
    code: 'authorization-service-decides',
    args: {},
    text: 'the authorization service allows it',
  })
  const graph = traceGraph('x', { alternatives: [alternative] })
  assert.match(mermaid(graph).join('\n'), /\{"if the authorization service allows it"\}/)
  assert.match(dot(graph).join('\n'), /label="if the authorization service allows it", shape=diamond/)
  assert.equal(succeeds({ alternatives: [alternative] }), false)
})

test('without an undecided filter there is no condition', async () => {
  const alternative = ask(await proxy([]), get('h', '/to'))
  assert.deepEqual(alternative.outcome.conditions, [])
  assert.equal(lastLine(alternative), '  => sent upstream: goes to 1.1.1.1:1 of cluster a')
  assert.equal(
    mermaid(traceGraph('x', { alternatives: [alternative] }))
      .join('\n')
      .includes('{"if'),
    false,
  )
  assert.equal(succeeds({ alternatives: [alternative] }), true)
})

test('however a request ends behind the filter, it ends so on the condition', async () => {
  const dump = await proxy([lua])
  const ends = ['/away', '/here', '/nowhere'].map((path) => ask(dump, get('h', path)))
  const denied = ask(await proxy([lua, denyAll]), get('h', '/to'))
  for (const [kind, alternative] of [
    ['redirect', ends[0]],
    ['directResponse', ends[1]],
    ['noRoute', ends[2]],
    ['denied', denied],
  ] as const) {
    assert.ok(alternative !== undefined)
    assert.equal(alternative.outcome.kind, kind)
    assert.deepEqual(codes(alternative), ['lua script-can-answer'])
    assert.match(lastLine(alternative), /, if the script lets it pass as it is: /)
  }
})

test('a filter that comes after the end, and one that is off for the route, are no condition', async () => {
  assert.deepEqual(codes(ask(await proxy([denyAll, extAuthz]), get('h', '/to'))), [])
  const off = { authz: typed(`${http}.ext_authz.v3.ExtAuthzPerRoute`, { disabled: true }) }
  const cluster = (name: string, config: JsonObject) => ({ name, weight: 1, typed_per_filter_config: config })
  const split = {
    match: { path: '/split' },
    route: { weighted_clusters: { clusters: [cluster('a', off), cluster('b', {})] } },
  }
  const both = askAll(await proxy([extAuthz], [split]), get('h', '/split'))
  assert.deepEqual(both.map(codes), [[], ['authz authorization-service-decides']])
  assert.equal(succeeds({ alternatives: both }), false)
})

test('connections have conditions too, also by a filter that is not known', async () => {
  const limit = filter('limit', `${network}.connection_limit.v3.ConnectionLimit`)
  const own = filter('own', 'example.Own')
  const connected = ask(await tcp(limit, own, tcpProxy('a')), {})
  assert.equal(connected.outcome.kind, 'tcp')
  assert.deepEqual(codes(connected), ['limit depends-on-open-connections', 'own filter-unknown'])
  assert.match(
    lastLine(connected),
    /=> connected upstream, if the limit of open connections is not reached and own lets it pass: /,
  )
  const { outcome } = ask(await tcp(own), {})
  assert.deepEqual([outcome.kind, outcome.reason.code], ['undecidable', 'routes-by-own-protocol'])
})

test('Mixer has no say where its checks are off', async () => {
  const mixer = (config: JsonObject) => filter('mixer', 'istio.mixer.v1.config.client.TcpClientConfig', config)
  assert.deepEqual(codes(ask(await tcp(mixer({}), tcpProxy('a')), {})), ['mixer policy-service-decides'])
  assert.deepEqual(codes(ask(await tcp(mixer({ disable_check_calls: true }), tcpProxy('a')), {})), [])
})

test('a network filter that was to come by ECDS', async () => {
  const discovered = (fallback: JsonObject) => ({ name: 'late', config_discovery: fallback })
  const missing = ask(await tcp(discovered({}), tcpProxy('a')), {})
  assert.deepEqual([missing.outcome.kind, missing.outcome.reason.code], ['denied', 'ecds-not-delivered'])
  const fallback = { default_config: typed(`${network}.connection_limit.v3.ConnectionLimit`) }
  assert.deepEqual(codes(ask(await tcp(discovered(fallback), tcpProxy('a')), {})), ['late depends-on-open-connections'])
})

test('whatever filter is undecided, the outcome says so', async () => {
  let undecided = 0
  const agree = (alternative: Alternative, type: string) => {
    const open = alternative.hops
      .flatMap(({ filters = [] }) => filters)
      .filter(({ verdict }) => verdict === 'undecided')
    undecided += open.length
    assert.equal(alternative.outcome.conditions.length, open.length, type)
    assert.equal(lastLine(alternative).includes(', if '), open.length > 0, type)
  }
  for (const { types } of httpFilterTypes)
    for (const type of types)
      agree(ask(await proxy([filter('f', type)]), get('h', '/to', [['authorization', 'x']])), type)
  for (const { types, terminal } of networkFilterTypes)
    for (const type of types)
      if (terminal === undefined) agree(ask(await tcp(filter('f', type), tcpProxy('a')), {}), type)
  assert.ok(undecided > 25, `${undecided} filters are undecided`)
})

test('a case can demand that its outcome is certain, or which conditions it has', async () => {
  const failures = async (filters: JsonObject[], expect: JsonObject) => {
    const alternatives = askAll(await proxy(filters), get('h', '/to'))
    return checkCase(readExpectation(expect), { alternatives }).map(({ field, expected, actual }) => [
      field,
      expected,
      actual,
    ])
  }
  assert.deepEqual(await failures([], { outcome: 'upstream', certain: true, conditions: [] }), [])
  assert.deepEqual(await failures([extAuthz], { outcome: 'upstream' }), [])
  assert.deepEqual(await failures([extAuthz], { certain: true }), [['certain', 'true', 'false']])
  assert.deepEqual(await failures([], { certain: false }), [['certain', 'false', 'true']])
  const both = ['script-can-answer', 'authorization-service-decides']
  assert.deepEqual(await failures([extAuthz, lua], { conditions: both, certain: false }), [])
  assert.deepEqual(await failures([extAuthz], { conditions: [] }), [
    ['conditions', 'none', 'authorization-service-decides'],
  ])
  assert.throws(() => readExpectation({ certain: 'yes' }), /certain cannot be expected to be "yes"/)
  assert.throws(() => readExpectation({ conditions: 'none' }), /conditions cannot be expected to be "none"/)
})
