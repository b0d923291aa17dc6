import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcomeText } from '../../../src/semantics/outcome-text.ts'
import { ask, askAll, chain, dumpOf, filter, listener, staticCluster, tcpProxy, typed } from './dump-of.ts'

const originalDst = filter('od', 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst')

test('weighted clusters of a TCP proxy, per connection', async () => {
  const weighted = {
    weighted_clusters: {
      clusters: [
        { name: 'a', weight: 1 },
        { name: 'b', weight: 3 },
      ],
    },
  }
  const dump = await dumpOf({
    listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [tcpProxy('', weighted)] }] })],
    clusters: [staticCluster('a', '1.1.1.1:1'), staticCluster('b', '2.2.2.2:2')],
  })
  assert.deepEqual(
    askAll(dump, {}).map(({ probability, hops }) => [hops[0]?.cluster, probability]),
    [
      ['a', 0.25],
      ['b', 0.75],
    ],
  )
})

test('sni_cluster names the cluster', async () => {
  const sniCluster = filter('sni', 'envoy.extensions.filters.network.sni_cluster.v3.SniCluster')
  const inspector = filter('tls', 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector')
  const dump = await dumpOf({
    listeners: [
      listener('L', '0.0.0.0', 80, {
        listener_filters: [inspector],
        filter_chains: [{ filters: [sniCluster, tcpProxy('Fallback')] }],
      }),
    ],
  })
  assert.equal(ask(dump, { tls: { sni: 'x.y' } }).hops[0]?.cluster, 'x.y')
  assert.equal(ask(dump, { tls: {} }).hops[0]?.cluster, 'Fallback')
  assert.equal(ask(dump, {}).outcome.flags, 'NC')
})

test('ORIGINAL_DST goes to the restored destination, and nowhere without one', async () => {
  const dump = await dumpOf({
    listeners: [listener('out', '0.0.0.0', 15001, { use_original_dst: true, filter_chains: [chain('Passthrough')] })],
    clusters: [{ name: 'Passthrough', type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' }],
  })
  const destination = { address: '93.184.216.34', port: 443 }
  assert.deepEqual(ask(dump, { destination, redirect: 15001 }).hops[0]?.endpoints, [
    { address: '93.184.216.34:443', probability: 1 },
  ])
  assert.equal(ask(dump, { destination: { address: '10.0.0.1', port: 15001 } }).outcome.kind, 'noHealthyUpstream')
})

test('follows an internal address into its listener with the destination that the endpoint carries (HBONE)', async () => {
  const hbone = {
    endpoint: {
      address: { envoy_internal_address: { server_listener_name: 'connect_originate', endpoint_id: '10.0.0.9:9080' } },
    },
    metadata: { filter_metadata: { 'envoy.filters.listener.original_dst': { local: '10.0.0.9:9080' } } },
  }
  const originate = {
    name: 'connect_originate',
    internal_listener: {},
    listener_filters: [originalDst],
    filter_chains: [
      { filters: [tcpProxy('connect_originate', { tunneling_config: { hostname: '%DOWNSTREAM_LOCAL_ADDRESS%' } })] },
    ],
  }
  const dump = await dumpOf({
    listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [chain('mesh')] }), originate],
    clusters: [
      { name: 'mesh', load_assignment: { endpoints: [{ lb_endpoints: [hbone] }] } },
      { name: 'connect_originate', type: 'ORIGINAL_DST', original_dst_lb_config: { upstream_port_override: 15008 } },
    ],
  })
  const { hops, outcome } = ask(dump, {})
  assert.deepEqual(
    hops.map(({ listener: name }) => name),
    ['L', 'connect_originate'],
  )
  assert.deepEqual(
    hops[1]?.endpoints?.map(({ address }) => address),
    ['10.0.0.9:15008'],
  )
  assert.equal(outcome.kind, 'tcp')
})

test('an internal listener that is missing is a failed connection; one that leads to itself is noticed', async () => {
  const to = (name: string) => ({
    name: `to-${name}`,
    load_assignment: {
      endpoints: [
        { lb_endpoints: [{ endpoint: { address: { envoy_internal_address: { server_listener_name: name } } } }] },
      ],
    },
  })
  const dump = await dumpOf({
    listeners: [
      listener('L', '0.0.0.0', 80, { filter_chains: [chain('to-gone')] }),
      listener('M', '0.0.0.0', 81, { filter_chains: [chain('to-loop')] }),
      { name: 'loop', internal_listener: {}, filter_chains: [chain('to-loop')] },
    ],
    clusters: [to('gone'), to('loop')],
  })
  assert.equal(ask(dump, {}).outcome.flags, 'UF')
  assert.equal(ask(dump, { destination: { address: '10.0.0.1', port: 81 } }).outcome.details, 'loop')
})

test('a rejected listener serves nothing', async () => {
  const { readDump } = await import('../../../src/envoy/input/read-dump.ts')
  const failed = typed(
    'envoy.config.listener.v3.Listener',
    listener('a', '0.0.0.0', 80, { filter_chains: [chain('x')] }),
  )
  const section = {
    '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
    dynamic_listeners: [{ name: 'a', error_state: { failed_configuration: failed, details: 'bad' } }],
  }
  const dump = await readDump(new TextEncoder().encode(JSON.stringify({ configs: [section] })), 'test')
  assert.match(outcomeText(ask(dump, {}).outcome), /listener a was rejected/)
})
