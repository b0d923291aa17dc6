import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import { readLocalEntries } from '../../../src/fetch/capture/zip/local-entries.ts'

interface Local {
  readonly name: string
  readonly body?: string
  readonly flags?: number
  readonly method?: number
  /** How sizes are given: in the header, behind the file, or behind it as 64 bits. */
  readonly sizes?: 'header' | 'behind' | 'behind, long'
  readonly extra?: number
}

/** A file of a ZIP archive, as it lies before the directory. */
function local({ name, body = '', flags = 0, method = 0, sizes = 'header', extra = 0 }: Local): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(flags | (sizes === 'header' ? 0 : 8), 6)
  header.writeUInt16LE(method, 8)
  if (sizes === 'header') {
    header.writeUInt32LE(body.length, 18)
    header.writeUInt32LE(body.length + 1, 22)
  }
  header.writeUInt16LE(name.length, 26)
  header.writeUInt16LE(extra, 28)
  const long = sizes === 'behind, long'
  const behind = sizes === 'header' ? Buffer.alloc(0) : Buffer.alloc(long ? 24 : 16)
  if (sizes !== 'header') behind.write('PK\u0007\u0008', 0, 'latin1')
  if (sizes === 'behind') {
    behind.writeUInt32LE(body.length, 8)
    behind.writeUInt32LE(body.length + 1, 12)
  }
  if (long) {
    behind.writeBigUInt64LE(BigInt(body.length), 8)
    behind.writeBigUInt64LE(BigInt(body.length + 1), 16)
  }
  return Buffer.concat([header, Buffer.from(name), Buffer.alloc(extra), Buffer.from(body, 'latin1'), behind])
}

function found(...parts: readonly Buffer[]): string[] {
  const { entries, cutWithin } = readLocalEntries(inMemory(Buffer.concat(parts), undefined))
  return [
    ...entries.map(
      ({ name, at, packedSize, size, isDeflated, fault }) =>
        `${name}@${at} ${packedSize}/${size}${isDeflated ? ' deflated' : ''}${fault === undefined ? '' : ` ${fault}`}`,
    ),
    ...(cutWithin === undefined ? [] : [`cut in ${cutWithin}`]),
  ]
}

test('an archive without its directory: files by their headers and descriptors, up to where it is cut', () => {
  const a = local({ name: 'a', body: 'xyz', extra: 2 })
  const b = local({ name: 'b', body: 'four', method: 8, sizes: 'behind' })
  const c = local({ name: 'c', body: 'PK\u0007\u0008 not one', sizes: 'behind, long' })
  const d = local({ name: 'd', body: 'e', flags: 1 })
  const e = local({ name: 'e', method: 14 })
  const [atB, atC] = [a.length, a.length + b.length]
  const atD = atC + c.length
  const whole = [
    `a@0 3/4`,
    `b@${atB} 4/5 deflated`,
    `c@${atC} 12/13`,
    `d@${atD} 1/2 encrypted`,
    `e@${atD + d.length} 0/1 compression`,
  ]
  assert.deepEqual(found(a, b, c, d, e), whole)
  assert.deepEqual(found(a, b, c, d, e, Buffer.from('PK\u0001\u0002 the directory, of which thirty bytes')), whole)
  assert.deepEqual(found(), [])
  assert.deepEqual(found(a.subarray(0, -1)), ['cut in a'])
  assert.deepEqual(found(a, b.subarray(0, -1)), ['a@0 3/4', 'cut in b'])
  assert.deepEqual(found(a, c.subarray(0, -1)), ['a@0 3/4', 'cut in c'])
  assert.deepEqual(found(a, b.subarray(0, 29)), ['a@0 3/4'])
  assert.deepEqual(found(Buffer.from('no archive at all, but long enough to be one')), [])
})

test('a descriptor is found where it lies on the border of what is read at a time', () => {
  for (const length of [2 ** 20 - 8, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1]) {
    const file = local({ name: 'f', body: 'x'.repeat(length), sizes: 'behind, long' })
    assert.deepEqual(found(file, local({ name: 'g' })), [`f@0 ${length}/${length + 1}`, `g@${file.length} 0/1`])
  }
})
