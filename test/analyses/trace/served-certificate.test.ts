import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { blocksOf } from '../../../src/envoy/certificates/loaded-certificates.ts'
import { secretParts } from '../../../src/envoy/certificates/secret-parts.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { servedCertificate } from '../../../src/walk/certificates/served-certificate.ts'
import type { TlsSecret } from '../../../src/walk/certificates/tls-secrets.ts'

/** Some certificate of the captured proxy lends what the choice does not look at. */
const dump = await readDump(readFileSync(new URL('../../fixtures/certificates/config_dump.json', import.meta.url)), 'x')
const secret = dump.entries('secrets').find(({ name }) => name === 'expired')
const [block] = secretParts(secret?.resource ?? {}).flatMap(blocksOf)

function certificate(name: string, ecdsa: boolean, names: readonly string[], commonName = 'x'): TlsSecret {
  assert.ok(block !== undefined && 'certificate' in block)
  const leaf = { ...block.certificate, subject: `O=test, CN=${commonName}`, names, ecdsa }
  return { name, certificates: [leaf] }
}

const dns = (name: string) => `DNS:${name}`
const rsa = (name: string, ...names: string[]) => certificate(name, false, names.map(dns))
const ecdsa = (name: string, ...names: string[]) => certificate(name, true, names.map(dns))
const chosen = (own: readonly TlsSecret[], sni: string, fullScan = false) => {
  const { secret, unnamed } = servedCertificate(own, sni, fullScan) ?? {}
  return `${secret?.name}${unnamed ? ' unnamed' : ''}`
}

// Every answer here is one that Envoy 1.40 gave; test/lab/trace-certificates.lab.ts asks it random ones.
test('an exact name goes before a wildcard, which stands for one label', () => {
  const own = [rsa('other', 'b.test'), rsa('wild', '*.a.test'), rsa('exact', 'www.a.test')]
  assert.equal(chosen(own, 'www.a.test'), 'exact')
  assert.equal(chosen(own, 'x.a.test'), 'wild')
  assert.equal(chosen(own, 'y.x.a.test'), 'other unnamed')
  assert.equal(chosen([certificate('cn', false, [], 'b.test'), rsa('san', 'c.test')], 'b.test'), 'cn')
  // With an alternative name of any kind the common name does not count.
  const mesh = certificate('mesh', false, ['URI:spiffe://x'], 'b.test')
  assert.equal(chosen([rsa('first', 'c.test'), mesh], 'b.test'), 'first unnamed')
})

test('among those with the name ECDSA goes first', () => {
  assert.equal(chosen([rsa('rsa', 'a.test'), ecdsa('ecdsa', 'a.test')], 'a.test'), 'ecdsa')
  assert.equal(chosen([ecdsa('wild', '*.test'), rsa('exact', 'a.test')], 'a.test'), 'exact')
})

test('without a server name the first ECDSA key; with one that none has the first of all, unless all are scanned', () => {
  const own = [rsa('rsa', 'a.test'), ecdsa('ecdsa', 'b.test')]
  assert.equal(chosen(own, ''), 'ecdsa')
  assert.equal(chosen(own, 'c.test'), 'rsa unnamed')
  assert.equal(chosen(own, 'c.test', true), 'ecdsa unnamed')
  assert.equal(chosen([rsa('first', 'a.test'), rsa('second', 'b.test')], ''), 'first')
})

test('Envoy compares names with their case, clients do not', () => {
  const own = [rsa('first', 'b.test'), rsa('lower', 'a.test'), rsa('mixed', 'Mixed.test')]
  assert.equal(chosen(own, 'A.test'), 'first unnamed')
  assert.equal(chosen(own, 'Mixed.test'), 'mixed')
  assert.equal(chosen(own, 'mixed.test'), 'first unnamed')
  assert.equal(chosen(own, 'B.test'), 'first')
})
