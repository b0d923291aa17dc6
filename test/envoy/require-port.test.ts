import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirePort } from '../../src/envoy/require-port.ts'
import { UsageError } from '../../src/errors.ts'

test('a port is a whole number from 1 to 65535', () => {
  for (const port of [1, 80, 65_535]) assert.doesNotThrow(() => requirePort(port))
  for (const port of [0, -1, 65_536, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => requirePort(port), UsageError, String(port))
})
