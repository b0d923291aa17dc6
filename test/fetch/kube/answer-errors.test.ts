import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.ts'
import { exitCodeOf, statusError, transportError } from '../../../src/fetch/kube/api/answer-errors.ts'
import { resolveAccess } from '../../../src/fetch/kube/auth/resolve-access.ts'
import { testHost } from './test-host.ts'

const status = (reason: string, message: string) => JSON.stringify({ kind: 'Status', reason, message })

test('what the API server answers, by its Status, else by the code and the first line', () => {
  for (const [code, body, message] of [
    [404, status('NotFound', 'pods "x" not found'), 'Error from server (NotFound): pods "x" not found'],
    [409, status('Conflict', 'busy'), 'Error from server (Conflict): busy'],
    [400, '', 'Error from server (BadRequest): the server answered with HTTP status 400'],
    [403, 'no\nmore', 'Error from server (Forbidden): no'],
    [404, '', 'Error from server (NotFound): the server could not find the requested resource'],
    [404, '404 page not found\n', 'Error from server (NotFound): the server could not find the requested resource'],
    [404, 'gone', 'Error from server (NotFound): gone'],
    [429, '<html>', 'Error from server (TooManyRequests): the server answered with HTTP status 429'],
    [503, 'x', 'Error from server (ServiceUnavailable): x'],
    [504, 'x', 'Error from server (Timeout): x'],
    [418, 'x', 'Error from server: x'],
    [500, '{"kind":"Other","message":"y"}', 'Error from server: {"kind":"Other","message":"y"}'],
    [500, 'z'.repeat(501), `Error from server: ${'z'.repeat(500)}`],
    [401, '', 'You must be logged in to the server (the server answered with HTTP status 401)'],
    [403, status('Unauthorized', 'why'), 'You must be logged in to the server (why)'],
    [401, status('', 'who?'), 'You must be logged in to the server (who?)'],
  ] as const)
    assert.equal(statusError(code, body).message, message)
  assert.equal(statusError(403, status('Unauthorized', 'x')).status, 401)
  assert.match(statusError(401, '').hint ?? '', /log in again/)
  assert.equal(statusError(403, '').hint, undefined)
  for (const [code, body] of [
    [502, '<html>'],
    [502, ''],
    [403, ' <html>'],
    [500, 'oops'],
  ] as const)
    assert.match(statusError(code, body).hint ?? '', /proxy in front of the API server/, `${code} ${body}`)
  assert.equal(statusError(500, status('InternalError', 'x')).hint, undefined, 'what the API server says itself')
  assert.match(statusError(302, '').hint ?? '', /address of a Kubernetes API server/)
  const date = 'Wed, 21 Oct 2026 07:28:00 GMT'
  for (const [header, seconds] of [
    ['7', 7],
    ['0', 0],
    ['999999', 999_999],
    ['99999999999', 99_999_999_999],
    ['1.5', undefined],
    ['-5', undefined],
    ['', undefined],
    ['soon', undefined],
    ['Soon', undefined],
    ['Wed, 21 Oct 2026 07:28:20 GMT', 20],
    ['Wed, 21 Oct 2026 07:00:00 GMT', 0],
    [undefined, undefined],
  ] as const)
    assert.equal(statusError(429, '', { 'retry-after': header, date }).retryAfter, seconds, header)
  assert.equal(statusError(429, '', { 'retry-after': date }).retryAfter, undefined, 'without the time of the server')
})

test('the exit code of a command is the cause of that name', () => {
  const causes = [
    { reason: 'Other', message: '1' },
    { reason: 'ExitCode', message: '7' },
  ]
  assert.equal(exitCodeOf({ details: { causes } }), 7)
  for (const nothing of [undefined, {}, { details: {} }, { details: { causes: [causes[0]] } }])
    assert.equal(exitCodeOf(nothing), undefined)
})

function told(code: string | undefined, message: string, more: object = {}, server = 'https://api.test:6443/k8s') {
  const access = resolveAccess({ server }, testHost())
  const error = transportError(Object.assign(new Error(message), { code, ...more }), access)
  assert.ok(error instanceof AppError)
  return error
}

test('a request without an answer, in the words of kubectl, by the code of Node', () => {
  const authority = 'certificate signed by unknown authority'
  const expired = 'certificate has expired or is not yet valid'
  const plain = 'http: server gave HTTP response to HTTPS client'
  const [tls, net] = ['tls: failed to verify certificate: x509: ', 'Unable to connect to the server: ']
  for (const [code, expected] of [
    ['SELF_SIGNED_CERT_IN_CHAIN', `${tls}${authority}`],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', `${tls}${authority}`],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', `${tls}${authority}`],
    ['UNABLE_TO_GET_ISSUER_CERT', `${tls}${authority}`],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', `${tls}${authority}`],
    ['CERT_SIGNATURE_FAILURE', `${tls}${authority}`],
    ['CERT_HAS_EXPIRED', `${tls}${expired}`],
    ['CERT_NOT_YET_VALID', `${tls}${expired}`],
    ['ERR_TLS_CERT_ALTNAME_INVALID', `${tls}certificate is valid for a.test, 10.0.0.1, not api.test`],
    ['ENOTFOUND', 'dial tcp: lookup api.test: no such host'],
    ['EAI_AGAIN', 'dial tcp: lookup api.test: Temporary failure in name resolution'],
    ['ETIMEDOUT', 'dial tcp api.test:6443: i/o timeout'],
    ['EHOSTUNREACH', 'dial tcp api.test:6443: connect: no route to host'],
    ['ENETUNREACH', 'dial tcp api.test:6443: connect: network is unreachable'],
    ['ECONNRESET', 'api.test:6443: connection reset by peer'],
    ['EPIPE', 'api.test:6443: connection reset by peer'],
    ['EPROTO', plain],
    ['ERR_SSL_WRONG_VERSION_NUMBER', plain],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', plain],
    ['OTHER', 'as it is'],
    [undefined, 'as it is'],
  ] as const) {
    const error = told(code, 'as it is', { cert: { subjectaltname: 'DNS:a.test, IP Address:10.0.0.1' } })
    assert.equal(error.message, net + expected, code)
    assert.equal(error.code, 'server-unreachable')
    assert.match(error.hint ?? '', /./, `no next step: ${code}`)
    assert.equal(error.hint?.includes('--certificate-authority') ?? false, expected.startsWith(tls), code)
  }
  assert.match(told('ERR_TLS_CERT_ALTNAME_INVALID', '').message, /valid for no name, not api\.test$/)
  const refused = told('ECONNREFUSED', 'x')
  assert.equal(
    refused.message,
    'The connection to the server api.test:6443 was refused - did you specify the right host or port?',
  )
  assert.equal(refused.code, 'server-refused')
  assert.match(refused.hint ?? '', /kubectl config view/)
  assert.equal(
    told(undefined, 'Opening handshake has timed out').message,
    `${net}net/http: request canceled (Client.Timeout exceeded while awaiting headers)`,
  )
  assert.equal(told(undefined, 'by http://user:word@proxy:1/ and //x@y').message, `${net}by http://proxy:1/ and //y`)
})

test('what is no failure of a request passes through', () => {
  const access = resolveAccess({ server: 'http://a' }, testHost())
  const abort = Object.assign(new Error('x'), { name: 'AbortError' })
  for (const error of [new AppError('own'), abort, 'text', undefined])
    assert.equal(transportError(error, access), error)
})
