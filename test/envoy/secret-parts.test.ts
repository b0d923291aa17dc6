import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretParts } from '../../src/envoy/certificates/secret-parts.ts'

const spiffe = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig'

test('where the data of a secret is', () => {
  const chain = (source: object) => secretParts({ tls_certificate: { certificate_chain: { ...source } } })[0]
  assert.deepEqual(chain({ inline_bytes: 'UEVN' }), { holds: 'certificate chain', pem: 'PEM' })
  assert.deepEqual(chain({ inline_string: 'PEM' }), { holds: 'certificate chain', pem: 'PEM' })
  assert.deepEqual(chain({ filename: '/etc/c.pem' }), { holds: 'certificate chain', elsewhere: 'file /etc/c.pem' })
  assert.deepEqual(chain({ environment_variable: 'CERT' }), {
    holds: 'certificate chain',
    elsewhere: 'environment variable CERT',
  })
})

test('secrets that are no certificate', () => {
  assert.deepEqual(secretParts({ session_ticket_keys: { keys: [] } }), [{ holds: 'session ticket keys' }])
  assert.deepEqual(secretParts({ generic_secret: { secret: { inline_string: 'x' } } }), [{ holds: 'generic secret' }])
  assert.deepEqual(secretParts({ name: 'not yet here' }), [{ holds: 'nothing' }])
  assert.deepEqual(secretParts({ tls_certificate: { pkcs12: { filename: '/etc/c.p12' } } }), [
    { holds: 'certificate chain', elsewhere: 'file /etc/c.p12' },
  ])
})

test('roots that Envoy has from elsewhere', () => {
  const roots = (context: object) => secretParts({ validation_context: { ...context } })
  assert.deepEqual(roots({ system_root_certs: {} }), [{ holds: 'trusted CA', elsewhere: 'the roots of the system' }])
  assert.deepEqual(roots({ ca_certificate_provider_instance: { instance_name: 'mesh' } }), [
    { holds: 'trusted CA', elsewhere: 'certificate provider mesh' },
  ])
  assert.deepEqual(roots({ match_typed_subject_alt_names: [] }), [{ holds: 'nothing' }])
})

test('a SPIFFE bundle map gives the certificates of its keys for X.509', () => {
  const bundles = {
    trust_domains: {
      'east.local': {
        keys: [
          { use: 'x509-svid', x5c: ['AQI='] },
          { use: 'jwt-svid', x5c: ['AwQ='] },
        ],
      },
    },
  }
  const typed_config = { '@type': spiffe, trust_bundles: { inline_string: JSON.stringify(bundles) } }
  assert.deepEqual(secretParts({ validation_context: { custom_validator_config: { typed_config } } }), [
    { holds: 'trusted CA', trustDomain: 'east.local', der: [Buffer.from([1, 2])] },
  ])
})
