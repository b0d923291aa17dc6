import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Anchor, verifyChain } from '../../src/envoy/certificates/certificate-chain.ts'
import { type Certificate, certificatesIn } from '../../src/envoy/certificates/certificates.ts'
import { blocksOf } from '../../src/envoy/certificates/loaded-certificates.ts'
import { secretParts } from '../../src/envoy/certificates/secret-parts.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'

const now = new Date('2026-01-01T00:00:00Z')
const file = new URL('../fixtures/certificates/config_dump.json', import.meta.url)
const dump = await readDump(readFileSync(file), 'certificates')

function chainOf(name: string): Certificate[] {
  const entry = dump.entries('secrets').find((secret) => secret.name === name)
  return secretParts(entry?.resource ?? {}).flatMap((part) =>
    blocksOf(part).flatMap((block) => ('certificate' in block ? [block.certificate] : [])),
  )
}

function anchor(certificate: Certificate | undefined, trustDomain?: string): Anchor {
  assert.ok(certificate)
  return { secret: 'roots', certificate, trustDomain }
}

function verify(name: string, anchors: readonly Anchor[], at = now) {
  const [leaf, ...others] = chainOf(name)
  assert.ok(leaf)
  return verifyChain({ leaf, others }, anchors, at)
}

const [root, middle, west] = chainOf('ROOTCA')

test('up through an intermediate to the root', () => {
  assert.deepEqual(verify('through-issuer', [anchor(root)]), { secrets: ['roots'] })
})

test('an intermediate is trusted where it is loaded itself', () => {
  assert.deepEqual(verify('through-issuer', [anchor(middle)]), { secrets: ['roots'] })
})

test('each link that is missing is named', () => {
  const [leaf] = chainOf('through-issuer')
  assert.ok(leaf)
  assert.deepEqual(verifyChain({ leaf, others: [] }, [anchor(root)], now), { reason: 'issuer O=middle is not loaded' })
  assert.deepEqual(verify('through-issuer', []), { reason: 'no root is loaded' })
  assert.deepEqual(verify('default', [anchor(middle)]), { reason: 'root O=cluster.local is not loaded' })
})

test('a root of the same name that signed something else', () => {
  assert.deepEqual(verify('default', [anchor(west)]), {
    reason: 'its root is another O=cluster.local than the loaded one',
  })
  assert.deepEqual(verify('other-root', [anchor(west)]), { secrets: ['roots'] })
})

test('a bundle counts for its own trust domain only', () => {
  assert.deepEqual(verify('default', [anchor(root, 'cluster.local')]), { secrets: ['roots'] })
  assert.deepEqual(verify('default', [anchor(root, 'west.local')]), {
    reason: 'no bundle for trust domain cluster.local is loaded',
  })
})

test('a root that has expired verifies nothing', () => {
  assert.deepEqual(verify('default', [anchor(root)], new Date('2036-01-01T00:00:00Z')), {
    reason: 'O=cluster.local is expired or not yet valid',
  })
})

test('what is broken inside a chain is a fault of its own', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
  assert.deepEqual(certificatesIn(`text\n${pem}`), [{ fault: 'the certificate cannot be parsed' }])
  assert.deepEqual(blocksOf({ holds: 'trusted CA', pem: 'no pem' }), [{ fault: 'the data holds no certificate' }])
  assert.deepEqual(blocksOf({ holds: 'trusted CA', pem: '' }), [])
})

test('names, key and fingerprint are those that openssl prints', () => {
  const [leaf] = chainOf('default')
  assert.deepEqual(leaf?.names, ['URI:spiffe://cluster.local/ns/shop/sa/soon'])
  assert.equal(leaf?.keyType, 'EC P-256')
  assert.match(leaf?.fingerprint ?? '', /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  assert.equal(leaf?.serial, '00000000000000000000000000002001')
})
