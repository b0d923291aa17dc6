import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { forwardedCertificate } from '../../../src/semantics/http/forwarded-certificate.ts'
import { asGrpc, grpcStatusOf, withDelayFlag } from '../../../src/semantics/http/local-reply.ts'
import { sessionOf } from '../../../src/semantics/http-filters/sessions/session-address.ts'
import type { Outcome } from '../../../src/semantics/outcome.ts'
import { bodyFrom, formatted } from '../../../src/semantics/replies/data-source.ts'
import { connected, type Sent, sent, validating } from '../sent.ts'

const base64 = (text: string | readonly number[]) => Buffer.from(text).toString('base64')
const session = (message: string, config: JsonObject, asked: Sent = {}) =>
  sessionOf({ message, type: '', config }, sent(asked))

test('a session in a cookie: the address of its message, or as it is; below its path only', () => {
  const cookie = (value: string, path = '/', own = '') =>
    session(
      'CookieBasedSessionState',
      { cookie: { name: 's', ...(own === '' ? {} : { path: own }) } },
      { path, headers: [['cookie', `s=${value}`]] },
    )
  const message = (expires: readonly number[]) => base64([0x0a, 3, ...Buffer.from('a:1'), ...expires])
  assert.deepEqual(cookie(base64('[::1]:80')), { address: '[::1]:80' })
  assert.deepEqual(cookie(message([])), { address: 'a:1', expires: false })
  assert.deepEqual(cookie(message([0x10, 0])), { address: 'a:1', expires: false })
  assert.deepEqual(cookie(message([0x10, 0x80, 1])), { address: 'a:1', expires: true })
  assert.deepEqual(cookie(message([0x1d, 1, 2, 3, 4])), { address: 'a:1', expires: false }, 'fields that are not read')
  assert.deepEqual(cookie(base64([0x10, 1])), { address: undefined, expires: true })
  for (const value of ['', 'abc', '*===']) assert.deepEqual(cookie(value), {}, value)
  for (const [own, path, counts] of [
    ['/a', '/a', true],
    ['/a', '/a/b', true],
    ['/a', '/a?b', true],
    ['/a', '/a#b', true],
    ['/a', '/ab', false],
    ['/a', '/', false],
    ['/a/', '/a/b', true],
    ['/a/', '/a', false],
  ] as const)
    assert.equal(cookie(base64('a:1'), path, own)?.address !== undefined, counts, `${own} ${path}`)
})

test('a session in a header, in an envelope, of a kind that is not known', () => {
  const header = (value: string) => session('HeaderBasedSessionState', { name: 'h' }, { headers: [['h', value]] })
  assert.deepEqual(header(base64('a:1')), { address: 'a:1' })
  assert.deepEqual(header('no base64'), { address: undefined })
  const envelope = (value: string) =>
    session('EnvelopeSessionState', { header: { name: 'h' } }, { headers: [['h', value]] })
  const found = envelope(`${base64('a:1')};x;UV:${base64('own')}`)
  assert.equal(found?.address, 'a:1')
  assert.equal(found?.request?.headers.get('h'), 'own')
  for (const value of [base64('a:1'), `${base64('a:1')};UV:`, '']) assert.deepEqual(envelope(value), {}, value)
  assert.equal(session('EnvelopeSessionState', {}), undefined)
  assert.equal(session('Other', {}), undefined)
})

test('a body: its text, or where it is; a format over it', () => {
  assert.deepEqual(bodyFrom({ inline_string: 'é' }, 's'), { source: 's', text: 'é' })
  assert.deepEqual(bodyFrom({ inline_bytes: base64('é') }, 's'), { source: 's', text: 'é' })
  assert.deepEqual(bodyFrom({ filename: '/f' }, 's'), { source: 's', location: '/f' })
  assert.deepEqual(bodyFrom({ environment_variable: 'E' }, 's'), { source: 's', location: 'E' })
  assert.deepEqual(bodyFrom({}, 's'), { source: 's' })
  const own = { source: 's', text: 't' }
  assert.deepEqual(formatted(own, { text_format: '%REQ(x)%' }, 'f'), {
    ...own,
    format: '%REQ(x)%',
    contentType: 'text/plain',
  })
  assert.deepEqual(formatted(undefined, { json_format: { a: 1 } }, 'f'), {
    source: 'f',
    format: '{"a":1}',
    contentType: 'application/json',
  })
  assert.deepEqual(formatted(own, { text_format_source: { filename: '/f' }, content_type: 'text/html' }, 'f'), {
    ...own,
    location: '/f',
    contentType: 'text/html',
  })
  assert.deepEqual(formatted({ source: 's', location: '/own' }, { text_format_source: { filename: '/f' } }, 'f'), {
    source: 's',
    location: '/own',
    contentType: 'text/plain',
  })
})

const outcome: Outcome = {
  kind: 'denied',
  status: 403,
  flags: 'UAEX',
  details: 'd',
  reason: { code: 'dump-without-listeners', args: {} },
}

test('what Envoy answers to gRPC is a 200 with the status that stands for its own', () => {
  for (const [status, grpc] of [
    [200, 0],
    [400, 13],
    [401, 16],
    [403, 7],
    [404, 12],
    [429, 14],
    [502, 14],
    [503, 14],
    [504, 14],
    [500, 2],
    [302, 2],
  ] as const) {
    assert.equal(grpcStatusOf(status), grpc)
    assert.deepEqual(asGrpc({ ...outcome, status }, 'application/grpc'), {
      ...outcome,
      status: 200,
      grpc: { status: grpc, httpStatus: status },
    })
  }
  for (const [same, type] of [
    [outcome, 'text/plain'],
    [outcome, undefined],
    [{ ...outcome, flags: 'DPE' }, 'application/grpc'],
    [{ kind: outcome.kind, reason: outcome.reason }, 'application/grpc'],
  ] as const)
    assert.equal(asGrpc(same, type), same)
  const fault = { ...outcome, details: 'fault_filter_abort', status: 200 }
  assert.deepEqual(asGrpc(fault, 'application/grpc'), fault)
  assert.equal(withDelayFlag(outcome, true).flags, 'DI,UAEX')
  assert.equal(withDelayFlag({ kind: 'denied', reason: outcome.reason }, true).flags, 'DI')
  assert.equal(withDelayFlag(outcome, false), outcome)
})

test('the forwarded client certificate by each mode, and which details of it', () => {
  const certificate = { uriSans: ['spiffe://a'], dnsSans: ['d1', 'd2'], subject: 'CN=s' }
  const facts = { connection: connected({ certificate }), downstreamTls: validating, ownUris: ['spiffe://me'] }
  const forwarded = (
    forward_client_cert_details: string | undefined,
    set: JsonObject = {},
    value: string | undefined = 'sent',
    of: Partial<typeof facts> = {},
  ) => {
    const found = forwardedCertificate(
      value,
      { ...(forward_client_cert_details && { forward_client_cert_details }), set_current_client_cert_details: set },
      { ...facts, ...of },
    )
    if (found === undefined || typeof found === 'string') return found
    return `${found.parts.map((part) => (typeof part === 'string' ? part : '?')).join('')} (${found.fact})`
  }
  const own = 'By=spiffe://me;Hash=?'
  assert.equal(forwarded('ALWAYS_FORWARD_ONLY'), 'sent')
  assert.equal(forwarded('FORWARD_ONLY'), 'sent')
  assert.equal(forwarded('SANITIZE'), undefined)
  assert.equal(forwarded(undefined), undefined)
  assert.equal(forwarded('SANITIZE_SET'), `${own} (certificate)`)
  assert.equal(forwarded('APPEND_FORWARD'), `sent,${own} (certificate)`)
  const plain = { connection: connected(), downstreamTls: validating }
  for (const mode of ['FORWARD_ONLY', 'APPEND_FORWARD', 'SANITIZE_SET'])
    assert.equal(forwarded(mode, {}, 'sent', plain as never), undefined, mode)
  assert.equal(forwarded('ALWAYS_FORWARD_ONLY', {}, 'sent', plain as never), 'sent')
  const all = { cert: true, chain: true, subject: true, uri: true, dns: true }
  assert.equal(
    forwarded('SANITIZE_SET', all),
    `${own};Cert="?";Chain="?";Subject="CN=s";URI=spiffe://a;DNS=d1;DNS=d2 (certificate)`,
  )
  const without = (of: object) => ({ connection: connected({ certificate: of }), downstreamTls: validating }) as never
  assert.equal(
    forwarded('SANITIZE_SET', { uri: true, dns: true }, '', without({ uriSans: [], dnsSans: [] })),
    `${own};URI= (certificate)`,
  )
  for (const field of ['subject', 'uri', 'dns'])
    assert.match(forwarded('SANITIZE_SET', { [field]: true }, '', without({})) ?? '', /=\??"?\?"? \(principal\)$/)
})
