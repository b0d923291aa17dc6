import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceOnSecret } from '../../../../src/analyses/trace/advice/advice-on-secret.ts'

test('a secret with the CA of clients is asked for by the Secret that may have it', () => {
  for (const name of [
    'kubernetes://shop-cert-cacert',
    'kubernetes-gateway://edge/shop-cert-cacert',
    'shop-cert-cacert',
  ])
    assert.match(
      adviceOnSecret(name)?.text ?? '',
      /put ca\.crt into Secret shop-cert, or make a Secret shop-cert-cacert/,
    )
  for (const name of ['kubernetes://shop-cert', 'default', 'ROOTCA', '-cacert'])
    assert.equal(adviceOnSecret(name), undefined)
})
