import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/envoy/json.ts'
import { tcpTimeoutsOf, timeoutsOf } from '../../src/semantics/routes/timeouts.ts'

interface Given {
  readonly manager?: JsonObject
  readonly action?: JsonObject
  readonly retry?: JsonObject
  readonly cluster?: JsonObject
  readonly headers?: Readonly<Record<string, string>>
}

function limits({ manager = {}, action = {}, retry = {}, cluster = {}, headers = {} }: Given): string[] {
  const all = timeoutsOf({
    connectionManager: manager,
    action,
    retry,
    cluster,
    isGrpc: headers['content-type'] === 'application/grpc',
    header: (name) => headers[name],
  })
  return all.map(({ code, milliseconds, status, flags }) => `${code} ${milliseconds} ${status} ${flags ?? ''}`.trim())
}

const cases: readonly (readonly [string, Given, readonly string[]])[] = [
  ['the defaults of a route', {}, ['route 15000 504 UT', 'stream-idle 300000 504 SI']],
  [
    'a cluster brings its connect_timeout',
    { cluster: { name: 'a' } },
    ['route 15000 504 UT', 'stream-idle 300000 504 SI', 'connect 5000 503 UF'],
  ],
  [
    'an idle timeout of the route fires before a long timeout',
    { action: { timeout: '300s', idle_timeout: '1s' } },
    ['route-idle 1000 504 SI', 'route 300000 504 UT'],
  ],
  ['0 switches off', { action: { timeout: '0s', idle_timeout: '0s' } }, []],
  ['without a timeout of the route, silence ends it', { action: { timeout: '0s' } }, ['stream-idle 300000 504 SI']],
  [
    'a route of 0 idle replaces the manager',
    { manager: { stream_idle_timeout: '2s' }, action: { idle_timeout: '0s' } },
    ['route 15000 504 UT'],
  ],
  [
    'the header of a request',
    { headers: { 'x-envoy-upstream-rq-timeout-ms': '250' } },
    ['request-header 250 504 UT', 'stream-idle 300000 504 SI'],
  ],
  [
    'the manager’s max_stream_duration',
    { manager: { common_http_protocol_options: { max_stream_duration: '3s' } } },
    ['max-stream-duration 3000 504 DT', 'route 15000 504 UT', 'stream-idle 300000 504 SI'],
  ],
  [
    'a route’s max_stream_duration replaces it',
    {
      manager: { common_http_protocol_options: { max_stream_duration: '3s' } },
      action: { max_stream_duration: { max_stream_duration: '20s' } },
    },
    ['route 15000 504 UT', 'route-max-stream-duration 20000 504 DT', 'stream-idle 300000 504 SI'],
  ],
  [
    'grpc-timeout within the route’s header maximum',
    {
      action: { timeout: '0s', max_stream_duration: { grpc_timeout_header_max: '2s' } },
      headers: { 'grpc-timeout': '5S' },
    },
    ['grpc-timeout 2000 504 DT', 'stream-idle 300000 504 SI'],
  ],
  [
    'grpc-timeout less an offset',
    {
      action: {
        timeout: '0s',
        max_stream_duration: { grpc_timeout_header_max: '0s', grpc_timeout_header_offset: '0.5s' },
      },
      headers: { 'grpc-timeout': '1500m' },
    },
    ['grpc-timeout 1000 504 DT', 'stream-idle 300000 504 SI'],
  ],
  [
    'a grpc-timeout that is none leaves max_stream_duration',
    {
      action: { timeout: '0s', max_stream_duration: { grpc_timeout_header_max: '2s', max_stream_duration: '9s' } },
      headers: { 'grpc-timeout': 'soon' },
    },
    ['route-max-stream-duration 9000 504 DT', 'stream-idle 300000 504 SI'],
  ],
  [
    'max_grpc_timeout, deprecated, of a gRPC request',
    { action: { max_grpc_timeout: '4s' }, headers: { 'content-type': 'application/grpc', 'grpc-timeout': '1H' } },
    ['grpc-timeout 4000 504 UT', 'stream-idle 300000 504 SI'],
  ],
  [
    'a try shorter than the whole',
    { action: { timeout: '2s' }, retry: { per_try_timeout: '1s' } },
    ['per-try 1000 504 UT', 'route 2000 504 UT', 'stream-idle 300000 504 SI'],
  ],
  [
    'a try as long as the whole has no limit of its own',
    { action: { timeout: '2s' }, retry: { per_try_timeout: '2s' } },
    ['route 2000 504 UT', 'stream-idle 300000 504 SI'],
  ],
  [
    'silence within a try',
    { retry: { per_try_idle_timeout: '1s' } },
    ['per-try-idle 1000 504 UT', 'route 15000 504 UT', 'stream-idle 300000 504 SI'],
  ],
  [
    'a cluster’s max_stream_duration',
    {
      cluster: {
        connect_timeout: '1s',
        typed_extension_protocol_options: {
          'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
            common_http_protocol_options: { max_stream_duration: '7s' },
          },
        },
      },
    },
    [
      'upstream-max-stream-duration 7000 504 UMSDR',
      'route 15000 504 UT',
      'stream-idle 300000 504 SI',
      'connect 1000 503 UF',
    ],
  ],
  [
    'the arrival of the request comes last',
    { manager: { request_timeout: '1s', request_headers_timeout: '0.5s' } },
    ['route 15000 504 UT', 'stream-idle 300000 504 SI', 'request-headers 500 408', 'request 1000 408'],
  ],
]

for (const [title, given, expected] of cases) test(title, () => assert.deepEqual(limits(given), expected))

test('a TCP connection: silence, its whole length, connecting', () => {
  assert.deepEqual(
    tcpTimeoutsOf({ idle_timeout: '10s', max_downstream_connection_duration: '5s' }, { name: 'a' }).map(
      ({ code, milliseconds }) => [code, milliseconds],
    ),
    [
      ['tcp-max-duration', 5000],
      ['tcp-idle', 10_000],
      ['connect', 5000],
    ],
  )
  assert.deepEqual(
    tcpTimeoutsOf({}, {}).map(({ milliseconds }) => milliseconds),
    [3_600_000],
  )
})
