import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import { directoryBytes } from '../../../src/fetch/capture/zip/directory-bytes.ts'
import { directoryRecord, recordLength } from '../../../src/fetch/capture/zip/directory-record.ts'

interface Entry {
  readonly name: string
  readonly flags?: number
  readonly method?: number
  readonly mode?: number
  readonly time?: number
  readonly date?: number
  readonly packedSize?: number
  readonly size?: number
  readonly at?: number
  readonly extra?: Buffer
  readonly comment?: string
}

/** A record of the directory of an archive. APPNOTE.TXT 4.3.12 */
function record(entry: Entry): Buffer {
  const { name, flags = 0, method = 8, mode = 0o100600, extra = Buffer.alloc(0), comment = '' } = entry
  const head = Buffer.alloc(46)
  head.writeUInt32LE(0x02014b50, 0)
  head.writeUInt16LE(flags, 8)
  head.writeUInt16LE(method, 10)
  head.writeUInt16LE(entry.time ?? 0, 12)
  head.writeUInt16LE(entry.date ?? 0, 14)
  head.writeUInt32LE(entry.packedSize ?? 1, 20)
  head.writeUInt32LE(entry.size ?? 2, 24)
  head.writeUInt16LE(Buffer.byteLength(name), 28)
  head.writeUInt16LE(extra.length, 30)
  head.writeUInt16LE(comment.length, 32)
  head.writeUInt16LE(mode, 40)
  head.writeUInt32LE(entry.at ?? 3, 42)
  return Buffer.concat([head, Buffer.from(name), extra, Buffer.from(comment)])
}

/** Fields behind a name: number, bytes. */
function extra(...fields: readonly (readonly [number, Buffer])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, bytes]) => {
      const head = Buffer.alloc(4)
      head.writeUInt16LE(number, 0)
      head.writeUInt16LE(bytes.length, 2)
      return [head, bytes]
    }),
  )
}

const longs = (...values: readonly number[]): Buffer =>
  Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64LE(BigInt(value))
      return bytes
    }),
  )

/** A record read behind some bytes, and its length. */
function read(entry: Entry): ReturnType<typeof directoryRecord> & { length: number } {
  const bytes = Buffer.concat([Buffer.alloc(7, 0xee), record(entry), Buffer.alloc(3, 0xee)])
  return { ...directoryRecord(bytes, 7), length: recordLength(bytes, 7) }
}

test('a record of the directory: its name, place, sizes and length', () => {
  const found = read({
    name: 'é.json',
    packedSize: 10,
    size: 20,
    at: 30,
    extra: extra([9, Buffer.alloc(2)]),
    comment: 'abc',
  })
  assert.deepEqual([found.name, found.packedSize, found.size, found.at, found.isDeflated], ['é.json', 10, 20, 30, true])
  assert.equal(found.length, 46 + 7 + 6 + 3)
  assert.equal(found.fault, undefined)
  assert.ok(!read({ name: 'a', method: 0 }).isDeflated)
  for (const [more, fault] of [
    [{ mode: 0o120777 }, 'link'],
    [{ mode: 0o120777, flags: 1 }, 'link'],
    [{ mode: 0o100777 }, undefined],
    [{ mode: 0 }, undefined],
    [{ flags: 1 }, 'encrypted'],
    [{ flags: 0x801 }, 'encrypted'],
    [{ flags: 0x808 }, undefined],
    [{ method: 0 }, undefined],
    [{ method: 1 }, 'compression'],
    [{ method: 14, flags: 1 }, 'encrypted'],
  ] as const)
    assert.equal(read({ name: 'a', ...more }).fault, fault, JSON.stringify(more))
})

test('numbers of more than four bytes: those that are left out, in their order', () => {
  const out = 0xffffffff
  const numbers = (entry: Partial<Entry>) => {
    const { size, packedSize, at } = read({ name: 'a', ...entry })
    return [size, packedSize, at].join(' ')
  }
  const large = 2 ** 33
  const all = extra([7, Buffer.alloc(1)], [1, longs(large, large + 1, large + 2)])
  assert.equal(numbers({ size: out, packedSize: out, at: out, extra: all }), `${large} ${large + 1} ${large + 2}`)
  assert.equal(numbers({ at: out, extra: all }), `2 1 ${large}`)
  assert.equal(numbers({ packedSize: out, at: out, extra: all }), `2 ${large} ${large + 1}`)
  assert.equal(numbers({ extra: all }), '2 1 3')
  assert.equal(numbers({ size: out }), `${out} 1 3`)
  assert.equal(numbers({ size: out, at: out, extra: extra([1, longs(large)]) }), `${large} 1 ${out}`, 'one is there')
  assert.equal(numbers({ size: out, extra: extra([1, Buffer.alloc(7)]) }), `${out} 1 3`)
  assert.equal(numbers({ size: out, extra: extra([2, longs(large)]) }), `${out} 1 3`)
  const cut = extra([1, longs(large)]).subarray(0, -1)
  assert.equal(numbers({ size: out, extra: cut }), `${out} 1 3`, 'a field that goes on behind its record')
  assert.equal(numbers({ size: out, extra: cut.subarray(0, 3) }), `${out} 1 3`)
})

test('when a file was written: by seconds since 1970 where they are there, else by DOS', () => {
  const written = (entry: Partial<Entry>) =>
    read({ name: 'a', ...entry })
      .written()
      ?.toISOString()
  const time = (13 << 11) | (14 << 5) | 15
  const date = ((2026 - 1980) << 9) | (11 << 5) | 29
  assert.equal(written({ time, date }), '2026-11-29T13:14:30.000Z')
  assert.equal(written({ time: 0, date: (1 << 5) | 1 }), '1980-01-01T00:00:00.000Z')
  assert.equal(written({ time: 0xbf7d, date: (127 << 9) | (12 << 5) | 31 }), '2107-12-31T23:59:58.000Z')
  const seconds = (flags: number, value: number, length = 5) => {
    const bytes = Buffer.alloc(9)
    bytes[0] = flags
    bytes.writeInt32LE(value, 1)
    return extra([0x5455, bytes.subarray(0, length)])
  }
  const dos = '2026-11-29T13:14:30.000Z'
  assert.equal(written({ time, date, extra: seconds(1, 1_000_000_001) }), '2001-09-09T01:46:41.000Z')
  assert.equal(written({ time, date, extra: seconds(3, -1, 9) }), '1969-12-31T23:59:59.000Z')
  assert.equal(written({ time, date, extra: seconds(2, 1_000_000_001) }), dos, 'another time than that of writing')
  assert.equal(written({ time, date, extra: seconds(1, 1_000_000_001, 4) }), dos)
})

interface Archive {
  readonly entries?: readonly Entry[]
  readonly before?: Buffer
  /** What differs in the record at the end. */
  readonly end?: { count?: number; size?: number; start?: number; signature?: number; comment?: string }
  /** What differs in the long record before it; there is none without. */
  readonly long?: {
    count?: number
    size?: number
    start?: number
    signature?: number
    locator?: number
    behind?: number
  }
}

/** An archive of which only the directory is there. */
function archive({ entries = [], before = Buffer.alloc(11, 0xaa), end = {}, long }: Archive): Buffer {
  const directory = Buffer.concat(entries.map(record))
  const [start, behind] = [before.length, before.length + directory.length]
  const last = Buffer.alloc(22)
  last.writeUInt32LE(end.signature ?? 0x06054b50, 0)
  last.writeUInt16LE(end.count ?? (long === undefined ? entries.length : 0xffff), 10)
  last.writeUInt32LE(end.size ?? (long === undefined ? directory.length : 0xffffffff), 12)
  last.writeUInt32LE(end.start ?? (long === undefined ? start : 0xffffffff), 16)
  const more: Buffer[] = []
  if (long !== undefined) {
    const longEnd = Buffer.alloc(56)
    longEnd.writeUInt32LE(long.signature ?? 0x06064b50, 0)
    longEnd.writeBigUInt64LE(BigInt(long.count ?? entries.length), 32)
    longEnd.writeBigUInt64LE(BigInt(long.size ?? directory.length), 40)
    longEnd.writeBigUInt64LE(BigInt(long.start ?? start), 48)
    const locator = Buffer.alloc(20)
    locator.writeUInt32LE(long.locator ?? 0x07064b50, 0)
    locator.writeBigUInt64LE(BigInt(long.behind ?? behind), 8)
    more.push(longEnd, locator)
  }
  return Buffer.concat([before, directory, ...more, last, Buffer.from(end.comment ?? '')])
}

const open = (bytes: Buffer) => directoryBytes(inMemory(bytes, undefined))

const two: readonly Entry[] = [
  { name: 'a/b.json', at: 0, comment: 'c' },
  { name: 'b.json', at: 5, extra: extra([9, Buffer.from('b.json')]) },
]

test('the directory of an archive, by the record at its end or by the long one before it', () => {
  for (const shape of [{}, { long: {} }, { before: Buffer.alloc(0) }, { long: {}, before: Buffer.alloc(0) }]) {
    const found = open(archive({ entries: two, ...shape }))
    assert.deepEqual([found?.count, found?.names()], [2, ['a/b.json', 'b.json']], JSON.stringify(shape))
    assert.deepEqual([found?.find('a/b.json')?.at, found?.find('b.json')?.at], [0, 5])
    for (const none of ['', 'b', 'json', 'a/b.jso', 'c', 'a/b.json ']) assert.equal(found?.find(none), undefined, none)
  }
  for (const end of [{ count: 0xffff }, { size: 0xffffffff }, { start: 0xffffffff }])
    assert.equal(open(archive({ entries: two, end: { count: 2, size: 1, start: 1, ...end }, long: {} }))?.count, 2)
  assert.deepEqual(open(archive({}))?.names(), [])
  assert.equal(open(archive({}))?.find('a'), undefined)
})

test('an archive that does not end as it says has to be read with care', () => {
  const whole = archive({ entries: two })
  for (const [what, bytes] of [
    ['nothing', Buffer.alloc(0)],
    ['too short', whole.subarray(-21)],
    ['a comment', archive({ entries: two, end: { comment: 'x' } })],
    ['cut', whole.subarray(0, -1)],
    ['no end', archive({ entries: two, end: { signature: 1 } })],
    ['shorter', archive({ entries: two, end: { size: 1 } })],
    ['elsewhere', archive({ entries: two, end: { start: 10 } })],
    ['no long record', archive({ entries: two, end: { count: 0xffff } })],
    ['no long record at all', archive({ end: { count: 0xffff }, before: Buffer.alloc(0) })],
    ['another locator', archive({ entries: two, long: { locator: 1 } })],
    ['another long record', archive({ entries: two, long: { signature: 1 } })],
    ['a locator to behind itself', archive({ entries: two, long: { behind: 2 ** 20 } })],
    [
      'a locator a byte too far',
      archive({ entries: two, long: { behind: 11 + record(two[0] ?? { name: '' }).length + 200 } }),
    ],
    ['a long record that is shorter', archive({ entries: two, long: { size: 1 } })],
    ['a long record of elsewhere', archive({ entries: two, long: { start: 0 } })],
  ] as const)
    assert.equal(open(bytes), undefined, what)
})

test('the first of several of a name, also once so many were asked for that all are read', () => {
  const entries = [
    { name: 'x', at: 1 },
    { name: 'x', at: 2 },
    ...Array.from({ length: 60 }, (_, at) => ({ name: `f${at}`, at: 100 + at })),
  ]
  const found = open(archive({ entries }))
  for (let at = 0; at < 60; at++) {
    assert.equal(found?.find(`f${at}`)?.at, 100 + at)
    assert.equal(found?.find('x')?.at, 1)
    assert.equal(found?.find('none'), undefined)
  }
  assert.equal(found?.find(''), undefined)
})

test('records as far as they fit together; a name within other bytes is none', () => {
  const broken = Buffer.from(archive({ entries: two }))
  broken.writeUInt32LE(7, 11 + record(two[0] ?? { name: '' }).length)
  const found = open(broken)
  assert.deepEqual([found?.names(), found?.find('b.json')], [['a/b.json'], undefined])
  const inside = open(
    archive({
      entries: [
        { name: 'n', comment: `b.json${'y'.repeat(60)}b.json` },
        { name: 'b.json', at: 9 },
      ],
    }),
  )
  assert.equal(inside?.find('b.json')?.at, 9)
})
