import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entersMesh, followRequest } from '../../../src/analyses/trace/follow/follow.ts'
import type { TraceRequest } from '../../../src/semantics/request.ts'
import { type Alternative, alternativeOf, type Hop, hopOf } from './view/told.ts'

const request: TraceRequest = {
  destination: { address: '10.0.0.1', port: 80 },
  protocol: 'http1',
  listener: 'L',
  tls: { sni: 'client', alpn: ['x'] },
  random: 7,
  http: { method: 'GET', authority: 'shop', path: '/', headers: [] },
}

interface Followed {
  readonly hops: readonly Partial<Hop>[]
  readonly request?: Partial<TraceRequest>
  readonly address?: string
}

function follow({ hops, request: more = {}, address = '10.1.1.1:9080' }: Followed): TraceRequest {
  const followed = followRequest(
    { ...request, ...more },
    alternativeOf(hops.map(hopOf)),
    { address, probability: 1 },
    { redirect: 15006, from: '10.9.0.1' },
  )
  assert.ok(followed)
  return followed
}

test('who the client is for the next proxy: this one, its own client, or who a PROXY header names', () => {
  const connection = { transport: 'raw_buffer', source: '1.1.1.1:5', destination: '2.2.2.2:80' } as const
  const client = (hop: Partial<Hop>) => {
    const { source, peer, frontend } = follow({ hops: [hop] })
    return { source, peer, frontend }
  }
  const own = { source: { address: '10.9.0.1' }, peer: undefined, frontend: undefined }
  assert.deepEqual(client({}), own)
  assert.deepEqual(client({ connection }), own)
  assert.deepEqual(client({ connection: { ...connection, keepsSource: true } }), {
    ...own,
    source: { address: '1.1.1.1' },
  })
  assert.deepEqual(client({ connection: { transport: 'x', source: '1.1.1.1', keepsSource: true } }).source, {
    address: '1.1.1.1',
  })
  assert.deepEqual(client({ connection: { transport: 'x', source: 'fd00::1', keepsSource: true } }).source, {
    address: 'fd00::1',
  })
  assert.deepEqual(client({ connection, tls: { mode: 'plaintext', proxyProtocol: 'v2' } }), {
    source: { address: '1.1.1.1', port: 5 },
    peer: { address: '10.9.0.1' },
    frontend: { address: '2.2.2.2', port: 80 },
  })
  const named = client({ connection: { transport: 'x', source: 'unknown' }, tls: { mode: 'tls', proxyProtocol: 'v1' } })
  assert.deepEqual([named.source, named.frontend], [{}, { address: undefined }])
})

test('the TLS that arrives: none, that of the proxy, that of the client through a TCP proxy', () => {
  const outbound = 'outbound_.80_._.a.b.svc'
  const tls = (
    mode: 'plaintext' | 'internal' | 'tls' | 'mutual tls',
    protocol: TraceRequest['protocol'],
    more: object = {},
  ) => follow({ hops: [{ protocol: 'http', tls: { mode, ...more } }], request: { protocol } }).tls
  assert.equal(tls('plaintext', 'http1'), undefined)
  assert.equal(tls('internal', 'http1'), undefined)
  assert.deepEqual(tls('tls', 'http1', { sni: outbound }), { sni: outbound, alpn: ['http/1.1'] })
  assert.deepEqual(tls('tls', 'http2'), { sni: undefined, alpn: ['h2'] })
  assert.deepEqual(tls('mutual tls', 'http1', { sni: 'x.outbound_.' })?.alpn, ['http/1.1'])
  assert.deepEqual(tls('mutual tls', 'http1', { sni: outbound })?.alpn, ['istio-http/1.1', 'istio', 'http/1.1'])
  assert.deepEqual(tls('mutual tls', 'http2', { sni: outbound })?.alpn, ['istio-h2', 'istio', 'h2'])
  assert.deepEqual(tls('mutual tls', 'tcp', { sni: outbound })?.alpn, ['istio-peer-exchange', 'istio'])
  const names = ['URI:spiffe://a', 'DNS:b', 'URI:spiffe://c', 'IP:1.1.1.1']
  assert.deepEqual(tls('mutual tls', 'http1', { names })?.certificate, {
    uriSans: ['spiffe://a', 'spiffe://c'],
    dnsSans: ['b'],
  })
  assert.deepEqual(tls('mutual tls', 'http1')?.certificate, {})
  for (const protocol of ['tcp', 'other'] as const) {
    assert.deepEqual(follow({ hops: [{ protocol }] }).tls, request.tls, 'it passes through')
    assert.deepEqual(follow({ hops: [{ protocol, tls: { mode: 'tls' } }] }).tls?.alpn, ['http/1.1'])
  }
  assert.equal(follow({ hops: [{ protocol: 'http' }] }).tls, undefined)
})

test('the request as it was sent: by the hop that speaks HTTP, and as it came where there is none', () => {
  const http = (...hops: readonly Partial<Hop>[]) => {
    const { path, authority } = follow({ hops }).http ?? assert.fail()
    return `${authority}${path}`
  }
  assert.equal(http({ protocol: 'tcp', upstream: { path: '/x', authority: 'y' } }), 'shop/')
  assert.equal(http({ protocol: 'http' }), 'shop/')
  assert.equal(http({ protocol: 'http', upstream: { path: '/x' } }), 'shop/x')
  assert.equal(http({ protocol: 'http', upstream: { authority: 'y' } }, { protocol: 'tcp' }), 'y/')
  const { destination, redirect, listener, random } = follow({ hops: [{}], address: '[fd00::2]:80' })
  assert.deepEqual(
    [destination, redirect, listener, random],
    [{ address: 'fd00::2', port: 80 }, 15006, undefined, undefined],
  )
})

test('whether some of the requests arrive at a proxy of the mesh', () => {
  const way = (mode: 'tls' | 'mutual tls', kind: Alternative['outcome']['kind']) =>
    alternativeOf([hopOf({ tls: { mode } })], { kind })
  for (const [alternatives, expected] of [
    [[], false],
    [[way('mutual tls', 'upstream')], true],
    [[way('mutual tls', 'tcp')], true],
    [[way('mutual tls', 'denied')], false],
    [[way('tls', 'upstream')], false],
    [[way('tls', 'upstream'), way('mutual tls', 'upstream')], true],
    [[alternativeOf([], { kind: 'upstream' })], false],
  ] as const)
    assert.equal(entersMesh({ alternatives }), expected)
})
