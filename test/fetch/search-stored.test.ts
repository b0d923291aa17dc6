import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inMemory, type StoredBytes } from '../../src/envoy/input/stored-bytes.ts'
import { indexIn, lastIndexIn, partOf, searchStep, textAt } from '../../src/fetch/saved/search-stored.ts'

/** Bytes of which a piece holds only until the next is read, as those of a file do. */
function reused(bytes: Uint8Array): StoredBytes & { readonly sizes: readonly number[] } {
  let window = Buffer.alloc(0)
  const sizes: number[] = []
  return {
    size: bytes.length,
    sizes,
    read(start, end) {
      sizes.push(end - start)
      window.fill(0)
      window = Buffer.from(bytes.subarray(start, end))
      return window
    },
  }
}

const wanted = Buffer.from('needle')
const whole = (stored: StoredBytes) => ({ start: 0, end: stored.size })

test('what is searched for is found wherever it lies, also where two pieces meet', () => {
  const size = searchStep * 3
  for (const piece of [0, 1, 2, 3])
    for (let by = -wanted.length - 1; by <= wanted.length + 1; by += 1) {
      const at = piece * searchStep + by
      const bytes = Buffer.alloc(size)
      const fits = at >= 0 && at + wanted.length <= size
      if (fits) wanted.copy(bytes, at)
      const stored = reused(bytes)
      assert.equal(indexIn(stored, wanted, whole(stored)), fits ? at : -1, `${at}`)
      assert.equal(lastIndexIn(stored, wanted, whole(stored)), fits ? at : -1, `${at} from behind`)
      assert.ok(Math.max(...stored.sizes) <= searchStep)
    }
})

test('the first and the last of several, within a range and not beyond it', () => {
  const places = [0, 40, searchStep - 3, searchStep + 100, searchStep * 2 - wanted.length]
  const bytes = Buffer.alloc(searchStep * 2)
  for (const at of places) wanted.copy(bytes, at)
  const stored = reused(bytes)
  for (const [index, at] of places.entries()) {
    const end = stored.size
    assert.equal(indexIn(stored, wanted, { start: at, end }), at)
    assert.equal(indexIn(stored, wanted, { start: at + 1, end }), places[index + 1] ?? -1)
    assert.equal(lastIndexIn(stored, wanted, { start: 0, end: at + wanted.length }), at)
    assert.equal(lastIndexIn(stored, wanted, { start: 0, end: at + wanted.length - 1 }), places[index - 1] ?? -1)
    assert.equal(indexIn(stored, wanted, { start: at, end: at + wanted.length - 1 }), -1)
    assert.equal(lastIndexIn(stored, wanted, { start: at + 1, end: at + wanted.length }), -1)
  }
})

test('something longer than what is searched at a time', () => {
  const long = Buffer.alloc(searchStep + 10, 'abcdefg')
  const bytes = Buffer.concat([Buffer.alloc(searchStep * 2 + 5), long, Buffer.alloc(searchStep * 3)])
  const stored = reused(bytes)
  assert.equal(indexIn(stored, long, whole(stored)), searchStep * 2 + 5)
  assert.equal(lastIndexIn(stored, long, whole(stored)), searchStep * 2 + 5)
  assert.equal(indexIn(inMemory(long.subarray(1)), long, { start: 0, end: long.length - 1 }), -1)
})

test('a part of what is stored begins at 0', () => {
  const part = partOf(reused(Buffer.from('0123456789')), { start: 3, end: 8 })
  assert.equal(part.size, 5)
  assert.equal(textAt(part, { start: 1, end: 3 }), '45')
  assert.equal(indexIn(part, Buffer.from('8'), whole(part)), -1)
  assert.equal(lastIndexIn(part, Buffer.from('3'), whole(part)), 0)
})
