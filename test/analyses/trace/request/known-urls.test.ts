import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knownUrls } from '../../../../src/walk/request/known-urls.ts'
import { dumpOf, httpManager, listener, typed } from '../dump-of.ts'

const host = (...domains: string[]) => ({ name: domains[0] ?? '', domains, routes: [] })
const table = (name: string, ...virtual_hosts: ReturnType<typeof host>[]) => ({ name, virtual_hosts })
const by = (route_config_name: string) => ({ filters: [httpManager({ rds: { route_config_name } })] })
const tls = {
  transport_socket: {
    typed_config: typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', { common_tls_context: {} }),
  },
}

test('a gateway: the ports of its Service, no wildcards, no addresses, TLS by the chain', async () => {
  const dump = await dumpOf({
    listeners: [
      listener('http', '0.0.0.0', 8080, { filter_chains: [by('http')] }),
      listener('https', '0.0.0.0', 8443, { filter_chains: [{ ...by('https'), ...tls }] }),
      listener('other', '0.0.0.0', 10080, { filter_chains: [by('other')] }),
      listener('odd', '0.0.0.0', 9000, { default_filter_chain: by('odd') }),
      listener('in', '0.0.0.0', 15006, { traffic_direction: 'INBOUND', filter_chains: [by('in')] }),
    ],
    routes: [
      table('http', host('shop.example.com', 'shop.example.com:8080'), host('*'), host('10.0.0.1'), host('a.b:*')),
      table('https', host('*.example.com'), host('shop.example.com')),
      table('other', host('eg.example.com')),
      table('odd', host('odd')),
      table('in', host('inside')),
      table('unused', host('unused')),
    ],
  })
  assert.deepEqual(knownUrls(dump), [
    ['http://eg.example.com/'],
    ['http://odd:9000/'],
    ['http://shop.example.com/', 'http://shop.example.com:8080/'],
    ['https://shop.example.com/'],
  ])
})

test("a sidecar: a listener's port is the service's, the shortest name comes first", async () => {
  const dump = await dumpOf({
    listeners: [
      listener('virtualOutbound', '0.0.0.0', 15001, { traffic_direction: 'OUTBOUND', use_original_dst: true }),
      listener('0.0.0.0_8080', '0.0.0.0', 8080, { bind_to_port: false, filter_chains: [by('8080')] }),
    ],
    routes: [table('8080', host('a.default.svc.cluster.local', 'a.default', 'a', '10.96.0.1', 'a:8080'))],
  })
  assert.deepEqual(knownUrls(dump), [
    ['http://a:8080/', 'http://a.default:8080/', 'http://a.default.svc.cluster.local:8080/'],
  ])
})

test('names that are no host names are no URLs', async () => {
  const dump = await dumpOf({
    listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [by('r')] })],
    routes: [table('r', host('a b'), host('$(x)'), host('a/b'), host(''), host('u@h'), host('ok'))],
  })
  assert.deepEqual(knownUrls(dump), [['http://ok/']])
})
