import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { decodeHttp1, decodeHttp2 } from '../../../src/semantics/http/codec-request.ts'
import {
  asksForUpgrade,
  isHopByHop,
  withoutIgnoredUpgrade,
  withoutNominated,
} from '../../../src/semantics/http/connection-header.ts'
import { RequestEnd } from '../../../src/semantics/outcome.ts'
import type { HttpRequest } from '../../../src/semantics/request.ts'

type Headers = readonly (readonly [string, string])[]

/** What the codec makes of a request: its parts, or how it ends. */
function shown(decoded: ReturnType<typeof decodeHttp1>): string {
  if (decoded instanceof RequestEnd)
    return `${decoded.outcome.status} ${decoded.outcome.flags} ${decoded.outcome.details} ${decoded.outcome.reason.code}`
  const { method, path, authority, scheme, headers } = decoded
  return [method, path, authority, scheme, ...headers.map((header) => header.join('='))]
    .map((part) => part ?? '-')
    .join(' ')
}

const http1 = (http: Partial<HttpRequest>, manager: JsonObject = {}, secure = false) =>
  shown(decodeHttp1({ method: 'GET', authority: 'a', headers: [], ...http }, manager, secure))

test('HTTP/1: the request target, its absolute form, blanks around values', () => {
  assert.equal(http1({}), 'GET / a -')
  assert.equal(http1({ path: '/x?y', headers: [['n', ' \tv w\t ']] }), 'GET /x?y a - n=v w')
  for (const path of ['/a b', '/é', '/a\u007f', '/\u0000'])
    assert.equal(http1({ path }), '400 DPE http1.codec_error request-target-invalid', path)
  assert.equal(http1({ path: '/!~' }), 'GET /!~ a -')
  for (const [path, expected] of [
    ['http://b:1/c?d', 'GET /c?d b:1 http'],
    ['HTTP://b', 'GET / b http'],
    ['http://b?d', 'GET ?d b http'],
    ['https://b/c', 'GET /c b https'],
    ['ftp://b/c', 'GET ftp://b/c a -'],
  ] as const)
    assert.equal(http1({ path }), expected)
  assert.equal(
    http1({ path: 'http://b/c' }, { http_protocol_options: { allow_absolute_url: false } }),
    'GET http://b/c a -',
  )
  assert.equal(http1({ path: 'http://b/c', method: 'CONNECT' }), 'CONNECT http://b/c a -')
  const edge = { use_remote_address: true }
  assert.equal(
    http1({ path: 'https://b/c' }, edge),
    '403 DPE http1.https_url_on_plaintext_connection https-url-over-plaintext',
  )
  assert.equal(http1({ path: 'https://b/c' }, edge, true), 'GET /c b https')
  assert.equal(http1({ path: 'http://b/c' }, edge), 'GET /c b http')
})

test('HTTP/1.0 is accepted where it is allowed, with the host that stands for none', () => {
  const old = { version: '1.0', authority: undefined } as const
  assert.equal(http1(old), '426 DPE low_version http10-not-accepted')
  const options = (default_host_for_http_10: string) => ({
    http_protocol_options: { accept_http_10: true, default_host_for_http_10 },
  })
  assert.equal(http1(old, options('d')), 'GET / d -')
  assert.equal(http1(old, options('')), 'GET / - -')
  assert.equal(http1({ ...old, authority: 'own' }, options('d')), 'GET / own -')
})

test('what Connection names goes, but for what may not be named', () => {
  const kept = (...headers: Headers) =>
    withoutNominated(headers)
      ?.map(([name]) => name)
      .join(' ')
  assert.equal(kept(['Connection', 'X-A, close'], ['x-a', '1'], ['x-b', '2']), 'Connection x-b')
  for (const token of ['close', 'connection', 'http2-settings', 'keep-alive', 'upgrade'])
    assert.equal(kept(['connection', token], [token, 'v']), `connection ${token}`)
  for (const token of ['x-forwarded-for', 'x-forwarded-host', 'X-Forwarded-Proto', ':path'])
    assert.equal(kept(['connection', token]), undefined, token)
  const names = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`).join(',')
  assert.equal(kept(['connection', names(9)]), 'connection')
  assert.equal(kept(['connection', names(10)]), undefined)
  assert.equal(kept(['connection', 'te'], ['te', 'gzip, Trailers']), 'connection te')
  assert.equal(kept(['connection', 'te'], ['te', 'gzip']), 'connection')
  assert.equal(
    http1({ headers: [['connection', names(10)]] }),
    '400 DPE http1.connection_header_rejected connection-header-refused',
  )
  assert.equal(http1({ headers: [['connection', 'host']] }), 'GET / - - connection=host')
  const upgrading: Headers = [
    ['connection', 'upgrade, host, x-a'],
    ['upgrade', 'websocket'],
    ['x-a', '1'],
  ]
  assert.equal(
    http1({ headers: upgrading }),
    'GET / a - connection=upgrade, host, x-a upgrade=websocket x-a=1'.replace(
      'connection=upgrade, host, x-a upgrade=websocket x-a=1',
      'connection=upgrade, host, x-a x-a=1 upgrade=websocket',
    ),
  )
})

test('an upgrade needs both headers; some are ignored', () => {
  assert.equal(
    asksForUpgrade([
      ['Connection', 'keep-alive, Upgrade'],
      ['Upgrade', 'x'],
    ]),
    true,
  )
  for (const headers of [
    [['connection', 'upgrade']],
    [['upgrade', 'x']],
    [
      ['connection', 'upgrade'],
      ['upgrade', ''],
    ],
  ] as const)
    assert.equal(asksForUpgrade(headers), false)
  const offered = (upgrade: string, options: JsonObject = {}, ...more: Headers) =>
    withoutIgnoredUpgrade([['connection', 'Upgrade, HTTP2-Settings, x'], ['upgrade', upgrade], ...more], options)
      .map((header) => header.join('='))
      .join(' ')
  assert.equal(offered('H2C', {}, ['http2-settings', 's'], ['y', '1']), 'connection=x y=1')
  assert.equal(offered('websocket'), 'connection=Upgrade, HTTP2-Settings, x upgrade=websocket')
  const ignore = (exact: string) => ({ ignore_http_11_upgrade: [{ exact }] })
  assert.equal(offered('a, b', ignore('a')), 'connection=Upgrade, HTTP2-Settings, x upgrade=b')
  assert.equal(offered('a', ignore('a')), 'connection=Upgrade, HTTP2-Settings, x')
  assert.deepEqual(withoutIgnoredUpgrade([['upgrade', 'a']], ignore('a')), [['upgrade', 'a']])
  for (const name of ['Connection', 'upgrade', 'keep-alive', 'proxy-connection', 'Transfer-Encoding'])
    assert.ok(isHopByHop(name), name)
  assert.ok(!isHopByHop('te') && !isHopByHop('x-upgrade'))
})

test('HTTP/2: paths, the host header, extended CONNECT', () => {
  const http2 = (http: Partial<HttpRequest>, manager: JsonObject = {}) =>
    shown(decodeHttp2({ method: 'GET', authority: 'a', headers: [], scheme: 'https', path: '/', ...http }, manager))
  assert.equal(http2({}), 'GET / a https')
  assert.equal(http2({ authority: undefined, headers: [['host', 'h']] }), 'GET / h https host=h')
  assert.equal(http2({ path: '*', method: 'OPTIONS' }), 'OPTIONS * a https')
  assert.equal(http2({ path: undefined, method: 'CONNECT' }), 'CONNECT - a https')
  for (const path of ['*', 'x', undefined])
    assert.equal(http2({ path }), '0 DPE http2.violation.of.messaging.rule http2-path-invalid')
  const extended = { method: 'CONNECT', extendedConnect: 'websocket' }
  assert.equal(http2(extended), '0 DPE http2.invalid.header.field extended-connect-not-allowed')
  assert.equal(
    http2(extended, { http2_protocol_options: { allow_connect: true } }),
    'GET / a https connection=upgrade upgrade=websocket',
  )
})
