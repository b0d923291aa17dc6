import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import {
  inspect,
  keepsSource,
  proxyProtocolOf,
  restoresDestination,
} from '../../../src/semantics/listener-filters/inspect.ts'
import { connected } from '../sent.ts'

const named = (name: string, more: JsonObject = {}): JsonObject => ({ name: `envoy.filters.listener.${name}`, ...more })
const typed = (name: string, message: string, config: JsonObject = {}): JsonObject => ({
  name: 'x',
  typed_config: { '@type': `type.googleapis.com/envoy.extensions.filters.listener.${name}.v3.${message}`, ...config },
})
const tls = { sni: 'a.test', alpn: ['h2'] }
const secure = connected(tls, { alpn: ['before'], sni: 'before' })

const seen = (listener: JsonObject, connection = secure, version = 1037) => {
  const { transport, sni, alpn } = inspect(listener, connection, version)
  return `${transport} ${sni} ${alpn.join()}`
}

test('nothing is known of a connection but what a filter finds out', () => {
  assert.equal(seen({}), 'raw_buffer  ')
  for (const filter of [
    named('tls_inspector'),
    { name: 'envoy.listener.tls_inspector' },
    typed('tls_inspector', 'TlsInspector'),
  ]) {
    assert.equal(seen({ listener_filters: [filter] }), 'tls a.test h2')
    assert.equal(seen({ listener_filters: [filter] }, connected()), 'raw_buffer  ')
  }
  for (const filter of [
    named('http_inspector'),
    { name: 'envoy.listener.http_inspector' },
    typed('http_inspector', 'HttpInspector'),
  ]) {
    assert.equal(seen({ listener_filters: [filter] }, connected()), 'raw_buffer  http/1.1')
    assert.equal(
      seen({ listener_filters: [filter] }, connected(undefined, { httpVersion: '1.0' })),
      'raw_buffer  http/1.0',
    )
    assert.equal(seen({ listener_filters: [filter] }, connected(undefined, { payload: 'http2' })), 'raw_buffer  h2c')
    assert.equal(seen({ listener_filters: [filter] }, connected(undefined, { payload: 'tcp' })), 'raw_buffer  ')
    assert.equal(seen({ listener_filters: [filter] }), 'raw_buffer  ')
  }
  assert.equal(seen({ listener_filters: [named('http_inspector'), named('tls_inspector')] }), 'tls a.test h2')
  assert.equal(seen({ udp_listener_config: { quic_options: {} } }), 'quic a.test h2')
  assert.equal(seen({ udp_listener_config: {} }), 'raw_buffer  ')
})

test('up to 1.16 a TLS inspector is there where a chain needs it', () => {
  for (const [match, needed] of [
    [{ transport_protocol: 'tls' }, true],
    [{ server_names: ['a'] }, true],
    [{ application_protocols: ['h2'] }, true],
    [{ transport_protocol: 'raw_buffer', server_names: ['a'] }, false],
    [{ destination_port: 80 }, false],
  ] as readonly (readonly [JsonObject, boolean])[]) {
    const listener = { filter_chains: [{}, { filter_chain_match: match }] }
    assert.equal(seen(listener, secure, 1016), needed ? 'tls a.test h2' : 'raw_buffer  ', JSON.stringify(match))
    assert.equal(seen(listener, secure, 1017), 'raw_buffer  ')
  }
})

test('a filter that is switched off for the port of a connection', () => {
  const range = (start: number, end: number): JsonObject => ({ destination_port_range: { start, end } })
  const [of80, of90] = [range(80, 81), range(90, 91)]
  const cases: readonly (readonly [predicate: JsonObject, off: boolean])[] = [
    [{}, false],
    [{ any_match: true }, true],
    [of80, true],
    [range(79, 80), false],
    [range(81, 90), false],
    [{ destination_port_range: { end: 81 } }, true],
    [{ not_match: of80 }, false],
    [{ not_match: of90 }, true],
    [{ and_match: { rules: [of80, { any_match: true }] } }, true],
    [{ and_match: { rules: [of80, of90] } }, false],
    [{ or_match: { rules: [of90, of80] } }, true],
    [{ or_match: { rules: [of90] } }, false],
  ]
  for (const [filter_disabled, off] of cases)
    assert.equal(
      seen({ listener_filters: [named('tls_inspector', { filter_disabled })] }),
      off ? 'raw_buffer  ' : 'tls a.test h2',
      JSON.stringify(filter_disabled),
    )
  assert.equal(
    seen(
      { listener_filters: [named('tls_inspector', { filter_disabled: of80 })] },
      connected(tls, { local: undefined }),
    ),
    'tls a.test h2',
  )
})

test('what listener filters are there for besides', () => {
  const reader = (config: JsonObject = {}) => ({ listener_filters: [typed('proxy_protocol', 'ProxyProtocol', config)] })
  assert.equal(proxyProtocolOf({}), undefined)
  assert.equal(proxyProtocolOf({ listener_filters: [named('tls_inspector')] }), undefined)
  assert.equal(proxyProtocolOf(reader()), 'required')
  assert.equal(proxyProtocolOf(reader({ allow_requests_without_proxy_protocol: true })), 'optional')
  assert.equal(proxyProtocolOf({ filter_chains: [{ use_proxy_proto: true }] }), 'required')
  assert.equal(
    proxyProtocolOf({ filter_chains: [{}, { use_proxy_proto: true }] }),
    undefined,
    'the first chain decides',
  )
  const [source, destination] = [
    { listener_filters: [named('tls_inspector'), named('original_src')] },
    { listener_filters: [named('tls_inspector'), named('original_dst')] },
  ]
  assert.deepEqual([keepsSource(source), keepsSource(destination), keepsSource({})], [true, false, false])
  assert.deepEqual(
    [restoresDestination(destination), restoresDestination(source), restoresDestination({})],
    [true, false, false],
  )
  assert.deepEqual(
    [restoresDestination({ use_original_dst: true }), restoresDestination({ transparent: true })],
    [true, true],
  )
})
