import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFields, textOf, writeMessage } from '../../../src/fetch/xds/protobuf.ts'

test('what is written is read again', () => {
  const long = 'x'.repeat(300)
  const fields = [
    ...readFields(
      writeMessage([
        [1, 'a'],
        [2, undefined],
        [20, long],
      ]),
    ),
  ]
  assert.deepEqual(
    fields.map(({ number, bytes }) => [number, textOf(bytes)]),
    [
      [1, 'a'],
      [20, long],
    ],
  )
})

// https://protobuf.dev/programming-guides/encoding/
test('each wire type, by the examples of the specification', () => {
  const bytes = Buffer.from('089601' + '120774657374696e67' + '1d01020304' + '210102030405060708', 'hex')
  assert.deepEqual(
    [...readFields(bytes)].map(({ number, bytes, integer }) => [number, bytes.length, integer]),
    [
      [1, 0, 150],
      [2, 7, 0],
      [3, 4, 0],
      [4, 8, 0],
    ],
  )
})

test('bytes that end too early, and what is no message, are refused', () => {
  for (const hex of ['08', '0896', '1207746573', '1d0102', '0b', 'ffffffffffffffffffffff']) {
    assert.throws(() => [...readFields(Buffer.from(hex, 'hex'))], RangeError, hex)
  }
})
