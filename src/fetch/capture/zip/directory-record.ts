import { entryFault, methods } from './entry-form.ts'
import type { RawEntry } from './raw-entry.ts'

/** Where the fields of a record of a ZIP archive's directory are, from its beginning. APPNOTE.TXT 4.3.12 */
export const recordAt = {
  flags: 8,
  method: 10,
  time: 12,
  crc: 16,
  packedSize: 20,
  size: 24,
  nameLength: 28,
  extraLength: 30,
  commentLength: 32,
  /** The upper half of the external attributes: what Unix calls the mode. */
  mode: 40,
  offset: 42,
  name: 46,
} as const

export const recordSignature = 0x02014b50

/** Bytes of the record that begins at `start`. */
export function recordLength(bytes: Buffer, start: number): number {
  const { nameLength, extraLength, commentLength, name } = recordAt
  return [nameLength, extraLength, commentLength].reduce<number>(
    (sum, at) => sum + bytes.readUInt16LE(start + at),
    name,
  )
}

/** Whether a record begins there. Its name, its extra field and its comment may go on behind what is there. */
export function isRecord(bytes: Buffer, start: number): boolean {
  return start >= 0 && start + recordAt.name <= bytes.length && bytes.readUInt32LE(start) === recordSignature
}

/** Where records begin that follow each other from the beginning, as far as they fit together. */
export function recordsOf(bytes: Buffer): readonly number[] {
  const starts: number[] = []
  for (let start = 0; isRecord(bytes, start); start += recordLength(bytes, start)) starts.push(start)
  return starts
}

/** Reads the record that begins at `start`. */
export function directoryRecord(bytes: Buffer, start: number): RawEntry {
  const nameStart = start + recordAt.name
  const nameEnd = nameStart + bytes.readUInt16LE(start + recordAt.nameLength)
  const extra = bytes.subarray(nameEnd, nameEnd + bytes.readUInt16LE(start + recordAt.extraLength))
  const [size, packedSize, at] = longNumbers(extra, [
    bytes.readUInt32LE(start + recordAt.size),
    bytes.readUInt32LE(start + recordAt.packedSize),
    bytes.readUInt32LE(start + recordAt.offset),
  ])
  const method = bytes.readUInt16LE(start + recordAt.method)
  const [time, date] = [bytes.readUInt16LE(start + recordAt.time), bytes.readUInt16LE(start + recordAt.time + 2)]
  return {
    name: bytes.toString('utf8', nameStart, nameEnd),
    at,
    packedSize,
    size,
    crc: bytes.readUInt32LE(start + recordAt.crc),
    isDeflated: method === methods.deflated,
    written: () => extendedTime(extra) ?? dosTime(time, date),
    fault: entryFault({
      mode: bytes.readUInt16LE(start + recordAt.mode),
      flags: bytes.readUInt16LE(start + recordAt.flags),
      method,
    }),
  }
}

type Numbers = readonly [size: number, packedSize: number, at: number]

/** Numbers that do not fit into four bytes stand in an extra field, in this order. APPNOTE.TXT 4.5.3 */
export function longNumbers(extra: Buffer, numbers: Numbers): Numbers {
  const field = extraField(extra, 0x0001)
  let from = 0
  const [size, packedSize, at] = numbers.map((number) => {
    if (number !== 0xffffffff || field === undefined || from + 8 > field.length) return number
    from += 8
    return Number(field.readBigUInt64LE(from - 8))
  })
  return [size ?? 0, packedSize ?? 0, at ?? 0]
}

/** Seconds since the epoch, as Info-ZIP writes them: APPNOTE.TXT 4.6.1, 0x5455. */
function extendedTime(extra: Buffer): Date | undefined {
  const field = extraField(extra, 0x5455)
  return field !== undefined && field.length >= 5 && ((field[0] ?? 0) & 1) !== 0
    ? new Date(field.readInt32LE(1) * 1000)
    : undefined
}

function dosTime(time: number, date: number): Date {
  return new Date(
    Date.UTC(1980 + (date >>> 9), ((date >>> 5) & 15) - 1, date & 31, time >>> 11, (time >>> 5) & 63, (time & 31) * 2),
  )
}

function extraField(extra: Buffer, wanted: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2)
    if (extra.readUInt16LE(at) === wanted) return end <= extra.length ? extra.subarray(at + 4, end) : undefined
    at = end
  }
  return undefined
}
