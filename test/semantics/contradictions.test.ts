import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpContradictions, tcpContradictions } from '../../src/semantics/clusters/contradictions.ts'

const usual: Parameters<typeof httpContradictions>[0] = {
  cluster: 'a',
  protocol: 'HTTP/1.1',
  tls: { mode: 'plaintext' },
  port: 80,
  isGrpc: false,
  upgrade: undefined,
  clientVersion: 1,
}
const codes = (more: Partial<typeof usual>) => httpContradictions({ ...usual, ...more }).map(({ code }) => code)

test('plaintext to port 443, and to no other', () => {
  assert.deepEqual(codes({}), [])
  assert.deepEqual(codes({ port: 443 }), ['plaintext-to-tls-port'])
  assert.deepEqual(codes({ port: 443, tls: { mode: 'tls' } }), [])
  assert.deepEqual(codes({ port: 443, tls: undefined }), [])
})

test('gRPC over HTTP/1.1, also where the client speaks that', () => {
  assert.deepEqual(codes({ isGrpc: true }), ['grpc-over-http1'])
  assert.deepEqual(codes({ isGrpc: true, protocol: 'as the client' }), ['grpc-over-http1'])
  for (const more of [
    { protocol: 'HTTP/2' },
    { protocol: 'as the client', clientVersion: 2 },
    { protocol: 'ALPN' },
  ] as const)
    assert.deepEqual(codes({ isGrpc: true, ...more }), [])
})

test('an upgrade over HTTP/2', () => {
  assert.deepEqual(codes({ upgrade: 'websocket' }), [])
  assert.deepEqual(codes({ upgrade: 'websocket', protocol: 'HTTP/2' }), ['upgrade-over-http2'])
})

test('TLS inside TLS, but for the mesh’s own', () => {
  assert.deepEqual(
    tcpContradictions('a', 'tls', { mode: 'tls' }).map(({ code }) => code),
    ['tls-inside-tls'],
  )
  assert.deepEqual(tcpContradictions('a', 'tls', { mode: 'mutual tls' }), [])
  assert.deepEqual(tcpContradictions('a', 'other', { mode: 'tls' }), [])
  assert.deepEqual(tcpContradictions('a', 'tls', undefined), [])
})

test('HTTP that a TCP proxy passes on', () => {
  assert.deepEqual(
    tcpContradictions('a', 'http', { mode: 'plaintext' }).map(({ code }) => code),
    ['http-as-bytes'],
  )
})
