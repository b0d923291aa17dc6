import assert from 'node:assert/strict'
import { test } from 'node:test'
import { address, clusters, hcm, left, tcp } from './rows-left.ts'
import { cellsOf, dumpOfSections, rowsOf, section, viewOf } from './shown.ts'

test('clusters: by host, subset, port, direction', async () => {
  const view = viewOf('clusters', await clusters())
  assert.deepEqual(
    view.rows.map(({ name }) => name),
    [
      'inbound|9080||',
      'Agent',
      'inbound|9080||reviews.shop.svc.cluster.local',
      'outbound|9080||reviews.shop.svc.cluster.local',
      'outbound|9080|v1|reviews.shop.svc.cluster.local',
      'outbound|9081|v1|reviews.shop.svc.cluster.local',
      'outbound|9080|v2|reviews.shop.svc.cluster.local',
      'xds-grpc',
    ],
  )
  assert.deepEqual(rowsOf(view)[6], {
    serviceFqdn: 'reviews.shop.svc.cluster.local',
    port: 9080,
    subset: 'v2',
    direction: 'outbound',
    type: 'EDS',
    destinationRule: 'reviews.shop',
    lbPolicy: 'LEAST_REQUEST',
    protocol: 'HTTP/1.1',
    state: 'ACTIVE',
    version: 'v1',
    lastUpdated: '2026-01-01T00:00:00Z',
  })
  assert.deepEqual(rowsOf(view)[7], {
    serviceFqdn: 'xds-grpc',
    type: 'STRICT_DNS',
    lbPolicy: 'ROUND_ROBIN',
    protocol: 'HTTP/1.1',
    state: 'STATIC',
  })
  assert.deepEqual(
    view.columns.filter(({ wide }) => wide).map(({ header }) => header),
    ['LB POLICY', 'PROTOCOL', 'STATE', 'VERSION', 'LAST UPDATED'],
  )
  await left('clusters', await clusters(), 'subset', [
    ['fqdn', 'REVIEWS', [undefined, undefined, 'v1', 'v1', 'v2']],
    ['fqdn', 'outbound|9080|v1|reviews.shop.svc.cluster.local', ['v1']],
    ['fqdn', 'outbound|9080', []],
    ['port', '9081', ['v1']],
    ['port', '0', []],
    ['subset', 'V2', ['v2']],
    ['subset', 'v', []],
    ['direction', 'inbound', [undefined, undefined]],
    ['direction', 'INBOUND,outbound', [undefined, undefined, undefined, 'v1', 'v1', 'v2']],
    ['direction', 'in', []],
  ])
})

const listeners = () =>
  dumpOfSections(
    section('Listeners', {
      static_listeners: [
        { listener: { name: 'b', address: address('0.0.0.0', 80), filter_chains: [{ filters: [tcp('x')] }] } },
        {
          listener: {
            name: 'a',
            traffic_direction: 'OUTBOUND',
            address: address('0.0.0.0', 80),
            additional_addresses: [{ address: address('::', 80) }],
            filter_chains: [
              { name: 'plain', filter_chain_match: { destination_port: 81 }, filters: [tcp('x')] },
              {
                name: 'web',
                filter_chain_match: { destination_port: 82 },
                filters: [hcm({ rds: { route_config_name: '80' } })],
              },
            ],
          },
        },
        { listener: { name: 'c', address: address('0.0.0.0', 9), filter_chains: [{ filters: [hcm({})] }] } },
        { listener: { name: 'api', api_listener: {} } },
        { listener: { name: 'q', address: address('10.0.0.1', 80), udp_listener_config: {} } },
        { listener: { name: 'f', address: address('10.0.0.2', 80), listener_filters: [] } },
        { listener: { name: 'n', address: address('10.0.0.3', 80) } },
      ],
    }),
  )

test('listeners: by port, address, type, name; a row for each chain; what has no chain says why', async () => {
  const view = viewOf('listeners', await listeners())
  assert.deepEqual(
    rowsOf(view).map((row) =>
      ['addresses', 'port', 'match', 'destination', 'type', 'chain', 'filters', 'name', 'trafficDirection']
        .map((key) => Reflect.get(row, key) ?? '')
        .join(' '),
    ),
    [
      ' 0 ALL API listener UNKNOWN   api ',
      '0.0.0.0 9 ALL HTTP HTTP  HttpConnectionManager c ',
      '0.0.0.0,:: 80 Addr: *:82 Route: 80 HTTP+TCP web HttpConnectionManager a OUTBOUND',
      '0.0.0.0,:: 80 Addr: *:81 Cluster: x HTTP+TCP plain TcpProxy a OUTBOUND',
      '0.0.0.0 80 ALL Cluster: x TCP  TcpProxy b ',
      '10.0.0.1 80 ALL Non-HTTP/Non-TCP UNKNOWN   q ',
      '10.0.0.2 80 ALL Non-HTTP/Non-TCP UNKNOWN   f ',
      '10.0.0.3 80 ALL  UNKNOWN   n ',
    ],
  )
  await left('listeners', await listeners(), 'name', [
    ['address', '::', ['a', 'a']],
    ['address', '0.0.0', []],
    ['port', '9', ['c']],
    ['type', 'tcp', ['b']],
    ['type', 'http,HTTP+TCP', ['c', 'a', 'a']],
    ['name', 'A', ['api', 'a', 'a']],
  ])
  const compact = viewOf('listeners', await listeners(), { compact: true })
  assert.deepEqual(cellsOf(compact, 'name'), ['api', 'c', 'a', 'b', 'q', 'f', 'n'])
  assert.deepEqual(
    compact.columns.slice(0, 3).map(({ key }) => key),
    ['addresses', 'port', 'type'],
  )
})
