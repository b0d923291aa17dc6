import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'

const type = (name: string) => `type.googleapis.com/${name}`
const http = {
  name: 'hcm',
  typed_config: {
    '@type': type('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
    rds: { route_config_name: 'r' },
  },
}
const address = (port_value: number, protocol?: string) => ({
  socket_address: { address: '0.0.0.0', port_value, ...(protocol === undefined ? {} : { protocol }) },
})

async function rowsOf(...listeners: object[]): Promise<string[]> {
  const dump = {
    configs: [
      {
        '@type': type('envoy.admin.v3.ListenersConfigDump'),
        static_listeners: listeners.map((listener) => ({ listener })),
      },
    ],
  }
  const { out } = await runProgram(['listeners', '--file', '-'], { stdin: JSON.stringify(dump) })
  return out
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/).join(' | '))
}

const tcp = { name: 'tcp', address: address(8443), filter_chains: [{ filters: [http] }] }

test('listeners of TCP, UDP and QUIC are told apart where there are several', async () => {
  const quic = { ...tcp, name: 'quic', address: address(8443, 'UDP'), udp_listener_config: { quic_options: {} } }
  const dns = {
    name: 'dns',
    address: address(53, 'UDP'),
    listener_filters: [
      {
        name: 'udp',
        typed_config: { '@type': type('envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig'), cluster: 'dns' },
      },
    ],
  }
  assert.deepEqual(await rowsOf(tcp, quic, dns), [
    'ADDRESSES | PORT | MATCH | DESTINATION | PROTOCOL',
    '0.0.0.0 | 53 | ALL | Cluster: dns | UDP',
    '0.0.0.0 | 8443 | ALL | Route: r | QUIC',
    '0.0.0.0 | 8443 | ALL | Route: r | TCP',
  ])
  assert.deepEqual((await rowsOf(tcp))[0], 'ADDRESSES | PORT | MATCH | DESTINATION')
})

test('a matcher tree has a row for each way to a chain', async () => {
  const chain = {
    action: { name: 'c', typed_config: { '@type': type('google.protobuf.StringValue'), value: 'chain' } },
  }
  const filter_chain_matcher = {
    matcher_tree: {
      input: {
        name: 'port',
        typed_config: { '@type': type('envoy.extensions.matching.common_inputs.network.v3.DestinationPortInput') },
      },
      exact_match_map: { map: { 80: chain, 8080: chain } },
    },
  }
  assert.deepEqual(
    await rowsOf({ ...tcp, filter_chain_matcher, filter_chains: [{ name: 'chain', filters: [http] }] }),
    [
      'ADDRESSES | PORT | MATCH | DESTINATION',
      '0.0.0.0 | 8443 | port=80 | Route: r',
      '0.0.0.0 | 8443 | port=8080 | Route: r',
    ],
  )
})

test('--path keeps the routes that can take a path', async () => {
  const { out } = await runProgram([
    'routes',
    '--file',
    'test/fixtures/sidecar/config_dump.json',
    '--name',
    '9080',
    '--vhost',
    'reviews.default.svc.cluster.local:9080',
    '--path',
    '/anything',
    '-o',
    'jsonl',
  ])
  assert.ok(out.split('\n').filter(Boolean).length > 0)
})
