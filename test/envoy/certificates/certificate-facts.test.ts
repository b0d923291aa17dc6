import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CertificateCollection } from '../../../src/envoy/certificates/certificate-facts.ts'
import { certificateTexts } from '../../../src/envoy/certificates/certificates.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { platform as browser } from '../../../src/platform/browser.ts'
import { platform as node } from '../../../src/platform/node.ts'
import { knowCertificates } from '../../../src/platform/stored-x509.ts'

const pem = readFileSync(join(import.meta.dirname, '../../fixtures/certificates/config_dump.json'), 'utf8')
const dump = await readDump(Buffer.from(pem), 'certificates')

/** Every PEM text of the dump, wherever it stands. */
function textsOfDump(): string[] {
  const decoded = [...pem.matchAll(/"(LS0tLS1CRUdJTi[A-Za-z0-9+/=]*)"/g)].map(([, text = '']) =>
    Buffer.from(text, 'base64').toString('latin1'),
  )
  const written = [...pem.matchAll(/"(-----BEGIN [^"]*)"/g)].map(([text]) => String(JSON.parse(text)))
  return [...new Set([...decoded, ...written].flatMap(certificateTexts))]
}

test('a browser is told of every certificate of a dump what Node reads of it', () => {
  const collection = new CertificateCollection()
  for (const kind of ['listeners', 'clusters', 'secrets'] as const)
    for (const { resource } of dump.entries(kind)) collection.add(resource)
  // As a page has it.
  knowCertificates(JSON.parse(JSON.stringify(collection.facts)))
  const texts = textsOfDump()
  assert.ok(texts.length >= 2, `${texts.length} certificates`)
  const keys = ['serialNumber', 'ca', 'subject', 'issuer', 'subjectAltName', 'fingerprint256'] as const
  for (const text of texts) {
    const [mine, theirs] = [browser.parseX509(text), node.parseX509(text)]
    for (const key of keys) assert.equal(mine[key], theirs[key], key)
    assert.deepEqual([mine.validFromDate, mine.validToDate], [theirs.validFromDate, theirs.validToDate])
    assert.equal(mine.publicKey.asymmetricKeyType, theirs.publicKey.asymmetricKeyType)
    for (const other of texts) {
      const [issuer, there] = [browser.parseX509(other), node.parseX509(other)]
      assert.equal(
        mine.checkIssued(issuer) && mine.verify(issuer.publicKey),
        theirs.checkIssued(there) && theirs.verify(there.publicKey),
      )
    }
  }
})

test('what is no certificate, and one that nothing is known of, cannot be read', () => {
  const broken = '-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----'
  const collection = new CertificateCollection()
  collection.add({ tls_certificate: { certificate_chain: { inline_string: broken } } })
  assert.deepEqual(
    collection.facts.map((fact) => 'unreadable' in fact),
    [true],
  )
  knowCertificates(collection.facts)
  assert.throws(() => browser.parseX509(broken), /no certificate/)
  assert.throws(() => browser.parseX509(`${broken}\n`), /nothing is known/)
})
