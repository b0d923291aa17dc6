import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceFor } from '../../../../src/analyses/trace/advice/advice.ts'
import { istio } from '../../../../src/envoy/control-plane/istio.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { outcomeText } from '../../../../src/semantics/outcome-text.ts'
import { reasonText } from '../../../../src/semantics/reasons/reason-text.ts'
import type { TraceRequest } from '../../../../src/semantics/request.ts'
import { ask, chain, dumpOf, endpoint, get, httpManager, listener, staticCluster } from '../dump-of.ts'
import { anyone, failures, rbac, router, to, web } from './failing-requests.ts'

for (const [name, { parts, request = {}, kind, reason, advice }] of Object.entries(failures)) {
  test(`what to do next: ${name}`, async () => {
    const { outcome, hops } = ask(await dumpOf(parts), request)
    assert.equal(outcome.kind, kind, outcomeText(outcome))
    assert.match(outcomeText(outcome), reason)
    assert.match(adviceFor(outcome, hops.at(-1), istio) ?? '', advice)
  })
}

/** Names that hold the words of other reasons. */
const misleading = [
  'subset-orders',
  'other subsets of x',
  'is still warming',
  'are still warming',
  'was rejected',
  'has no endpoints',
  'has a domain for',
  'only reached by a redirect',
  'no ALLOW policy',
]

test('no name in the configuration steers the advice', async () => {
  const unhealthy = (name: string): JsonObject => {
    const endpoints = [{ lb_endpoints: [{ ...endpoint('1.1.1.1:1'), health_status: 'UNHEALTHY' }] }]
    return { name, common_lb_config: { healthy_panic_threshold: {} }, load_assignment: { endpoints } }
  }
  const adviceOf = async (parts: Parameters<typeof dumpOf>[0], request: Partial<TraceRequest>) => {
    const { outcome, hops } = ask(await dumpOf(parts), request)
    return [outcome.kind, outcome.reason.code, adviceFor(outcome, hops.at(-1))]
  }
  const asked = (name: string) => {
    const virtual_hosts = [
      { name, domains: ['shop'], routes: [{ match: { path: '/only' }, route: { cluster: name } }] },
    ]
    const manager = httpManager({ route_config: { name, virtual_hosts } })
    const rest = listener(name, '0.0.0.0', 80, { filter_chains: [{ name, filters: [manager] }] })
    return [
      adviceOf({ listeners: [web([to(name)])], clusters: [unhealthy(name)] }, get('shop')),
      adviceOf({ listeners: [web([to(name)])], clusters: [{ name }] }, get('shop')),
      adviceOf({ listeners: [web([to(name)])] }, get('shop')),
      adviceOf({ listeners: [rest] }, get('shop', '/other')),
      adviceOf({ listeners: [rest] }, get(name, '/')),
      adviceOf({ listeners: [rest] }, { destination: { address: '10.0.0.1', port: 9 } }),
      adviceOf(
        { listeners: [web([to('a')], { http_filters: [rbac('DENY', { [name]: anyone }), router] })] },
        get('shop'),
      ),
    ]
  }
  const plain = await Promise.all(asked('orders'))
  assert.equal(new Set(plain.map(([, code]) => code)).size, plain.length)
  for (const name of misleading) assert.deepEqual(await Promise.all(asked(name)), plain, name)
})

test('a port that a Service does not have passes through to nobody', async () => {
  const hosts = [80, 9080].map((port) => ({
    name: `details.default.svc.cluster.local:${port}`,
    domains: ['details', '10.96.0.7'],
    routes: [to('a')],
  }))
  const dump = await dumpOf({
    listeners: [
      {
        ...listener('all', '0.0.0.0', 15001, { filter_chains: [chain('PassthroughCluster')] }),
        use_original_dst: true,
      },
    ],
    routes: hosts.map((host) => ({ name: host.name, virtual_hosts: [host] })),
    clusters: [{ name: 'PassthroughCluster', type: 'ORIGINAL_DST' }],
  })
  const to81 = (address: string) => ask(dump, { destination: { address, port: 81 }, redirect: 15001 })
  const { outcome, hops } = to81('10.96.0.7')
  assert.equal(outcome.kind, 'tcp')
  assert.deepEqual(hops[0]?.warnings?.map(reasonText), [
    '10.96.0.7 is the address of details.default.svc.cluster.local, of which this proxy knows ports 80, 9080 and not 81',
  ])
  assert.match(adviceFor(outcome, hops[0]) ?? '', /^A Service answers on its own ports only/)
  assert.equal(to81('10.96.0.8').hops[0]?.warnings, undefined)
})

test('nothing is advised when all is well', async () => {
  const dump = await dumpOf({ listeners: [web([to('a')])], clusters: [staticCluster('a', '1.1.1.1:1')] })
  const { outcome, hops } = ask(dump, get('shop'))
  assert.equal(outcome.kind, 'upstream')
  assert.equal(adviceFor(outcome, hops.at(-1)), undefined)
})

test('a scope key that an extension makes: where the keys and their routes are shown', async () => {
  const scope_key_builder = { fragments: [{ host_value_extractor: {} }] }
  const manager = httpManager({ route_config: undefined, scoped_routes: { name: 'scopes', scope_key_builder } })
  const dump = await dumpOf({
    listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [manager] }] })],
  })
  const { outcome, hops } = ask(dump, get('shop'))
  assert.equal(outcome.reason.code, 'scope-key-unknown')
  assert.match(adviceFor(outcome, hops[0]) ?? '', /kubectl proxy-config scopes lists the keys/)
})
