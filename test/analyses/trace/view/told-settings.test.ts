import assert from 'node:assert/strict'
import { test } from 'node:test'
import { responseLines } from '../../../../src/analyses/trace/view/response-lines.ts'
import { limitsText, policyTexts, timeoutTexts, tlsText } from '../../../../src/analyses/trace/view/setting-texts.ts'
import type { Timeout, TimeoutCode } from '../../../../src/semantics/routes/timeouts.ts'

test('what a route sets, one text each', () => {
  const headers = { add: ['a: 1'], remove: ['b'] }
  assert.deepEqual(policyTexts({}), [])
  const retry = { retryOn: '5xx', attempts: 2, source: 'route' } as const
  assert.deepEqual(policyTexts({ retry }), ['2 retries on 5xx'])
  assert.deepEqual(
    policyTexts({
      retry: { ...retry, perTryTimeout: '1s' },
      mirrors: [{ cluster: 'm', probability: 0.5 }],
      hashOn: ['x', 'y'],
      requestHeaders: headers,
      responseHeaders: { ...headers, remove: [] },
    }),
    [
      '2 retries on 5xx, 1s each',
      '50 % mirrored to m',
      'sticky by x, y',
      'request headers: +a: 1, -b',
      'response headers: +a: 1',
    ],
  )
})

const limit = (code: TimeoutCode, phase: Timeout['phase'], milliseconds = 1000, more: object = {}): Timeout => ({
  code,
  phase,
  milliseconds,
  ...more,
})

test('time limits: the one that ends the request, and all of them', () => {
  const route = limit('route', 'answer', 15_000, { status: 504, flags: 'UT' })
  const idle = limit('stream-idle', 'silence', 999, { status: 504, flags: 'SI' })
  const connecting = limit('connect', 'connecting')
  const arrival = limit('request', 'request')
  assert.deepEqual(timeoutTexts([], false), ['no timeout'])
  assert.deepEqual(timeoutTexts([connecting, arrival], false), ['no timeout'])
  assert.deepEqual(timeoutTexts([route, idle], false), ['timeout 15s'])
  assert.deepEqual(timeoutTexts([connecting, idle], false), [
    "timeout 999ms without a byte, by the connection manager's stream_idle_timeout: 504 SI",
  ])
  assert.deepEqual(timeoutTexts([idle, route], false), [
    "timeout 999ms without a byte, by the connection manager's stream_idle_timeout: 504 SI",
    'timeout 15s of the route comes later',
  ])
  assert.deepEqual(timeoutTexts([connecting], true), [
    'no timeout for the answer',
    "timeout 1s to connect, by the cluster's connect_timeout",
  ])
  assert.equal(timeoutTexts([route, connecting], true).length, 2)
  const words: Readonly<Record<TimeoutCode, string>> = {
    route: "for the answer, by the route's timeout",
    'grpc-timeout': "for the answer, by the request's grpc-timeout",
    'request-header': 'for the answer, by x-envoy-upstream-rq-timeout-ms',
    'stream-idle': "without a byte, by the connection manager's stream_idle_timeout",
    'route-idle': "without a byte, by the route's idle_timeout",
    'max-stream-duration': "in all, by the connection manager's max_stream_duration",
    'route-max-stream-duration': "in all, by the route's max_stream_duration",
    'upstream-max-stream-duration': "in all upstream, by the cluster's max_stream_duration",
    'per-try': 'for each try, by per_try_timeout',
    'per-try-idle': 'without a byte in a try, by per_try_idle_timeout',
    connect: "to connect, by the cluster's connect_timeout",
    request: 'for the whole request to arrive, by request_timeout',
    'request-headers': 'for the headers to arrive, by request_headers_timeout',
    'tcp-idle': 'without a byte, by idle_timeout of the TCP proxy',
    'tcp-max-duration': 'in all, by max_downstream_connection_duration of the TCP proxy',
  }
  for (const [code, text] of Object.entries(words))
    assert.equal(timeoutTexts([limit(code as TimeoutCode, 'answer')], true)[0], `timeout 1s ${text}`)
})

test('circuit breakers, and TLS to the endpoints', () => {
  const breaker = { cluster: 'a', limit: 'max_requests', inUse: 1, max: 2 } as const
  assert.equal(limitsText([breaker]), 'circuit breakers: 1 of 2 requests')
  assert.equal(
    limitsText([breaker, { ...breaker, limit: 'max_connections' }]),
    'circuit breakers: 1 of 2 requests, 1 of 2 connections',
  )
  assert.equal(
    limitsText([breaker, { ...breaker, limit: 'max_pending_requests', cluster: 'b' }]),
    'circuit breakers: 1 of 2 requests of a, 1 of 2 waiting requests of b',
  )
  for (const [mode, text] of [
    ['plaintext', 'plaintext'],
    ['tls', 'TLS'],
    ['mutual tls', 'mutual TLS'],
    ['internal', 'inside the proxy'],
  ] as const)
    assert.equal(tlsText({ mode }), text)
  assert.equal(
    tlsText({ mode: 'tls', proxyProtocol: 'v2', sni: 's', certificate: 'c', sans: ['x', 'y'], match: 'm' }),
    'TLS, after a header of the PROXY protocol v2, SNI s, certificate c, expects x or y (m)',
  )
})

test('an answer that is changed: its status, its body, its headers', () => {
  const changes = [{ code: 'reply-formatted', args: {} }] as const
  const changed = 'local_reply_config formats the body'
  assert.deepEqual(responseLines({ originalStatus: 404, changes }, 404), [`Answer: 404, ${changed}`])
  assert.deepEqual(responseLines({ originalStatus: 404, changes: [...changes, ...changes], headers: ['a: b'] }, 200), [
    `Answer: 200 in place of 404, ${changed}, then ${changed}`,
    'Header: a: b',
  ])
  const body = (more: object) => responseLines({ originalStatus: 1, changes, body: { source: 'S', ...more } }, 1)[1]
  assert.equal(body({ text: '' }), 'Body: empty (S)')
  assert.equal(body({ text: 'a"b', contentType: 'text/plain' }), 'Body: "a\\"b", text/plain (S)')
  assert.equal(body({ location: 'F', format: '%X%' }), 'Body: from F, format "%X%" (S)')
  assert.equal(body({ text: 'x'.repeat(80) }), `Body: "${'x'.repeat(80)}" (S)`)
  assert.equal(body({ text: 'x'.repeat(81) }), `Body: "${'x'.repeat(80)}…" (S)`)
})
