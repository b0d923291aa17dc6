import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { checkToken, checkValid, isIssuer } from '../../../src/semantics/http-filters/credentials/jwt-check.ts'
import { requirementStatus } from '../../../src/semantics/http-filters/credentials/jwt-requirement.ts'
import { readToken } from '../../../src/semantics/http-filters/credentials/jwt-token.ts'
import { tokenHeaders, tokensOf } from '../../../src/semantics/http-filters/credentials/token-locations.ts'
import { type Sent, sent } from '../sent.ts'

const base64url = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const token = (claims: unknown, header: unknown = { alg: 'RS256' }) => `${base64url(header)}.${base64url(claims)}.c2ln`
const now = new Date('2026-01-01T00:00:00.900Z')
const seconds = Math.floor(now.getTime() / 1000)

test('a token is read up to its first fault, in the words of Envoy', () => {
  assert.deepEqual(readToken(token({ iss: 'a', aud: ['b'] })), { claims: { iss: 'a', aud: ['b'] } })
  const sections = 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections'
  for (const [text, problem] of [
    ['', sections],
    ['a.b', sections],
    ['a.b.c.d', sections],
    ['a..c', sections],
    [`*.${base64url({})}.c2ln`, 'Jwt header is an invalid Base64url encoded'],
    [`abcde.${base64url({})}.c2ln`, 'Jwt header is an invalid Base64url encoded'],
    [token({}, 'no JSON'), 'Jwt header is an invalid JSON'],
    [token({}, []), 'Jwt header is an invalid JSON'],
    [token({}, {}), 'Jwt header [alg] field is required and must be a string'],
    [token({}, { alg: 1 }), 'Jwt header [alg] field is required and must be a string'],
    [token({}, { alg: 'none' }), 'Jwt header [alg] is not supported'],
    [token({}, { alg: 'RS256', kid: 1 }), 'Jwt header [kid] field is not a string'],
    [`${base64url({ alg: 'RS256' })}.*.c2ln`, 'Jwt payload is an invalid Base64url encoded'],
    [token('no JSON'), 'Jwt payload is an invalid JSON'],
    [`${base64url({ alg: 'RS256' })}.${base64url({})}.*`, 'Jwt signature is an invalid Base64url encoded'],
    [token({ aud: 1 }), 'Jwt payload [aud] field is not a string or string list'],
    [token({ aud: ['a', 1] }), 'Jwt payload [aud] field is not a string or string list'],
    ...['iss', 'sub', 'jti'].map(
      (name) => [token({ [name]: 1 }), `Jwt payload [${name}] field is not a string`] as const,
    ),
    ...['iat', 'nbf', 'exp'].map(
      (name) => [token({ [name]: '1' }), `Jwt payload [${name}] field is not an integer`] as const,
    ),
  ] as const)
    assert.deepEqual(readToken(text), { problem }, problem)
  for (const alg of [
    'HS256',
    'HS384',
    'HS512',
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
  ])
    assert.ok('claims' in readToken(token({}, { alg, kid: 'k' })), alg)
})

/** What a check comes to: the message of an invalid token, what an unknown one depends on. */
function checked(
  claims: JsonObject,
  provider: JsonObject = {},
  audiences: readonly string[] = [],
  at: Date | undefined = now,
): string {
  const status = checkToken(token(claims), provider, audiences, at)
  return status.kind === 'invalid' ? status.message : status.kind === 'unknown' ? status.on : status.kind
}

test('a token by its issuer, its times to the second, its subject, its audience', () => {
  assert.equal(checked({}), 'signature')
  assert.equal(checked({ iss: 'a' }, { issuer: 'a' }), 'signature')
  assert.equal(checked({ iss: 'b' }, { issuer: 'a' }), 'Jwt issuer is not configured')
  assert.equal(checked({}, { issuer: 'a' }), 'Jwt issuer is not configured')
  assert.deepEqual([isIssuer({ issuer: '' }, {}), isIssuer({}, { iss: 'x' })], [true, true])
  for (const [claims, provider, expected] of [
    [{ exp: seconds - 60 }, {}, 'signature'],
    [{ exp: seconds - 61 }, {}, 'Jwt is expired'],
    [{ nbf: seconds + 60 }, {}, 'signature'],
    [{ nbf: seconds + 61 }, {}, 'Jwt not yet valid'],
    [{ exp: seconds - 5 }, { clock_skew_seconds: 5 }, 'signature'],
    [{ exp: seconds - 6 }, { clock_skew_seconds: 5 }, 'Jwt is expired'],
    [{ exp: seconds - 60 }, { clock_skew_seconds: 0 }, 'signature'],
    [{}, { require_expiration: true }, 'Jwt verification fails'],
    [{ exp: seconds }, { require_expiration: true }, 'signature'],
    [{}, { max_lifetime: '60s' }, 'Jwt verification fails'],
    [{ exp: seconds }, { max_lifetime: '60s' }, 'Jwt verification fails'],
    [{ exp: seconds, iat: seconds - 60 }, { max_lifetime: '60s' }, 'signature'],
    [{ exp: seconds, iat: seconds - 61 }, { max_lifetime: '60s' }, 'Jwt verification fails'],
    [{ exp: seconds, nbf: seconds - 60 }, { max_lifetime: '60s' }, 'signature'],
    [{ exp: seconds, iat: seconds - 60, nbf: seconds - 99 }, { max_lifetime: '60s' }, 'signature'],
    [{ sub: 'ab' }, { subjects: { prefix: 'a' } }, 'signature'],
    [{ sub: 'b' }, { subjects: { prefix: 'a' } }, 'Jwt verification fails'],
    [{}, { subjects: { prefix: 'a' } }, 'Jwt verification fails'],
  ] as const)
    assert.equal(checked(claims, provider), expected, JSON.stringify([claims, provider]))
  assert.equal(checkToken(token({ exp: 1 }), {}, [], undefined).kind, 'unknown')
  assert.deepEqual(checkToken(token({ nbf: 1 }), {}, [], undefined), { kind: 'unknown', on: 'time' })
  for (const [aud, audiences, expected] of [
    ['a', ['a'], 'signature'],
    ['a', ['b'], 'Audiences in Jwt are not allowed'],
    ['https://a/', ['a'], 'signature'],
    ['a', ['http://a'], 'signature'],
    [['b', 'a'], ['c', 'a'], 'signature'],
    [undefined, ['a'], 'Audiences in Jwt are not allowed'],
    ['x', [], 'signature'],
  ] as const)
    assert.equal(
      checked(aud === undefined ? {} : { aud: typeof aud === 'string' ? [aud] : [...aud] }, {}, audiences),
      expected,
    )
})

test('a token that is said to be valid: what it does not say may be there', () => {
  const valid = (
    claims: JsonObject,
    complete: boolean,
    provider: JsonObject,
    audiences: readonly string[],
    only: boolean,
  ) => {
    const status = checkValid({ claims, complete }, provider, audiences, only)
    return status.kind === 'invalid' ? status.message : status.kind === 'unknown' ? status.on : status.kind
  }
  const a = { issuer: 'a' }
  assert.equal(valid({}, false, a, [], false), 'iss')
  assert.equal(valid({}, false, a, [], true), 'valid', 'there is only one issuer')
  assert.equal(valid({}, true, a, [], true), 'Jwt issuer is not configured')
  assert.equal(valid({ iss: 'b' }, false, a, [], true), 'Jwt issuer is not configured')
  assert.equal(valid({ iss: 'a' }, false, a, [], false), 'valid')
  assert.equal(valid({}, false, {}, [], false), 'valid')
  assert.equal(valid({ iss: 'a' }, false, a, ['x'], false), 'aud')
  assert.equal(valid({ iss: 'a' }, true, a, ['x'], false), 'Audiences in Jwt are not allowed')
  assert.equal(valid({ iss: 'a', aud: ['x'] }, false, a, ['x'], false), 'valid')
})

test('where a provider looks for tokens: its own places, else the header and the parameter that all know', () => {
  const found = (provider: JsonObject, asked: Sent) =>
    tokensOf(provider, sent(asked)).map(({ token: text, header }) => `${text} ${header}`)
  const bearer = (value: string) => [['authorization', value]] as const
  assert.deepEqual(found({}, { headers: bearer('Bearer a.b.c') }), ['a.b.c authorization'])
  assert.deepEqual(found({}, { headers: bearer('x, Bearer a.b.c, y') }), ['a.b.c authorization'])
  assert.deepEqual(found({}, { headers: bearer('Basic a') }), [])
  assert.deepEqual(found({}, { headers: bearer('Bearer  ') }), ['  authorization'])
  assert.deepEqual(found({}, { path: '/?access_token=q' }), ['q undefined'])
  const own = {
    from_headers: [{ name: 'x', value_prefix: 'T ' }, { name: 'y' }],
    from_params: ['p'],
    from_cookies: ['c'],
  }
  assert.deepEqual(
    found(own, {
      path: '/?p=1&access_token=2',
      headers: [['x', 'T 3'], ['y', '4'], ['cookie', 'c=5'], ...bearer('Bearer 6')],
    }),
    ['3 x', '4 y', '1 undefined', '5 undefined'],
  )
  assert.deepEqual(found({ from_params: ['p'] }, { headers: bearer('Bearer 6') }), [])
  assert.deepEqual(tokenHeaders({ from_cookies: ['c'] }), [])
  assert.deepEqual(tokenHeaders({}), [{ name: 'authorization', prefix: 'Bearer ' }])
})

const providers: readonly (readonly [name: string, provider: JsonObject])[] = [
  ['one', { issuer: 'a' }],
  ['two', { issuer: 'b', audiences: ['x'] }],
]

interface Status {
  readonly claims?: JsonObject
  readonly asked?: Sent
}

/** A requirement: whether it passes, whether that is certain; else what fails. */
function required(requirement: JsonObject, { claims, asked }: Status = {}): string {
  const status = requirementStatus(requirement, {
    providers,
    request: sent(asked),
    token: claims === undefined ? undefined : { claims, complete: true },
    now,
  })
  if (status.kind === 'passes') return `passes${status.certain ? '' : ' perhaps'} ${status.valid.length}`
  return status.kind === 'invalid' ? status.message : status.kind === 'unknown' ? `unknown ${status.on}` : status.kind
}

const name = (provider_name: string) => ({ provider_name })
const [missing, failed] = [{ allow_missing: {} }, { allow_missing_or_failed: {} }]
const sentToken = (claims: JsonObject) => ({
  asked: { headers: [['authorization', `Bearer ${token(claims)}`]] as const },
})

test('each requirement: a provider, none, any, all, what may be missing or failed', () => {
  const issuer = 'Jwt issuer is not configured'
  const [a, b, other] = [{ claims: { iss: 'a' } }, { claims: { iss: 'b', aud: ['x'] } }, { claims: { iss: 'c' } }]
  const cases: readonly (readonly [requirement: JsonObject, status: Status, expected: string])[] = [
    [{}, {}, 'passes 0'],
    [name('one'), {}, 'missing'],
    [name('one'), a, 'passes 1'],
    [name('one'), b, issuer],
    [name('none'), a, 'missing'],
    [name('one'), sentToken({ iss: 'a' }), 'unknown signature'],
    [name('one'), sentToken({ iss: 'b' }), issuer],
    [{ provider_and_audiences: { ...name('one'), audiences: ['y'] } }, a, 'Audiences in Jwt are not allowed'],
    [{ provider_and_audiences: { ...name('two'), audiences: ['y'] } }, b, 'Audiences in Jwt are not allowed'],
    [{ provider_and_audiences: name('two') }, b, 'passes 1'],
    [missing, {}, 'passes 0'],
    [missing, a, 'passes 1'],
    [missing, other, issuer],
    [missing, sentToken({ iss: 'a' }), 'unknown signature'],
    [missing, sentToken({ iss: 'c' }), issuer],
    [failed, {}, 'passes 0'],
    [failed, a, 'passes 1'],
    [failed, other, 'passes 0'],
    [failed, sentToken({ iss: 'c' }), 'passes 0'],
    [failed, sentToken({ iss: 'a' }), 'passes perhaps 0'],
    [{ requires_any: { requirements: [name('one'), name('two')] } }, b, 'passes 1'],
    [{ requires_any: { requirements: [name('one'), name('two')] } }, other, issuer],
    [{ requires_any: { requirements: [name('one'), name('two')] } }, {}, 'missing'],
    [
      { requires_any: { requirements: [name('one'), name('two')] } },
      { claims: { iss: 'b' } },
      'Audiences in Jwt are not allowed',
    ],
    [{ requires_any: { requirements: [name('one'), name('two')] } }, sentToken({ iss: 'a' }), 'unknown signature'],
    [{ requires_any: { requirements: [name('one'), missing] } }, {}, 'passes 0'],
    [{ requires_any: { requirements: [name('one'), missing] } }, b, issuer],
    [{ requires_any: { requirements: [name('one'), failed] } }, b, 'passes 0'],
    [{ requires_any: { requirements: [name('one'), failed] } }, sentToken({ iss: 'a' }), 'passes perhaps 0'],
    [{ requires_any: { requirements: [name('one'), failed] } }, a, 'passes 1'],
    [{ requires_any: { requirements: [missing] } }, other, issuer],
    [{ requires_any: { requirements: [missing, failed] } }, other, 'passes 0'],
    [{ requires_all: { requirements: [name('one'), name('two')] } }, a, issuer],
    [{ requires_all: { requirements: [name('one'), missing] } }, a, 'passes 2'],
    [{ requires_all: { requirements: [name('one'), failed] } }, sentToken({ iss: 'a' }), 'unknown signature'],
    [{ requires_all: { requirements: [name('two'), name('one')] } }, sentToken({ iss: 'a' }), issuer],
    [{ requires_all: { requirements: [{}, failed] } }, sentToken({ iss: 'a' }), 'passes perhaps 0'],
    [{ requires_all: { requirements: [{}, {}] } }, {}, 'passes 0'],
  ]
  for (const [requirement, status, expected] of cases)
    assert.equal(required(requirement, status), expected, JSON.stringify([requirement, status]))
})
