import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { selectFilterChain } from '../../../src/semantics/connection/filter-chain.ts'
import type { Connection } from '../../../src/semantics/connection.ts'
import { RequestEnd } from '../../../src/semantics/outcome.ts'
import { chain, typed } from './dump-of.ts'

const plain: Connection = {
  local: { address: '10.0.0.1', port: 8080 },
  restored: false,
  remote: { address: '10.9.9.9', port: 40000 },
  directRemote: { address: '10.9.9.9', port: 40000 },
  transport: 'raw_buffer',
  sni: '',
  alpn: [],
  tls: undefined,
  payload: 'tcp',
  httpVersion: undefined,
}

function select(listener: JsonObject, connection: Connection) {
  const selection = selectFilterChain(listener, connection)
  if (selection instanceof RequestEnd) throw new Error(selection.outcome.reason.code)
  return selection
}

function chosen(chains: JsonObject[], connection: Partial<Connection>, more: JsonObject = {}): string | undefined {
  return select({ filter_chains: chains, ...more }, { ...plain, ...connection }).selected?.name
}

const at = (address: string, port: number) => ({ local: { address, port } })
const host = (address: string, length: number): JsonObject => ({ address_prefix: address, prefix_len: length })

test('port first, then the longest destination prefix', () => {
  const chains = [
    chain('A', { destination_port: 8080, prefix_ranges: [host('10.0.0.1', 32)] }),
    chain('B', { destination_port: 8080 }),
    chain('C'),
  ]
  assert.equal(chosen(chains, at('10.0.0.1', 8080)), 'A')
  assert.equal(chosen(chains, at('10.0.0.2', 8080)), 'B')
  assert.equal(chosen(chains, at('10.0.0.2', 9090)), 'C')
})

test('a criterion that fails later does not go back to less specific chains', () => {
  const byPort = [chain('A', { destination_port: 8080, transport_protocol: 'tls' }), chain('C')]
  assert.equal(chosen(byPort, at('10.0.0.1', 8080)), undefined)
  assert.equal(chosen(byPort, at('10.0.0.1', 8080), { default_filter_chain: chain('D') }), 'D')
  const byPrefix = [
    chain('A', { prefix_ranges: [host('10.0.0.0', 8)], server_names: ['a.com'] }),
    chain('B', { prefix_ranges: [host('0.0.0.0', 0)] }),
  ]
  assert.equal(chosen(byPrefix, { ...at('10.1.1.1', 443), sni: 'b.com' }), undefined)
  const byName = [
    chain('A', { server_names: ['*.example.com'], transport_protocol: 'raw_buffer' }),
    chain('B', { server_names: ['*.com'] }),
  ]
  assert.equal(chosen(byName, { sni: 'www.example.com', transport: 'tls' }), undefined)
})

test('server names: exact, then the longest wildcard, which needs a label of its own', () => {
  const chains = [
    chain('exact', { server_names: ['www.example.com'] }),
    chain('wild', { server_names: ['*.example.com'] }),
    chain('com', { server_names: ['*.com'] }),
    chain('any'),
  ]
  assert.equal(chosen(chains, { sni: 'www.example.com' }), 'exact')
  assert.equal(chosen(chains, { sni: 'a.b.example.com' }), 'wild')
  assert.equal(chosen(chains, { sni: 'example.com' }), 'com')
  assert.equal(chosen(chains, { sni: '' }), 'any')
  assert.equal(chosen(chains, { sni: 'example.org' }), 'any')
})

test("ALPN: the client's order decides", () => {
  const chains = [
    chain('istio', { application_protocols: ['istio'] }),
    chain('exchange', { application_protocols: ['istio-peer-exchange'] }),
  ]
  assert.equal(chosen(chains, { alpn: ['istio-peer-exchange', 'istio'] }), 'exchange')
  assert.equal(chosen(chains, { alpn: ['h2'] }), undefined)
})

test('transport protocol comes before ALPN', () => {
  const chains = [
    chain('A', { transport_protocol: 'tls' }),
    chain('B', { application_protocols: ['http/1.0', 'http/1.1', 'h2c'] }),
    chain('C'),
  ]
  assert.equal(chosen(chains, { transport: 'tls', alpn: ['http/1.1'] }), 'A')
  assert.equal(chosen(chains, { alpn: ['http/1.1'] }), 'B')
  assert.equal(chosen(chains, {}), 'C')
})

test('source type, prefix and port', () => {
  const types = [chain('A', { source_type: 'EXTERNAL' }), chain('B')]
  assert.equal(chosen(types, { remote: { address: '127.0.0.1', port: 1 } }), 'B')
  assert.equal(chosen(types, { remote: { address: '10.0.0.9', port: 1 } }), 'A')
  const ports = [chain('A', { source_ports: [40000] }), chain('B')]
  assert.equal(chosen(ports, {}), 'A')
  assert.equal(chosen(ports, { remote: { address: '10.9.9.9', port: 1 } }), 'B')
  const sources = [chain('A', { source_prefix_ranges: [host('10.9.0.0', 16)] }), chain('B')]
  assert.equal(chosen(sources, {}), 'A')
})

test('every rejected chain says by which criterion it lost', () => {
  const { rejected } = select({ filter_chains: [chain('A', { destination_port: 1 }), chain('B')] }, plain)
  assert.deepEqual(rejected, [
    {
      name: 'A',
      reason: { code: 'chain-criterion-not-matched', args: { criterion: 'destination_port', value: '8080' } },
    },
  ])
})

test('a filter chain matcher names the chain', () => {
  const input = (type: string) => ({
    name: 'in',
    typed_config: typed(`envoy.extensions.matching.common_inputs.network.v3.${type}`),
  })
  const action = (name: string) => ({
    action: { name, typed_config: typed('google.protobuf.StringValue', { value: name }) },
  })
  const byPort = {
    filter_chain_matcher: {
      matcher_tree: { input: input('DestinationPortInput'), exact_match_map: { map: { 80: action('a') } } },
      on_no_match: action('b'),
    },
  }
  const chains = [chain('a', { destination_port: 1 }), chain('b')]
  assert.equal(chosen(chains, at('10.0.0.1', 80), byPort), 'a')
  assert.equal(chosen(chains, at('10.0.0.1', 81), byPort), 'b')
  const byAlpn = {
    filter_chain_matcher: {
      matcher_tree: { input: input('ApplicationProtocolInput'), exact_match_map: { map: { "'h2c'": action('a') } } },
      on_no_match: action('missing'),
    },
    default_filter_chain: chain('default'),
  }
  assert.equal(chosen(chains, { alpn: ['h2c'] }, byAlpn), 'a')
  // An unknown name closes the connection; the default chain is for no match only.
  assert.equal(chosen(chains, { alpn: ['h2', 'http/1.1'] }, byAlpn), undefined)
})

test('of the IPv4 loopback range only 127.0.0.1 is a local source', () => {
  const types = [chain('local', { source_type: 'SAME_IP_OR_LOOPBACK' }), chain('external', { source_type: 'EXTERNAL' })]
  const from = (address: string) => chosen(types, { remote: { address, port: 1 } })
  assert.deepEqual(['127.0.0.1', '127.0.0.6', '::1'].map(from), ['local', 'external', 'local'])
})
