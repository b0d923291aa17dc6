import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { storedFile } from '../../src/fetch/saved/stored-file.ts'

function withFile(bytes: string, work: (path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'stored-file-'))
  try {
    const path = join(folder, 'dump.json')
    writeFileSync(path, bytes)
    work(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString()
const digits = '0123456789'.repeat(1000)

test('parts are those of the file, whatever was read before, larger and smaller than the window', () => {
  withFile(digits, (path) => {
    for (const most of [1000, 9999, 10_000, 20_000]) {
      const file = storedFile(path, undefined, most)
      for (const [from, to] of [
        [0, 512],
        [0, 20],
        [990, 1010],
        [5, 800],
        [9990, 10_000],
        [0, 10_000],
        [0, 0],
      ] as const)
        assert.equal(textOf(file?.read(from, to)), digits.slice(from, to), `${most}: ${from} to ${to}`)
    }
  })
})

/** Bytes that this process has read. */
const bytesRead = () => Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])

test('parts that do not follow each other are read without what is around them, those that do in large pieces', {
  skip: process.platform !== 'linux',
}, () => {
  const size = 8 * 2 ** 20
  withFile(digits.repeat(Math.ceil(size / digits.length)), (path) => {
    const file = storedFile(path)
    const isRight = (from: number, to: number) =>
      assert.equal(textOf(file?.read(from, to)), `${digits}${digits}`.slice(from % digits.length).slice(0, to - from))
    isRight(0, 1000)
    const before = bytesRead()
    for (let at = 0; at < 200; at++)
      isRight((at * 5_000_011) % (size - 6000), ((at * 5_000_011) % (size - 6000)) + 6000)
    const jumped = bytesRead()
    assert.ok(jumped - before < 200 * 20_000, `${jumped - before} bytes for 200 parts`)
    for (let at = 0; at + 6000 < size; at += 6000) isRight(at, at + 6000)
    const followed = bytesRead() - jumped
    assert.ok(followed > size - 6000 && followed < size * 1.2, `${followed} bytes for a file of ${size}`)
  })
})

test('what is read first is not followed by the rest: a thread may read that', () => {
  withFile(digits, (path) => {
    const file = storedFile(path, undefined, 5000)
    const head = file?.read(0, 512)
    assert.equal(head?.buffer.byteLength, 512)
    assert.equal(file?.read(0, 512).buffer.byteLength, 512)
    assert.equal(file?.read(0, 600).buffer.byteLength, 5000)
  })
})

test('a file that fits into the window is closed, and refused when it has changed meanwhile', {
  skip: process.platform !== 'linux',
}, () => {
  withFile(digits, (path) => {
    const before = readdirSync('/proc/self/fd').length
    const files = Array.from({ length: 50 }, () => storedFile(path))
    for (const file of files) assert.equal(textOf(file?.read(1, 1000)), digits.slice(1, 1000))
    assert.ok(readdirSync('/proc/self/fd').length < before + 50)
    const [first] = files
    const fresh = storedFile(path)
    writeFileSync(path, 'x'.repeat(10_000))
    utimesSync(path, 1, 1)
    assert.throws(() => fresh?.read(0, 1000), /dump\.json" has changed while it was read$/)
    assert.ok(first !== undefined)
  })
})
