import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceFor } from '../../../src/analyses/trace/advice/advice.ts'
import { istio } from '../../../src/envoy/control-plane/istio.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { reasonText } from '../../../src/semantics/reasons/reason-text.ts'
import { ask, dumpOf, get, httpManager, listener, staticCluster, typed } from './dump-of.ts'

interface Shape {
  /** Server names of the filter chain. */
  readonly names: string[]
  /** Of the certificate, which the dump does not hold. */
  readonly secret?: string
  readonly alpn?: string[]
  /** Hosts of its routes. */
  readonly domains: string[]
  readonly cluster?: string
  readonly match?: JsonObject
}

function chainOf({ names, secret = 'wildcard', alpn = ['h2', 'http/1.1'], domains, cluster = 'a', match }: Shape) {
  const routes = [{ match: { prefix: '/' }, route: { cluster } }]
  return {
    name: names[0] ?? 'any',
    filter_chain_match: { server_names: names, ...match },
    filters: [httpManager({ route_config: { name: 'R', virtual_hosts: [{ name: 'v', domains, routes }] } })],
    transport_socket: {
      name: 'tls',
      typed_config: typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
        common_tls_context: { alpn_protocols: alpn, tls_certificate_sds_secret_configs: [{ name: secret }] },
      }),
    },
  }
}

const docs: Shape = { names: ['docs.shop.test'], domains: ['docs.shop.test'] }
const api: Shape = { names: ['api.shop.test'], domains: ['api.shop.test'], cluster: 'b' }

async function warnings(chains: readonly Shape[], host: string, sni = host) {
  const inspector = {
    name: 'tls',
    typed_config: typed('envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector'),
  }
  const listeners = [
    listener('L', '0.0.0.0', 443, { listener_filters: [inspector], filter_chains: chains.map(chainOf) }),
  ]
  const clusters = [staticCluster('a', '1.1.1.1:1'), staticCluster('b', '1.1.1.2:1')]
  const dump = await dumpOf({ listeners, clusters })
  const request = { ...get(host), destination: { address: '10.0.0.1', port: 443 }, tls: { sni, alpn: ['h2'] } }
  const { outcome, hops } = ask(dump, request)
  return {
    texts: hops.flatMap((hop) => (hop.warnings ?? []).map(reasonText)),
    advice: adviceFor(outcome, hops.at(-1), istio),
    kind: outcome.kind,
  }
}

const over = (host: string, other: string, then: string) =>
  `over HTTP/2 a client that is connected to ${other} may send requests for ${host} on the same connection, for certificate wildcard names both; the filter chain of ${other} ${then}`

test('a host whose certificate another filter chain shows as well: its requests get there, where it has no routes', async () => {
  const { texts, advice, kind } = await warnings([docs, api], 'docs.shop.test')
  assert.equal(kind, 'upstream')
  assert.deepEqual(texts, [
    over('docs.shop.test', 'api.shop.test', 'has no routes for it: 404, or 421 where a filter sees to it'),
  ])
  assert.match(
    advice ?? '',
    /^Serve the hosts of one certificate by one filter chain.* Istio: One Gateway with all hosts/,
  )
})

test('routes of another chain that lead elsewhere', async () => {
  const any: Shape = { names: ['*.shop.test'], domains: ['*'], cluster: 'b' }
  assert.deepEqual((await warnings([docs, any], 'docs.shop.test')).texts, [
    over('docs.shop.test', '*.shop.test', 'has other routes for it'),
  ])
})

const harmless: Readonly<Record<string, readonly Shape[]>> = {
  'the same routes': [docs, { ...docs, names: ['api.shop.test'] }],
  'certificates of their own': [docs, { ...api, secret: 'own' }],
  'no HTTP/2 on the other chain': [docs, { ...api, alpn: ['http/1.1'] }],
  'no HTTP/2 on its own chain': [{ ...docs, alpn: ['http/1.1'] }, api],
  'another port': [docs, { ...api, match: { destination_port: 8443 } }],
  'one chain for both': [{ names: ['docs.shop.test', 'api.shop.test'], domains: ['docs.shop.test', 'api.shop.test'] }],
}

for (const [name, chains] of Object.entries(harmless)) {
  test(`nothing is said: ${name}`, async () => {
    const { texts, kind } = await warnings(chains, 'docs.shop.test')
    assert.deepEqual([kind, texts], ['upstream', []])
  })
}

test('a request on a connection that was made for another host', async () => {
  const { texts, advice, kind } = await warnings([docs, api], 'docs.shop.test', 'api.shop.test')
  assert.equal(kind, 'noRoute')
  assert.deepEqual(texts, [
    'the connection was made for api.shop.test, and filter chain docs.shop.test is the one for docs.shop.test: HTTP/2 clients reuse a connection so where its certificate names both',
  ])
  assert.match(advice ?? '', /^Serve the hosts of one certificate/)
  // A name that no chain has is an ordinary wrong host.
  assert.deepEqual((await warnings([docs, api], 'x.shop.test', 'api.shop.test')).texts, [])
})
