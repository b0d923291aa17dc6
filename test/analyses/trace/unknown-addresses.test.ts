import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Outcome } from '../../../src/semantics/outcome.ts'
import { outcomeText } from '../../../src/semantics/outcome-text.ts'
import type { TraceRequest } from '../../../src/semantics/request.ts'
import { ask, chain, dumpOf, filter, get, httpManager, listener, sentence, staticCluster } from './dump-of.ts'

const nobody = { source: {} }
const clusters = ['a', 'b'].map((name) => staticCluster(name, '1.1.1.1:1'))
const range = (address_prefix: string, prefix_len: number): JsonObject => ({ address_prefix, prefix_len })
const originalDst = filter('od', 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst')

async function ofChains(request: Partial<TraceRequest>, ...chains: JsonObject[]) {
  const dump = await dumpOf({ listeners: [listener('L', '0.0.0.0', 80, { filter_chains: chains })], clusters })
  return ask(dump, request).outcome
}

const criteria: readonly [what: string, match: JsonObject, details: string, known: Partial<TraceRequest>][] = [
  ['source address', { source_prefix_ranges: [range('10.9.0.0', 16)] }, 'source_unknown', {}],
  ['direct source address', { direct_source_prefix_ranges: [range('10.9.0.0', 16)] }, 'source_unknown', {}],
  ['source type', { source_type: 'EXTERNAL' }, 'source_unknown', {}],
  ['source port', { source_ports: [40000] }, 'source_port_unknown', {}],
  ['destination address', { prefix_ranges: [range('10.0.0.0', 24)] }, 'address_unknown', {}],
]

for (const [what, match, details, known] of criteria) {
  test(`a filter chain by ${what} is undecided where that is not known`, async () => {
    const chains = [chain('a', match), chain('b')]
    const unknown = await ofChains({ source: {}, destination: { port: 80 } }, ...chains)
    assert.deepEqual([unknown.kind, unknown.details], ['undecidable', details])
    assert.match(outcomeText(unknown), /\(--(?:source|address)\b/)
    const decided = await ofChains(known, ...chains)
    assert.match(outcomeText(decided), /cluster a$/)
    const other = await ofChains({ source: {}, destination: { port: 80 } }, chain('b'))
    assert.match(outcomeText(other), /cluster b$/, 'what nothing asks for need not be known')
  })
}

test('a range of all addresses takes an address that is not known', async () => {
  const any = chain('a', { prefix_ranges: [range('0.0.0.0', 0), range('::', 0)] })
  assert.match(outcomeText(await ofChains({ destination: { port: 80 } }, any)), /cluster a$/)
})

test('a matcher of chains is undecided by an input that is not known, and only then', async () => {
  const chainNamed = (name: string): JsonObject => ({
    action: { name, typed_config: { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: name } },
  })
  const input = (message: string): JsonObject => filter(message, `envoy.extensions.matching.common_inputs.${message}`)
  for (const message of ['network.v3.SourceIPInput', 'network.v3.DirectSourceIPInput', 'network.v3.SourcePortInput']) {
    const matcher = {
      matcher_list: {
        matchers: [
          {
            predicate: { single_predicate: { input: input(message), value_match: { prefix: '1' } } },
            on_match: chainNamed('a'),
          },
        ],
      },
      on_no_match: chainNamed('b'),
    }
    const dump = await dumpOf({
      listeners: [
        listener('L', '0.0.0.0', 80, { filter_chains: [chain('a'), chain('b')], filter_chain_matcher: matcher }),
      ],
      clusters,
    })
    assert.equal(ask(dump, nobody).outcome.kind, 'undecidable', message)
    assert.match(outcomeText(ask(dump, nobody).outcome), /--source/)
    assert.equal(ask(dump, { source: { address: '10.9.9.9', port: 10 } }).outcome.kind, 'tcp')
  }
})

const sentenceOf = (found: Outcome | string): string => (typeof found === 'object' ? outcomeText(found) : found)
const mesh = (...others: JsonObject[]): JsonObject[] => [
  listener('capture', '0.0.0.0', 15001, {
    filter_chains: [chain('a')],
    use_original_dst: true,
    listener_filters: [originalDst],
  }),
  ...others,
]
const held = (name: string, address: string, port: number): JsonObject =>
  listener(name, address, port, { filter_chains: [chain('b')], bind_to_port: false })

test('which listener gets what is redirected is undecided where listeners have addresses of their own', async () => {
  const to = async (port: number, ...others: JsonObject[]) => {
    const dump = await dumpOf({ listeners: mesh(...others), clusters })
    const { hops, outcome } = ask(dump, { destination: { port }, redirect: 15001 })
    return hops[0]?.listener ?? outcome
  }
  assert.equal(await to(81, held('own', '10.1.1.1', 80)), 'capture', 'no listener of that port')
  assert.equal(await to(80, held('any', '0.0.0.0', 80)), 'any', 'the only one, of every address')
  const one = await to(80, held('own', '10.1.1.1', 80))
  assert.ok(typeof one === 'object')
  assert.deepEqual([one.kind, one.details], ['undecidable', 'address_unknown'])
  assert.match(outcomeText(one), /\(--address\).*: own or capture$/)
  const both = await to(80, held('own', '10.1.1.1', 80), held('any', '0.0.0.0', 80))
  assert.match(sentenceOf(both), /: own or any$/)
})

test('an original destination that is not known is no destination', async () => {
  const passthrough = { name: 'a', type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' }
  const dump = await dumpOf({ listeners: mesh(), clusters: [passthrough] })
  const { hops, outcome } = ask(dump, { destination: { port: 443 }, redirect: 15001 })
  assert.equal(hops[0]?.cluster, 'a')
  assert.deepEqual(hops[0]?.endpoints, [])
  assert.deepEqual([outcome.kind, outcome.details], ['undecidable', 'address_unknown'])
  const known = ask(dump, { destination: { address: '8.8.8.8', port: 443 }, redirect: 15001 })
  assert.deepEqual(
    known.hops[0]?.endpoints?.map(({ address }) => address),
    ['8.8.8.8:443'],
  )
})

test('what leaves a workload comes from its own address', async () => {
  const bootstrap = { node: { id: 'sidecar~10.244.1.7~web.default~default.svc.cluster.local' } }
  const own = listener('capture', '0.0.0.0', 15001, {
    filter_chains: [chain('a', { source_prefix_ranges: [range('10.244.0.0', 16)] }), chain('b')],
    listener_filters: [originalDst],
    traffic_direction: 'OUTBOUND',
  })
  const dump = await dumpOf({ listeners: [own], clusters, bootstrap })
  const { hops } = ask(dump, { source: undefined, redirect: 15001 })
  assert.equal(hops[0]?.connection?.source, '10.244.1.7')
  assert.equal(hops[0]?.cluster, 'a')
})

const policyOf = (permission: JsonObject, principal: JsonObject): JsonObject => ({
  rules: { action: 'ALLOW', policies: { p: { permissions: [permission], principals: [principal] } } },
})

async function ofPolicy(rbac: JsonObject, request: Partial<TraceRequest>) {
  const routes = [{ match: { prefix: '/' }, route: { cluster: 'a' } }]
  const manager = httpManager({
    route_config: { virtual_hosts: [{ name: 'v', domains: ['*'], routes }] },
    http_filters: [
      filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', rbac),
      filter('router', 'envoy.extensions.filters.http.router.v3.Router'),
    ],
  })
  const dump = await dumpOf({
    listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [manager] }] })],
    clusters,
  })
  const [verdict] = ask(dump, { ...get('h'), ...request }).hops[0]?.filters ?? []
  return [verdict?.verdict, sentence(verdict?.reason)]
}

test('a policy on an address that is not known is undecided, and names the flag', async () => {
  const any = { any: true }
  const ten = range('10.0.0.0', 8)
  for (const field of ['source_ip', 'remote_ip', 'direct_remote_ip']) {
    const policy = policyOf(any, { [field]: ten })
    assert.deepEqual(
      await ofPolicy(policy, nobody),
      ['undecided', "policy p depends on the client's address (--source)"],
      field,
    )
    assert.deepEqual(await ofPolicy(policy, {}), ['passes', 'policy p allows it'], field)
    const inverted = policyOf(any, { not_id: { [field]: ten } })
    assert.equal((await ofPolicy(inverted, nobody))[0], 'undecided', `not ${field}`)
    const beside = policyOf(any, { or_ids: { ids: [any, { [field]: ten }] } })
    assert.equal((await ofPolicy(beside, nobody))[0], 'passes', `${field} or anything`)
  }
  assert.deepEqual(await ofPolicy(policyOf({ destination_ip: ten }, any), { destination: { port: 80 } }), [
    'undecided',
    'policy p depends on the address that the client connects to (--address)',
  ])
  const never = { and_ids: { ids: [{ source_ip: ten }, { header: { name: 'x-none', present_match: true } }] } }
  assert.equal((await ofPolicy(policyOf(any, never), nobody))[0], 'denies', 'another condition fails anyway')
})

test('whether a client that is not known counts as internal is undecided where that matters', async () => {
  const ask443 = async (host: JsonObject, table: JsonObject, request: Partial<TraceRequest>) => {
    const manager = httpManager({
      use_remote_address: true,
      internal_address_config: { cidr_ranges: [range('10.0.0.0', 8)] },
      route_config: {
        virtual_hosts: [
          { name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'a' } }], ...host },
        ],
        ...table,
      },
    })
    const dump = await dumpOf({
      listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [manager] }] })],
      clusters,
    })
    return ask(dump, { ...get('h', '/', [['x-secret', '1']]), ...request }).outcome
  }
  const external = { require_tls: 'EXTERNAL_ONLY' }
  assert.deepEqual((await ask443(external, {}, nobody)).details, 'source_unknown')
  assert.equal((await ask443(external, {}, {})).kind, 'upstream')
  assert.equal((await ask443(external, {}, { source: { address: '8.8.8.8' } })).kind, 'redirect')
  assert.equal((await ask443({}, {}, nobody)).kind, 'upstream')
  assert.equal((await ask443({}, { internal_only_headers: ['x-secret'] }, nobody)).details, 'source_unknown')
  assert.equal((await ask443({}, { internal_only_headers: ['x-other'] }, nobody)).kind, 'upstream')
  const internal = { headers: [{ name: 'x-envoy-internal', present_match: true }] }
  const routes = [
    { match: { prefix: '/', ...internal }, direct_response: { status: 204 } },
    { match: { prefix: '/' }, route: { cluster: 'a' } },
  ]
  assert.equal((await ask443({ routes }, {}, nobody)).details, 'source_unknown')
  assert.equal((await ask443({ routes }, {}, {})).status, 204)
  const elsewhere = [{ match: { prefix: '/x', ...internal }, direct_response: { status: 204 } }, ...routes.slice(1)]
  assert.equal((await ask443({ routes: elsewhere }, {}, nobody)).kind, 'upstream', 'the path does not match anyway')
})
