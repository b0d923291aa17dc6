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

const percents = (text: string) =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
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
    ['DER in hex with colons', (der.toString('hex').match(/../g) ?? []).join(':')],
    ['DER in hex behind 0x', `0x${der.toString('hex')}`],
    ['DER in base64 in a URL', `https://x/?key=${encodeURIComponent(base64(der))}`],
    ['DER in base64 with escaped slashes', base64(der).replaceAll('/', '\\/').replaceAll('+', '\\u002b')],
    ['PEM in hex', Buffer.from(pem).toString('hex')],
    ['base64 of hex of PEM', base64(Buffer.from(pem).toString('hex'))],
    ['PEM with each character in percents', percents(pem)],
    ['PEM in a URL in a URL', encodeURIComponent(encodeURIComponent(pem))],
    ['base64 of PEM in UTF-16', base64(Buffer.from(pem, 'utf16le'))],
    ['base64 of PEM in UTF-16, high bytes first', base64(Buffer.from(pem, 'utf16le').swap16())],
    [
      'PEM with octal escapes',
      Array.from(pem, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`).join(''),
    ],
    ['PEM with decimal references', Array.from(pem, (char) => `&#${char.charCodeAt(0)};`).join('')],
    ['PEM with references in hex', Array.from(pem, (char) => `&#x${char.charCodeAt(0).toString(16)};`).join('')],
    ['DER in hex with blanks', (der.toString('hex').match(/../g) ?? []).join(' ')],
    ['JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify({ key: pem })))],
    ['JWK in a URL', encodeURIComponent(jwk)],
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

  test(`${name} keys of which each line is a text of its own are hidden`, () => {
    for (const type of types) {
      const lines = String(privateKey.export({ type, format: 'pem' }))
        .trim()
        .split('\n')
      const pairs = lines.map((value) => ({ header: { key: 'x-line', value } }))
      const members = Object.fromEntries(lines.map((line, at) => [`line${at}`, line]))
      for (const value of [lines, pairs, members, { a: [lines.slice(0, 2), lines.slice(2)] }]) {
        const shown = JSON.stringify(
          redact({ value, name: 'outbound|80||reviews', after: 'abcdefghijklmnopQRSTUV123' }),
        )
        for (const line of lines) assert.ok(!shown.includes(line), line)
        assert.match(shown, /"outbound\|80\|\|reviews","after":"abcdefghijklmnopQRSTUV123"/)
        assert.equal(shown.includes('x-line'), value === pairs)
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

test('keys of OpenSSH, age and PuTTY, Java key stores, and encrypted PKCS 8 are hidden', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const encrypted = { type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' } as const
  const ssh = Buffer.concat([Buffer.from('openssh-key-v1\0\0\0\0\u0004none'), Buffer.alloc(60, 7)])
  const store = Buffer.concat([Buffer.from([0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2]), Buffer.alloc(60, 255)])
  for (const text of [
    String(privateKey.export({ ...encrypted, format: 'pem' })),
    base64(privateKey.export({ ...encrypted, format: 'der' })),
    privateKey.export({ ...encrypted, format: 'der' }).toString('hex'),
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${base64(ssh)}\n-----END OPENSSH PRIVATE KEY-----`,
    ...['', 'x', 'xx'].map((before) => base64(before + ssh.toString('latin1'))),
    `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n-----BEGIN EC PRIVATE KEY-----\n${'A'.repeat(64)}`,
    `PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n${'A'.repeat(64)}`,
    `AGE-SECRET-KEY-1${'Q'.repeat(58)}`,
    base64(store),
    store.toString('base64url'),
    store.toString('hex'),
  ])
    assert.deepEqual(redact({ a: text }, { showCredentials: true }), { a: '[redacted]' }, text)
})

test('what only looks like an encoding stays', () => {
  const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':')
  const words = 'outbound/9080/abcdefghijklmnopqrstuvwxyz'
  for (const text of [fingerprint, `0x30${'12'.repeat(40)}`, words, base64(words), encodeURIComponent(`a b/${words}`)])
    assert.deepEqual(redact({ a: text }), { a: text })
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
    '%41',
    'ab:',
    'password: ',
    'cookie: a=b ',
    'x-token: x, ',
    'npm_a',
  ]) {
    const text = part.repeat(long / part.length)
    assert.equal(typeof redactText(text), 'string')
    assert.equal(typeof redact(text), 'string')
  }
})

test('the last line of a key is hidden however short it is, and only behind a whole line', () => {
  const whole = 'MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAMKhM2v9RoJYx1Q0'
  const [begin, end] = ['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----']
  for (const last of ['R2/mt+v9RoJY', 'R2/mt+v9', 'R2/m', 'Zm8=', 'Zg==', 'abcd', 'R2/mt+v9Rg==', 'R2/mt+v9RoI=']) {
    for (const value of [
      [begin, whole, last, end],
      [begin, whole, whole, last, end].map((line) => ({ header: { key: 'x-line', value: line } })),
      { a: begin, b: whole, c: last, d: end },
    ])
      assert.ok(!JSON.stringify(redact({ value })).includes(last), last)
  }
  for (const value of [
    { value: [begin, whole, end, 'abcd'] },
    { value: ['abcd', whole] },
    { value: [begin, 'abcd', whole, end] },
    { value: [begin, whole, 'R2/m', end], after: 'abcd' },
  ])
    assert.ok(JSON.stringify(redact(value)).includes('abcd'))
})
