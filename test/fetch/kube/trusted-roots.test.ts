import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { getCACertificates } from 'node:tls'
import { trustedRoots } from '../../../src/fetch/kube/api/trusted-roots.ts'

test('the roots of Node and of the system; those of a folder that is not there are none', {
  skip: process.platform !== 'linux',
}, () => {
  const own = getCACertificates('default')
  assert.deepEqual(trustedRoots({ env: { SSL_CERT_DIR: '/nonexistent' } }), own)
  const system = existsSync('/etc/ssl/certs') ? getCACertificates('system') : []
  assert.deepEqual(trustedRoots({ env: {} }), [...own, ...system])
})
