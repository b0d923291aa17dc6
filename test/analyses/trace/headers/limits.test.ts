import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { outcomeText } from '../../../../src/semantics/outcome-text.ts'
import { ask, filter, get, typed } from '../dump-of.ts'
import { everything, httpProxy } from '../http-proxy.ts'

// The limits were measured on Envoy 1.40: max_request_headers_kb 1, max_headers_count 10.

const limits = { max_request_headers_kb: 1, common_http_protocol_options: { max_headers_count: 10 } }
const route = { match: everything, route: { cluster: 'a' } }
type Headers = [string, string][]

async function end(headers: Headers, more: { protocol?: 'http2'; manager?: JsonObject; route?: JsonObject } = {}) {
  const dump = await httpProxy([{ ...route, ...more.route }], { manager: more.manager ?? limits })
  const request = get('h', '/', headers)
  return ask(dump, more.protocol === undefined ? request : { ...request, protocol: more.protocol }).outcome
}
const padded = (bytes: number): Headers => [['x', 'a'.repeat(bytes)]]
const many = (count: number): Headers => Array.from({ length: count }, (_, place) => [`x${place}`, '1'])

test('HTTP/1: the head as it is sent may have as many bytes as max_request_headers_kb says', async () => {
  assert.equal((await end(padded(992))).kind, 'upstream')
  const { kind, status, flags, details } = await end(padded(993))
  assert.deepEqual([kind, status, flags, details], ['denied', 431, 'DPE', 'http1.headers_too_large'])
  assert.equal((await end([...padded(980), ['y', 'b'], ['z', 'c']])).kind, 'upstream')
  assert.equal((await end([...padded(981), ['y', 'b'], ['z', 'c']])).status, 431)
  assert.equal(
    outcomeText(await end(padded(993))),
    'the headers have 1025 bytes, more than the 1 KiB of max_request_headers_kb',
  )
})

test('HTTP/1: as many headers as max_headers_count says, Host among them', async () => {
  assert.equal((await end(many(9))).kind, 'upstream')
  const { status, flags, details } = await end(many(10))
  assert.deepEqual([status, flags, details], [431, 'DPE', 'http1.too_many_headers'])
})

test('HTTP/2: the stream is reset; pseudo-headers count, and of each its name and value', async () => {
  const http2 = { protocol: 'http2' as const }
  // :method GET, :path /, :scheme http, :authority h: 39 bytes with x.
  const rest = 1024 - 39
  assert.equal((await end(padded(rest), http2)).kind, 'upstream')
  const large = await end(padded(rest + 1), http2)
  assert.deepEqual([large.status, large.flags, large.details], [0, 'DR', 'http2.header_list_size_too_large'])
  assert.equal((await end(many(6), http2)).kind, 'upstream')
  assert.equal((await end(many(7), http2)).details, 'http2.too_many_headers')
})

test('without limits of its own a connection manager takes 60 KiB and 100 headers', async () => {
  const none = { manager: {} }
  assert.equal((await end(padded(59 * 1024), none)).kind, 'upstream')
  assert.equal((await end(padded(61 * 1024), none)).status, 431)
  assert.equal((await end(many(99), none)).kind, 'upstream')
  assert.equal((await end(many(100), none)).status, 431)
})

const buffer = filter('envoy.filters.http.buffer', 'envoy.extensions.filters.http.buffer.v3.Buffer', {
  max_request_bytes: 100,
})
const router = filter('envoy.filters.http.router', 'envoy.extensions.filters.http.router.v3.Router')
const length = (bytes: number): Headers => [['content-length', String(bytes)]]

test('a body that is larger than a buffer filter takes is a 413', async () => {
  const manager = { http_filters: [buffer, router] }
  assert.equal((await end(length(100), { manager })).kind, 'upstream')
  const { status, details, filter: name } = await end(length(101), { manager })
  assert.deepEqual([status, details, name], [413, 'request_payload_too_large', 'envoy.filters.http.buffer'])
  const perRoute = (fields: JsonObject) => ({
    typed_per_filter_config: {
      'envoy.filters.http.buffer': typed('envoy.extensions.filters.http.buffer.v3.BufferPerRoute', fields),
    },
  })
  assert.equal((await end(length(101), { manager, route: perRoute({ disabled: true }) })).kind, 'upstream')
  assert.equal(
    (await end(length(101), { manager, route: perRoute({ buffer: { max_request_bytes: 200 } }) })).kind,
    'upstream',
  )
  assert.equal(
    (await end(length(201), { manager, route: perRoute({ buffer: { max_request_bytes: 200 } }) })).status,
    413,
  )
})

test('a body that is larger than external authorization is sent is a 413, unless a part of it will do', async () => {
  const authz = (body: JsonObject) => ({
    http_filters: [
      filter('authz', 'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', { with_request_body: body }),
      router,
    ],
  })
  const whole = authz({ max_request_bytes: 100 })
  assert.equal((await end(length(100), { manager: whole })).status, undefined)
  assert.equal((await end(length(101), { manager: whole })).status, 413)
  const part = authz({ max_request_bytes: 100, allow_partial_message: true })
  assert.equal((await end(length(101), { manager: part })).status, undefined)
  const settings = { check_settings: { disable_request_body_buffering: true } }
  const perRoute = { authz: typed('envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute', settings) }
  assert.equal(
    (await end(length(101), { manager: whole, route: { typed_per_filter_config: perRoute } })).status,
    undefined,
  )
})
