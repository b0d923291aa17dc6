import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxyOfClientConfig } from '../../../src/analyses/status/client-config.ts'
import { readClientConfig } from '../../../src/fetch/istiod/client-config.ts'
import { writeMessage } from '../../../src/fetch/xds/protobuf.ts'
import { packedAny } from './fake-xds-server.ts'

type Field = readonly [number, string | Uint8Array]

/** A field that is a number below 128. */
const small = (field: number, value: number): Uint8Array => Buffer.from([field * 8, value])
const joined = (...parts: Uint8Array[]): Uint8Array => Buffer.concat(parts)
const message = (...fields: Field[]): Uint8Array => writeMessage(fields)
const named = (type: string, name: string): Uint8Array => packedAny(`type.googleapis.com/${type}`, message([1, name]))
const refused = (details: string): Uint8Array => message([3, details])

const [acked, nacked] = [3, 4]

function statusOf(...configs: Field[]) {
  const config = readClientConfig(message([1, message([1, 'edge.shop'])], ...configs))
  return proxyOfClientConfig(config, 'istiod-1').types.map(({ type, status, error }) => [
    type.slice(type.lastIndexOf('.') + 1),
    status,
    error,
  ])
}

test('PerXdsConfig: a resource that was rejected is one of its section, with its name and the reason', () => {
  const listener = (name: string, state: number, error?: string) =>
    joined(message([1, name], ...(error === undefined ? [] : [[5, refused(error)] as const])), small(6, state))
  const cluster = joined(
    message([2, named('envoy.config.cluster.v3.Cluster', 'web')], [4, refused('no such type')]),
    small(5, nacked),
  )
  const route = joined(message([2, named('envoy.config.route.v3.RouteConfiguration', 'http')]), small(5, acked))
  const endpoints = joined(
    message([2, named('envoy.config.endpoint.v3.ClusterLoadAssignment', 'web')], [4, refused('bad weight')]),
    small(5, nacked),
  )
  const listeners = message(
    [3, listener('a', acked)],
    [3, listener('b', nacked, 'malformed IP address')],
    [3, listener('c', nacked, 'listener c: bad port')],
  )
  assert.deepEqual(
    statusOf(
      [2, message([2, listeners])],
      [2, message([3, message([4, cluster])])],
      [2, message([4, message([3, route])])],
      [2, message([6, message([3, endpoints])])],
    ),
    [
      ['Listener', 'ERROR', 'b: malformed IP address (and 1 more)'],
      ['Cluster', 'ERROR', 'web: no such type'],
      ['RouteConfiguration', 'SYNCED', undefined],
      ['ClusterLoadAssignment', 'ERROR', 'web: bad weight'],
    ],
  )
})

test('GenericXdsConfig: one for each resource; what the client refused counts, whatever the control plane says of the type', () => {
  const generic = (name: string, states: Uint8Array[], error?: string) =>
    [
      3,
      joined(
        message(
          [1, 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration'],
          [2, name],
          ...(error === undefined ? [] : [[8, refused(error)] as const]),
        ),
        ...states,
      ),
    ] as const
  const synced = small(6, 1)
  assert.deepEqual(
    statusOf(
      generic('http', [small(7, acked)]),
      generic('https', [synced, small(7, nacked)], 'duplicate domain'),
      generic('', [synced]),
    ),
    [
      ['RouteConfiguration', 'SYNCED', undefined],
      ['RouteConfiguration', 'ERROR', 'https: duplicate domain'],
      ['RouteConfiguration', 'SYNCED', undefined],
    ],
  )
})

test('the same as JSON of a CSDS server, in either case', () => {
  const config = {
    node: { id: 'edge.shop' },
    xds_config: [
      {
        listener_config: {
          dynamic_listeners: [{ name: 'b', client_status: 'NACKED', error_state: { details: 'malformed IP address' } }],
        },
      },
      {
        clusterConfig: {
          dynamicActiveClusters: [{ cluster: { name: 'web' }, clientStatus: 'NACKED', errorState: { details: 'bad' } }],
        },
      },
    ],
  }
  assert.deepEqual(
    proxyOfClientConfig(config, 'x').types.map(({ status, error }) => [status, error]),
    [
      ['ERROR', 'b: malformed IP address'],
      ['ERROR', 'web: bad'],
    ],
  )
})
