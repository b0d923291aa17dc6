import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { ask, dumpOf, filter, listener, sentence, staticCluster, tcpProxy, typed } from '../dump-of.ts'
import { dfp, forwardProxy, reached } from './reached-host.ts'

test('a dynamic forward proxy: the host of the request, of the route, of filter state, and only one that is looked up', async () => {
  const filters = [dfp()]
  const perRoute = (fields: JsonObject) => ({
    typed_per_filter_config: {
      dfp: typed('envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig', fields),
    },
  })
  const to = (more: Parameters<typeof reached>[0], headers: [string, string][] = [], authority = 'a.test:81') =>
    reached({ filters, cluster: forwardProxy, ...more }, headers, authority)
  assert.equal(await to({}), 'a.test:81')
  assert.equal(await to({}, [], 'a.test'), 'a.test:80')
  assert.equal(await to({}, [], '[::1]:81'), '[::1]:81')
  assert.equal(await to({ route: perRoute({ host_rewrite_literal: 'b.test:82' }) }), 'b.test:82')
  assert.equal(await to({ route: perRoute({ host_rewrite_header: 'x-h' }) }, [['x-h', 'c.test']]), 'c.test:80')
  assert.equal(await to({ route: perRoute({ host_rewrite_header: 'x-h' }) }), 'a.test:81')
  const rewritten = { route: { cluster: 'c', host_rewrite_literal: 'other.test' } }
  const unknown = (host: string) =>
    `undecidable host_not_looked_up: no dynamic_forward_proxy filter looks up ${host} for this request: c has it only if another request did`
  assert.equal(await to({ route: rewritten }), unknown('other.test:80'))
  assert.equal(await to({ route: rewritten, version: '1.35.0' }), 'a.test:81')
  assert.equal(await to({ filters: [] }), unknown('a.test:81'))
  const state = (fields: JsonObject) =>
    filter('state', 'envoy.extensions.filters.http.set_filter_state.v3.Config', {
      on_request_headers: Object.entries(fields).map(([object_key, value]) => ({
        object_key,
        format_string: { text_format_source: { inline_string: value } },
      })),
    })
  const named = state({ 'envoy.upstream.dynamic_host': 'state.test', 'envoy.upstream.dynamic_port': '8443' })
  assert.equal(await to({ filters: [named, dfp({ allow_dynamic_host_from_filter_state: true })] }), 'state.test:8443')
  assert.equal(await to({ filters: [named, dfp()] }), unknown('state.test:8443'))
  assert.equal(await to({}, [], ''), 'denied empty_host_header: dfp: the request names no host to look up')
})

test('filter state of the connection: the cluster of a TCP proxy, from the SNI or an address', async () => {
  const state = (format: string, more: JsonObject = {}) =>
    filter('state', 'envoy.extensions.filters.network.set_filter_state.v3.Config', {
      on_new_connection: [
        {
          object_key: 'envoy.tcp_proxy.cluster',
          format_string: { text_format_source: { inline_string: format } },
          ...more,
        },
      ],
    })
  const to = async (...filters: JsonObject[]) => {
    const chains = { filter_chains: [{ filters: [...filters, tcpProxy('a')] }] }
    const clusters = ['a', 'b', 'x-9.9.9.9', '-'].map((name) => staticCluster(name, '1.1.1.1:1'))
    const { hops } = ask(await dumpOf({ listeners: [listener('L', '0.0.0.0', 80, chains)], clusters }), {
      source: { address: '9.9.9.9', port: 1 },
    })
    return [hops[0]?.cluster, sentence(hops[0]?.reasons.cluster)]
  }
  assert.deepEqual(await to(state('b')), ['b', 'named by filter state (envoy.tcp_proxy.cluster)'])
  assert.deepEqual(await to(state('x-%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%')), [
    'x-9.9.9.9',
    'named by filter state (envoy.tcp_proxy.cluster)',
  ])
  assert.equal((await to(state('%REQUESTED_SERVER_NAME%')))[0], '-')
  assert.equal((await to(state('', { skip_if_empty: true })))[0], 'a')
  assert.equal((await to())[0], 'a')
  const chains = { filter_chains: [{ filters: [state('%DOWNSTREAM_REMOTE_ADDRESS%'), tcpProxy('a')] }] }
  const dump = await dumpOf({ listeners: [listener('L', '0.0.0.0', 80, chains)] })
  assert.deepEqual(ask(dump, { source: undefined }).outcome.reason, {
    code: 'tcp-cluster-depends-on-unknown',
    args: { unknown: ['source'] },
  })
})
