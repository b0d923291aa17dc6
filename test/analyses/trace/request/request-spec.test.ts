import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestSpec } from '../../../../src/walk/request/request-spec.ts'
import { resolveRequest } from '../../../../src/walk/request/resolve-request.ts'
import { httpProxy } from '../http-proxy.ts'

const dump = await httpProxy([])

function requestOf(spec: RequestSpec) {
  return resolveRequest({ address: '10.0.0.1', ...spec }, dump).request
}

test('ws:// and wss:// ask for the upgrade to WebSocket', () => {
  const plain = requestOf({ url: 'ws://h/chat' })
  assert.deepEqual([plain.destination.port, plain.protocol, plain.tls], [80, 'http1', undefined])
  assert.deepEqual(plain.http?.headers, [
    ['connection', 'upgrade'],
    ['upgrade', 'websocket'],
  ])
  assert.deepEqual([plain.http?.method, plain.http?.authority, plain.http?.scheme], ['GET', 'h', 'http'])
  const secure = requestOf({ url: 'wss://h/chat' })
  assert.deepEqual([secure.destination.port, secure.tls?.sni, secure.http?.scheme], [443, 'h', 'https'])
})

test('over HTTP/2 a WebSocket is an extended CONNECT', () => {
  const { http, protocol } = requestOf({ url: 'ws://h/chat', protocol: 'http2' })
  assert.deepEqual(
    [protocol, http?.method, http?.extendedConnect, http?.headers],
    ['http2', 'CONNECT', 'websocket', []],
  )
})

test('grpcs:// is gRPC over TLS', () => {
  const { http, protocol, destination, tls } = requestOf({ url: 'grpcs://h/a.B/C' })
  assert.deepEqual([protocol, destination.port, tls?.alpn, http?.method], ['http2', 443, ['h2'], 'POST'])
  assert.deepEqual(http?.headers, [['content-type', 'application/grpc']])
})

test('--protocol http1.0', () => {
  const { http, protocol } = requestOf({ url: 'http://h/', protocol: 'http1.0' })
  assert.deepEqual([protocol, http?.version], ['http1', '1.0'])
})

test('a host with a port is what the Host header says; the URL has the port of the connection', () => {
  const beside = requestOf({ url: 'http://10.1.1.1:8080/', host: 'a.example:443' })
  assert.deepEqual([beside.http?.authority, beside.destination.port], ['a.example:443', 8080])
  const alone = requestOf({ host: 'a.example:443' })
  assert.deepEqual([alone.http?.authority, alone.destination.port], ['a.example:443', 443])
  const six = requestOf({ host: '[fd00::1]:8443' })
  assert.deepEqual([six.http?.authority, six.destination.port], ['[fd00::1]:8443', 8443])
  assert.equal(requestOf({ url: 'http://x:8080/', host: 'fd00::1' }).http?.authority, '[fd00::1]:8080')
  const tls = requestOf({ url: 'https://10.1.1.1/', host: 'a.example:8443' })
  assert.equal(tls.tls?.sni, 'a.example')
})

test('pseudo-headers of HTTP/2 are taken as what they stand for', () => {
  const { http } = requestOf({
    url: 'http://10.1.1.1/',
    headers: [
      [':authority', 'shop'],
      [':path', '/x'],
      [':method', 'PUT'],
      ['a', 'b'],
    ],
  })
  assert.deepEqual([http?.authority, http?.path, http?.method, http?.headers], ['shop', '/x', 'PUT', [['a', 'b']]])
})
