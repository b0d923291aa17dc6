import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redact } from '../../src/envoy/redaction/redact.ts'
import { seeded } from '../analyses/diff/dumps.ts'

const key = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n'
const bytes = Buffer.from(key).toString('base64')
const hiddenBytes = 'W3JlZGFjdGVkXQ=='

test('fields that Envoy marks sensitive are hidden in either case of their names', () => {
  for (const [field, bytesField] of [
    ['private_key', 'inline_bytes'],
    ['privateKey', 'inlineBytes'],
  ] as const) {
    assert.deepEqual(redact({ [field]: { [bytesField]: 'c2VjcmV0' } }), { [field]: { [bytesField]: hiddenBytes } })
  }
  assert.deepEqual(redact({ session_ticket_keys: { keys: [{ inline_string: 'secret' }, { filename: '/etc/k' }] } }), {
    session_ticket_keys: { keys: [{ inline_string: '[redacted]' }, { filename: '/etc/k' }] },
  })
  assert.deepEqual(redact({ password: 'secret', auth_username: { inline_string: 'secret' } }), {
    password: '[redacted]',
    auth_username: { inline_string: '[redacted]' },
  })
  assert.deepEqual(redact({ generic_secret: { secrets: { a: { inline_string: 'secret' } } } }), {
    generic_secret: { secrets: { a: { inline_string: '[redacted]' } } },
  })
})

test('what is named a credential is a message: its own secrets are hidden, and what says whose they are stays', () => {
  const credential = { access_key_id: 'AKIA', secret_access_key: 'secret', session_token: 'secret', enabled: true }
  const hidden = { ...credential, secret_access_key: '[redacted]', session_token: '[redacted]' }
  assert.deepEqual(redact({ inline_credential: credential }), { inline_credential: hidden })
  assert.deepEqual(redact({ token: { a: [{ private_key: 'secret', name: 'n' }] } }), {
    token: { a: [{ private_key: '[redacted]', name: 'n' }] },
  })
  assert.deepEqual(redact({ inline_credential: credential }, { showCredentials: true }), {
    inline_credential: credential,
  })
})

test('a private key is hidden wherever it stands', () => {
  assert.deepEqual(redact({ value: { anything: [key, { deep: `${key}${key}` }], inline_bytes: bytes } }), {
    value: { anything: ['[redacted]', { deep: '[redacted]' }], inline_bytes: hiddenBytes },
  })
})

test('certificates, names of types and of files stay', () => {
  const certificate = Buffer.from('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----').toString('base64')
  const value = {
    certificate_chain: { inline_bytes: certificate },
    private_key_provider: { provider_name: 'pkcs11', typed_config: { '@type': 'type.googleapis.com/x.Y' } },
    private_key: { filename: '/etc/certs/key.pem' },
    name: 'password-service',
  }
  assert.deepEqual(redact(structuredClone(value)), value)
})

test('a key set with private or symmetric keys is hidden, one with public keys is not', () => {
  const secret = (member: string) => JSON.stringify({ keys: [{ kty: 'oct', [member]: 'GawgguFyGrWKav7AX4VKUg' }] })
  const jwks = (text: string) => ({ local_jwks: { inline_string: text } })
  assert.deepEqual(redact(jwks(secret('k'))), jwks('[redacted]'))
  assert.deepEqual(redact(jwks(secret('d'))), jwks('[redacted]'))
  assert.deepEqual(redact(jwks(secret('n'))), jwks(secret('n')))
})

test('depth does not matter', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(50_000)}{"password":"x"}${'}'.repeat(50_000)}`)
  let at = redact(deep)
  for (let level = 0; level < 50_000; level++) at = at.a
  assert.deepEqual(at, { password: '[redacted]' })
})

test('a value is hidden by what the header, the parameter or the cookie beside it is called', () => {
  const hidden = { string_match: { exact: '[redacted]' } }
  for (const name of [
    'Authorization',
    'proxy-authorization',
    'Cookie',
    'X-Api-Key',
    'x-auth-token',
    'x-functions-key',
  ]) {
    assert.deepEqual(redact({ name, string_match: { exact: 'abc' } }), { name, ...hidden })
    assert.deepEqual(redact({ header: { key: name, value: 'abc' } }), { header: { key: name, value: '[redacted]' } })
    assert.deepEqual(redact({ key: name, raw_value: 'YWJj' }), { key: name, raw_value: 'W3JlZGFjdGVkXQ==' })
  }
  assert.deepEqual(redact({ cookies: [{ name: 'sid', string_match: { exact: 'abc' } }] }), {
    cookies: [{ name: 'sid', ...hidden }],
  })
  for (const value of ['Bearer ', 'Basic', '%REQ(x-user)%', 'Bearer %DYNAMIC_METADATA(a:b)%', '.*', '']) {
    const kept = { key: 'authorization', value }
    assert.equal(redact(kept), kept)
  }
  for (const name of ['x-request-id', ':authority', 'end-user', 'x-envoy-retry-on', 'token-service'])
    assert.deepEqual(redact({ name, exact_match: 'abc' }), {
      name,
      exact_match: name === 'token-service' ? '[redacted]' : 'abc',
    })
})

test('names that say what they hold are known with what stands behind them, and numbers by what they count', () => {
  const hidden = { DB_PWD: 'a', tokenValue: 'b', 'x-service-auth': 'c', master_key: 'd', password: { value: 'e' } }
  for (const [name, value] of Object.entries(hidden)) {
    assert.doesNotMatch(JSON.stringify(redact({ [name]: value })), /:"[a-e]"/, name)
  }
  assert.deepEqual(redact({ password: 12345 }), { password: 0 })
  assert.deepEqual(redact({ ENV: 'A=b' }), { ENV: '[redacted]' })
  for (const kept of [
    { token_bucket: { max_tokens: 100, tokens_per_fill: 10 } },
    { request_headers: { header_name: 'x-tenant', descriptor_key: 'tenant' } },
    { cookie: 'session', on_header_present: { metadata_namespace: 'a' } },
    { cookie: { name: 'a', attributes: [{ name: 'b', value: 'c' }] } },
  ])
    assert.deepEqual(redact(kept), kept)
})

test('headers of a request are a map or a list of pairs, and hidden by their names', () => {
  assert.deepEqual(redact({ headers: { Cookie: 'a=b', 'x-api-key': 'c', accept: 'd' } }), {
    headers: { Cookie: '[redacted]', 'x-api-key': '[redacted]', accept: 'd' },
  })
  const pairs = (value: string) => ({
    headers: [
      ['cookie', value],
      ['accept', 'a'],
    ],
  })
  assert.deepEqual(redact(pairs('a=b')), pairs('[redacted]'))
  assert.deepEqual(redact(pairs('a=b'), { showCredentials: true }), pairs('a=b'))
})

test('credentials in texts are hidden, the rest of the text stays', () => {
  const cases = [
    ['sent Authorization: Bearer abc123.x to it', 'sent Authorization: Bearer [redacted] to it'],
    ['http://user:p@ss@host:80/a', 'http://[redacted]@host:80/a'],
    ['/a?x=1&access_token=abc&y=2', '/a?x=1&access_token=[redacted]&y=2'],
    ['x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln y', 'x [redacted] y'],
    ['{"client_secret": "abc", "a": 1}', '{"client_secret": [redacted], "a": 1}'],
    ['password=abc, b=c', 'password=[redacted], b=c'],
    ['db_password: abc, b: c', 'db_password: [redacted], b: c'],
    ['x-auth-token: "abc d" e', 'x-auth-token: [redacted] e'],
    ['Cookie: sid=abc; b=c', 'Cookie: [redacted]'],
    ['sent authorization: abc to it', 'sent authorization: [redacted] to it'],
    [`used ghp_${'a1'.repeat(18)} once`, 'used [redacted] once'],
    [`AccountName=a;AccountKey=${'Ab9/'.repeat(20)}`, 'AccountName=a;AccountKey=[redacted]'],
    ['invalid token: expected one of a, b', 'invalid token: expected one of a, b'],
    ['Proto.Password: value length must be at least 1', 'Proto.Password: value length must be at least 1'],
    ['the basic authentication of a bearer token', 'the basic authentication of a bearer token'],
    ['spiffe://cluster.local/ns/default/sa/token-service', 'spiffe://cluster.local/ns/default/sa/token-service'],
    ['outbound|9080||token.default.svc.cluster.local', 'outbound|9080||token.default.svc.cluster.local'],
    ['rc://node:cluster:tenant@upstream:1', 'rc://node:cluster:tenant@upstream:1'],
  ] as const
  for (const [before, after] of cases) {
    assert.deepEqual(redact({ a: [before] }), { a: [after] })
    assert.deepEqual(redact({ a: [before] }, { showCredentials: true }), { a: [before] })
  }
})

test('redaction leaves its input alone, keeps types and order, and hides nothing more the second time', () => {
  const names = [
    'name',
    'key',
    'value',
    'password',
    'secret',
    'secrets',
    'ENV',
    'a',
    'initial_metadata',
    '@type',
    'send',
    'text',
  ]
  const values = ['authorization', 'abc', key, bytes, 'Bearer abc123', 7, true, null, '', 'x.Secret', 'http://a:b@c/']
  for (let seed = 1; seed <= 300; seed++) {
    const random = seeded(seed)
    const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
    const tree = (depth: number): unknown => {
      const kind = depth === 0 ? 0 : Math.floor(random() * 3)
      const many = Array.from({ length: 3 })
      if (kind === 0) return pick(values)
      if (kind === 1) return many.map(() => tree(depth - 1))
      return Object.fromEntries(many.map(() => [pick(names), tree(depth - 1)]))
    }
    const value = tree(4)
    const before = JSON.stringify(value)
    const shown = redact(value)
    assert.equal(JSON.stringify(value), before, `seed ${seed}`)
    assert.deepEqual(redact(shown), shown, `seed ${seed}`)
    assert.deepEqual(shapeOf(shown), shapeOf(value), `seed ${seed}`)
    assert.doesNotMatch(JSON.stringify(shown), /MC4CAQ|LS0tLS1CRUdJTi|abc123|a:b@/, `seed ${seed}`)
  }
})

/** Names, order and types. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.entries(value).map(([name, member]) => [name, shapeOf(member)])
}
