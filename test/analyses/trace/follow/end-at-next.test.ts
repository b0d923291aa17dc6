import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceFor } from '../../../../src/analyses/trace/advice/advice.ts'
import { withEndAtNext } from '../../../../src/analyses/trace/follow/end-at-next.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { outcomeText } from '../../../../src/semantics/outcome-text.ts'
import type { ClientTls, TraceRequest } from '../../../../src/semantics/request.ts'
import type { Alternative } from '../../../../src/walk/trace-result.ts'
import { ask, dumpOf, get, httpManager, listener, staticCluster, tcpProxy, typed } from '../dump-of.ts'

const upstreamTls = {
  name: 'tls',
  typed_config: typed('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', { sni: 'web.test' }),
}
const downstreamTls = (fields: JsonObject = {}): JsonObject => ({
  name: 'tls',
  typed_config: typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', fields),
})
const manager = (cluster: string, fields: JsonObject = {}): JsonObject =>
  httpManager({
    route_config: {
      virtual_hosts: [{ name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster } }] }],
    },
    ...fields,
  })
const deny = {
  name: 'rbac',
  typed_config: typed('envoy.extensions.filters.network.rbac.v3.RBAC', {
    stat_prefix: 'r',
    rules: { action: 'DENY', policies: { all: { permissions: [{ any: true }], principals: [{ any: true }] } } },
  }),
}

interface Way {
  readonly cluster?: JsonObject
  readonly addresses?: readonly string[]
  readonly filter?: JsonObject
  /** Filter chains of the next proxy. */
  readonly chains: JsonObject[]
  readonly arrives?: Partial<TraceRequest>
}

/** How the first part ends once the next proxy has had its say. */
async function ended({
  cluster = {},
  addresses = ['10.1.1.1:9080'],
  filter = manager('next'),
  chains,
  arrives = {},
}: Way): Promise<Alternative['outcome']> {
  const first = await dumpOf({
    listeners: [listener('out', '0.0.0.0', 80, { filter_chains: [{ filters: [filter] }] })],
    clusters: [{ ...staticCluster('next', ...addresses), ...cluster }],
  })
  const inspector = {
    name: 'i',
    typed_config: typed('envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector'),
  }
  const second = await dumpOf({
    listeners: [listener('in', '0.0.0.0', 9080, { listener_filters: [inspector], filter_chains: chains })],
    clusters: [staticCluster('app', '127.0.0.1:8080')],
  })
  const request = get('web', '/')
  const alternative = ask(first, { ...request, destination: { address: '10.0.0.1', port: 80 } })
  const next = ask(second, { ...request, destination: { address: '10.1.1.1', port: 9080 }, ...arrives })
  return withEndAtNext(alternative, { alternatives: [next] }, 'web.shop').outcome
}

const tls: ClientTls = { sni: 'web.test', alpn: ['http/1.1'] }
const http = [manager('app')]
const otherName = [
  { filter_chain_match: { server_names: ['other.test'] }, filters: http, transport_socket: downstreamTls() },
]
const tlsOnly = [
  { filter_chain_match: { transport_protocol: 'tls' }, filters: http, transport_socket: downstreamTls() },
]

const terminated = 'upstream_reset_before_response_started{connection_termination}'
const failed = 'upstream_reset_before_response_started{remote_connection_failure|TLS_error}'

const cases: readonly (readonly [string, Way, string, number | undefined, string | undefined, string | undefined])[] = [
  [
    'a chain for another server name',
    { cluster: { transport_socket: upstreamTls }, chains: otherName, arrives: { tls } },
    'filter-chain-missing',
    503,
    'UF',
    failed,
  ],
  ['chains for TLS alone', { chains: tlsOnly }, 'filter-chain-missing', 503, 'UC', terminated],
  [
    'plaintext to TLS',
    { chains: [{ filters: http, transport_socket: downstreamTls() }] },
    'plaintext-to-tls',
    503,
    'UC',
    terminated,
  ],
  [
    'TLS to plaintext',
    { cluster: { transport_socket: upstreamTls }, chains: [{ filters: http }], arrives: { tls } },
    'tls-not-terminated',
    503,
    'UF',
    failed,
  ],
  [
    'no client certificate',
    {
      cluster: { transport_socket: upstreamTls },
      chains: [{ filters: http, transport_socket: downstreamTls({ require_client_certificate: true }) }],
      arrives: { tls },
    },
    'client-certificate-missing',
    503,
    'UF',
    failed,
  ],
  [
    'HTTP/2 to HTTP/1',
    { chains: [{ filters: [manager('app', { codec_type: 'HTTP1' })] }], arrives: { protocol: 'http2' } },
    'http2-at-http1-codec',
    502,
    'UPE',
    'upstream_reset_before_response_started{protocol_error}',
  ],
  [
    'HTTP/1 to HTTP/2',
    { chains: [{ filters: [manager('app', { codec_type: 'HTTP2' })] }] },
    'http1-at-http2-codec',
    503,
    'UC',
    terminated,
  ],
  ['a policy on connections', { chains: [{ filters: [deny, ...http] }] }, 'rbac-denied', 503, 'UC', terminated],
  [
    'an answer of 400',
    { chains: [{ filters: http }], arrives: { http: { method: 'GET', path: '/', headers: [] } } },
    'host-header-missing',
    400,
    undefined,
    'via_upstream',
  ],
  [
    'a connection without HTTP, of TLS',
    {
      filter: tcpProxy('next'),
      cluster: { transport_socket: upstreamTls },
      chains: otherName,
      arrives: { tls },
    },
    'filter-chain-missing',
    undefined,
    'UF',
    undefined,
  ],
  [
    'a connection without HTTP',
    { filter: tcpProxy('next'), chains: tlsOnly },
    'filter-chain-missing',
    undefined,
    undefined,
    undefined,
  ],
]

for (const [title, way, code, status, flags, details] of cases) {
  test(`${title} in the next proxy is how the request ends in the first`, async () => {
    const outcome = await ended(way)
    assert.deepEqual(
      [outcome.kind, outcome.status, outcome.flags, outcome.details, outcome.reason.code, outcome.refusedBy],
      ['denied', status, flags, details, code, 'web.shop'],
    )
    assert.match(outcomeText(outcome), /^web\.shop refuses it: \S/)
    assert.equal(outcome.probability, 1)
  })
}

test('the advice of the first part is that for what the next proxy refuses', async () => {
  const outcome = await ended({ cluster: { transport_socket: upstreamTls }, chains: otherName, arrives: { tls } })
  assert.match(adviceFor(outcome, undefined) ?? '', /^Send the SNI of a chain/)
})

test('what the next proxy lets in, answers by a route, or one of several endpoints refuses, leaves the first part as it is', async () => {
  const answers = manager('app', {
    route_config: {
      virtual_hosts: [
        { name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 404 } }] },
      ],
    },
  })
  for (const way of [
    { chains: [{ filters: http }] },
    { chains: [{ filters: [answers] }] },
    { chains: tlsOnly, addresses: ['10.1.1.1:9080', '10.1.1.2:9080'] },
  ]) {
    const outcome = await ended(way)
    assert.deepEqual([outcome.kind, outcome.refusedBy], ['upstream', undefined])
  }
})
