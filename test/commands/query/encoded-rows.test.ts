import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodedRows, movedBuffers, unsentParts } from '../../../src/commands/query/fill/encoded-rows.ts'

/** The requests that are sent for rows. */
function sentFor(resources: readonly string[], sent: Set<string>): Record<string, unknown>[] {
  const rows = encodedRows({ table: 'clusters', rows: [['p', 'ü', 0]], resources })
  const text = Buffer.concat([...unsentParts(rows, sent)]).toString('utf8')
  assert.ok(text.endsWith('\n'))
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

test('a resource is sent once, before the first rows that have it', () => {
  const sent = new Set<string>()
  const [a, b, c, d] = ['{"a":"ä€"}', '{"b":1}', '{"c":"\\n"}', '{"d":"\ud800"}']
  const jsonOf = (requests: readonly Record<string, unknown>[]) =>
    requests.map((request) => (request.do === 'resource' ? request.json : request.do))
  assert.deepEqual(jsonOf(sentFor([a, b, a], sent)), [a, b, 'rows'])
  // Before, between and behind those that are known.
  assert.deepEqual(jsonOf(sentFor([c, a, d, b], sent)), [c, d, 'rows'])
  assert.deepEqual(jsonOf(sentFor([b, a], sent)), ['rows'])
  assert.deepEqual(jsonOf(sentFor([], sent)), ['rows'])
})

test('rows name resources by the digests that these were sent with, and have buffers of their own', () => {
  const [resource, rows] = sentFor(['{"a":1}'], new Set())
  assert.deepEqual(rows, { do: 'rows', table: 'clusters', rows: [['p', 'ü', 0]], resources: [resource?.digest] })
  const encoded = encodedRows({ table: 'clusters', rows: [], resources: [] })
  assert.deepEqual(
    movedBuffers(encoded).map((buffer) => buffer.byteLength),
    [encoded.rows.byteLength, encoded.resources.byteLength],
  )
})
