import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { sha256 } from '../../src/platform/sha256.ts'

test('SHA-256 as node:crypto has it, at every length around the blocks', () => {
  for (const length of [...Array(200).keys(), 1000, 4096]) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 131 + length * 7) % 256)
    assert.equal(sha256(bytes), createHash('sha256').update(bytes).digest('hex'), `${length} bytes`)
  }
})
