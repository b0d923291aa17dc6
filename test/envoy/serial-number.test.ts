import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serialNumber } from '../../src/envoy/certificates/serial-number.ts'

test('the number is what counts, not the bytes that hold it', () => {
  assert.equal(serialNumber('09249C607E1D356A991855FEFBDA859D6B1998'), '9249c607e1d356a991855fefbda859d6b1998')
  assert.equal(serialNumber('3EEC77801AF0B919044B356EBE1889B1'), '3eec77801af0b919044b356ebe1889b1')
})

test('a short number has 32 digits', () => {
  assert.equal(serialNumber('01'), '00000000000000000000000000000001')
  assert.equal(serialNumber('00AB0000000000000000000000000000CD'), 'ab0000000000000000000000000000cd')
  assert.equal(serialNumber(''), '00000000000000000000000000000000')
})
