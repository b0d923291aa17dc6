import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redact } from '../../src/envoy/redaction/redact.ts'

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
