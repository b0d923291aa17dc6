import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mutualTls } from '../../../src/analyses/describe/mutual-tls.ts'
import { routerCheck } from '../../../src/analyses/trace/cases/router-check.ts'
import { ask, chain, dumpOf, filter, listener, typed } from './dump-of.ts'

const socket = (type: string) => ({ name: 's', typed_config: typed(`envoy.extensions.transport_sockets.${type}`) })
const startTls = socket('starttls.v3.StartTlsConfig')
const wrapped = {
  name: 'tap',
  typed_config: typed('envoy.extensions.transport_sockets.tap.v3.Tap', { transport_socket: socket('alts.v3.Alts') }),
}

test('what a transport socket lets through that nobody can tell is undecided in trace, and unknown in describe', async () => {
  for (const transport_socket of [startTls, wrapped]) {
    const chains = [{ ...chain('a'), transport_socket }]
    const inbound = { ...listener('L', '0.0.0.0', 80, { filter_chains: chains }), traffic_direction: 'INBOUND' }
    const dump = await dumpOf({ listeners: [inbound] })
    const { outcome } = ask(dump, {})
    assert.deepEqual([outcome.kind, outcome.reason.code], ['undecidable', 'transport-socket-unknown'])
    assert.match(mutualTls(dump, true)[0]?.summary ?? '', /^UNKNOWN: a dump does not tell what \w+ lets through$/)
  }
})

test('a router check that depends on a matcher nobody knows says so', () => {
  const input = filter('i', 'example.UnknownInput')
  const predicate = { single_predicate: { input, value_match: { exact: 'x' } } }
  const on_match = { action: filter('r', 'envoy.config.route.v3.Route', { match: { prefix: '/' } }) }
  const host = { name: 'v', domains: ['*'], matcher: { matcher_list: { matchers: [{ predicate, on_match }] } } }
  const item = { test_name: 't', input: { authority: 'a', path: '/' }, validate: { cluster_name: 'c' } }
  assert.throws(
    () => routerCheck({ virtual_hosts: [host] }, item),
    /^UsageError: it is not decidable where the request goes: the value of the matcher input/,
  )
})
