import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
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
