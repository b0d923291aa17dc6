import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Random } from './random.ts'

const names = ['a.test', 'b.a.test', 'c.b.a.test', 'other.org'] as const

/** Filter chains with distinct criteria, each forwarding to a cluster; a default chain half of the time. */
export function filterChains(random: Random, filters: (chain: string) => JsonObject[]): JsonObject {
  const matches = new Map<string, JsonObject>()
  for (let count = 2 + random.below(7); count > 0; count--) {
    const match = chainMatch(random)
    matches.set(JSON.stringify(match), match)
  }
  const chains = [...matches.values()].map((match, index) => ({
    name: `chain-${index}`,
    filter_chain_match: match,
    filters: filters(`chain-${index}`),
  }))
  const fallback = random.chance(0.5) ? { default_filter_chain: { name: 'default', filters: filters('default') } } : {}
  return { filter_chains: chains, ...fallback }
}

function chainMatch(random: Random): JsonObject {
  return {
    ...random.pick<JsonObject>([
      {},
      {},
      { prefix_ranges: [range('127.0.0.1', 32)] },
      { prefix_ranges: [range('127.0.0.0', 8)] },
    ]),
    ...random.pick<JsonObject>([
      {},
      {},
      { server_names: [random.pick(names)] },
      { server_names: ['*.a.test'] },
      { server_names: ['*.test'] },
    ]),
    ...random.pick<JsonObject>([{}, {}, { transport_protocol: 'tls' }, { transport_protocol: 'raw_buffer' }]),
    ...random.pick<JsonObject>([
      {},
      {},
      { application_protocols: ['h2'] },
      { application_protocols: ['http/1.1'] },
      { application_protocols: ['istio', 'h2'] },
    ]),
    ...random.pick<JsonObject>([{}, {}, {}, { source_type: 'EXTERNAL' }, { source_type: 'SAME_IP_OR_LOOPBACK' }]),
    ...random.pick<JsonObject>([
      {},
      {},
      {},
      { source_prefix_ranges: [range('127.0.0.0', 8)] },
      { source_prefix_ranges: [range('10.0.0.0', 8)] },
    ]),
  }
}

function range(address: string, length: number): JsonObject {
  return { address_prefix: address, prefix_len: length }
}

/** A client's hello: no TLS, or TLS with or without a name and protocols. */
export function clientHello(random: Random): { servername: string | undefined; alpn: readonly string[] } | undefined {
  if (random.chance(0.3)) return undefined
  const servername = random.pick([undefined, ...names, 'A.TEST', 'a.test', 'x.a.test'])
  const alpn = random.pick<readonly string[]>([
    [],
    ['h2'],
    ['http/1.1'],
    ['h2', 'http/1.1'],
    ['http/1.1', 'h2'],
    ['istio', 'h2'],
    ['nothing'],
  ])
  return { servername, alpn }
}
