import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { redact } from '../../src/envoy/redaction/redact.ts'
import { redactText } from '../../src/envoy/redaction/redact-text.ts'

const pairs = [
  { name: 'RSA', types: ['pkcs1', 'pkcs8'], ...generateKeyPairSync('rsa', { modulusLength: 1024 }) },
  { name: 'EC', types: ['sec1', 'pkcs8'], ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  { name: 'Ed25519', types: ['pkcs8'], ...generateKeyPairSync('ed25519') },
] as const

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')

/** The ways in which a key is written down. */
function formsOf(key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1'): [form: string, text: string][] {
  const pem = String(key.export({ type, format: 'pem' }))
  const der = Buffer.from(key.export({ type, format: 'der' }))
  const jwk = JSON.stringify(key.export({ format: 'jwk' }))
  const escaped = (text: string) =>
    text.replaceAll(/[a-z]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [
    ['PEM', pem],
    ['PEM behind a line end', `\n${pem}`],
    ['PEM behind bag attributes', `Bag Attributes\n    friendlyName: x\n${pem}`],
    ['PEM without its end', pem.slice(0, -30)],
    ['PEM in JSON', JSON.stringify({ a: { key: pem } })],
    ['PEM in a URL', encodeURIComponent(pem)],
    ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
    ...['', 'x', 'xx', 'Bag Attributes\n'].map((before): [string, string] => [
      `base64 of PEM, behind ${before.length}`,
      base64(before + pem),
    ]),
    ['base64 in lines', base64(pem).replaceAll(/(.{64})/g, '$1\n')],
    ['base64 of base64 of PEM', base64(base64(pem))],
    ['base64 in YAML', `tls.crt: abc\ntls.key: ${base64(pem)}\n`],
    ['DER in base64', base64(der)],
    ['DER in base64url', der.toString('base64url')],
    ['DER in hex', der.toString('hex')],
    ['DER in text', `key: ${base64(der)}, and more`],
    ['JWK', jwk],
    ['JWK set', `{"keys": [${jwk}]}`],
    ['base64 of JWK', base64(jwk)],
    ['JWK in JSON', JSON.stringify(jwk)],
    ['JWK with escapes', jwk.replace(/"(d|kty)":/g, (_, name: string) => `"${escaped(name)}":`)],
  ]
}

for (const { name, types, privateKey, publicKey } of pairs) {
  test(`${name} keys are hidden in every form, as a value, in a list, as a name, and in prose`, () => {
    for (const type of types) {
      for (const [form, text] of formsOf(privateKey, type)) {
        const what = `${name} ${type}: ${form}`
        assert.deepEqual(
          redact({ a: [text, { b: text, inline_bytes: text }] }),
          {
            a: ['[redacted]', { b: '[redacted]', inline_bytes: 'W3JlZGFjdGVkXQ==' }],
          },
          what,
        )
        assert.deepEqual(redact({ a: text }, { showCredentials: true }), { a: '[redacted]' }, what)
        assert.deepEqual(
          redact({ [text]: { a: 1 }, '[redacted]': 2 }),
          { '[redacted]': 2, '[redacted] 2': { a: 1 } },
          what,
        )
        const prose = redactText(`Envoy rejected it: ${text} end`)
        for (let at = 40; at + 24 < text.length - 40; at += 24)
          assert.ok(!prose.includes(text.slice(at, at + 24)), what)
      }
    }
  })

  test(`${name} public keys stay`, () => {
    const forms = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      base64(publicKey.export({ type: 'spki', format: 'der' })),
      base64(publicKey.export({ type: 'spki', format: 'pem' })),
      JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] }),
    ].map(String)
    for (const text of forms) {
      const value = { a: text, local_jwks: { inline_string: text } }
      assert.deepEqual(redact(value), value)
    }
  })
}

test('key sets with any private member are hidden, also where the name is escaped or there is no type', () => {
  const sets = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].flatMap((name) => [
    `{"keys":[{"${name}":"abcdefgh"}]}`,
    `{"keys":[{"n":"abc","\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}" : "abcdefgh"}]}`,
    `{"keys":[{"kty":"RSA"},{"kty":"RSA","${name}":"abcdefgh"}]`,
  ])
  for (const set of sets) {
    assert.deepEqual(
      redact({ local_jwks: { inline_string: set } }),
      { local_jwks: { inline_string: '[redacted]' } },
      set,
    )
    assert.deepEqual(
      redact({ localJwks: { inlineBytes: base64(set) } }),
      {
        localJwks: { inlineBytes: 'W3JlZGFjdGVkXQ==' },
      },
      set,
    )
  }
  assert.deepEqual(redact({ key: { kty: 'RSA', n: 'a', e: 'b', d: 'c', p: 'd' } }), {
    key: { kty: 'RSA', n: 'a', e: 'b', d: '[redacted]', p: '[redacted]' },
  })
})

test('hiding takes no longer than reading', () => {
  // A quadratic pattern would take minutes for each.
  const long = 200_000
  for (const part of [
    '-----BEGIN ',
    'eyJ',
    'a-',
    'a.',
    '?',
    '"',
    '\\u0041',
    'MII',
    '30',
    'kty:',
    'x://',
    'BEGIN PRIVATE',
    'Bearer ',
    'END ',
    'a=',
    "'",
    'Bearer\n',
    '%',
  ]) {
    const text = part.repeat(long / part.length)
    assert.equal(typeof redactText(text), 'string')
    assert.equal(typeof redact(text), 'string')
  }
})
