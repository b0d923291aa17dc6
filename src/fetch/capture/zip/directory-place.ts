import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { recordSignature } from './directory-record.ts'

/** Where the directory of an archive is. */
export interface DirectoryPlace {
  readonly start: number
  readonly end: number
  /** Files that it has, as the record behind it says. */
  readonly count: number
  /** Bytes before the archive, which places in it do not count: a program that unpacks it. */
  readonly before: number
}

const endRecord = { signature: 0x06054b50, size: 22 } as const
const longEndRecord = { signature: 0x06064b50, size: 56 } as const
const locator = { signature: 0x07064b50, size: 20 } as const

/**
 * Where the directory is, in an archive that has no comment and nothing before or behind it; undefined for any other.
 * APPNOTE.TXT 4.3.14 to 4.3.16
 */
export function plainDirectory(stored: StoredBytes): DirectoryPlace | undefined {
  const at = stored.size - endRecord.size
  if (at < 0) return undefined
  const told = toldPlace(stored, at, 'only as it says')
  return told !== undefined && !told.isShort && told.start + told.length === told.behind
    ? { start: told.start, end: told.behind, count: told.count, before: 0 }
    : undefined
}

/** Bytes at the end in which the end record is looked for: it has a comment of 65,535 bytes at most, and something may stand behind it. */
const tail = 2 ** 17

/**
 * The same in any archive: its comment may look like another end record, and there may be something before and behind it. The last that
 * fits to a directory counts.
 */
export function findDirectory(stored: StoredBytes): DirectoryPlace | undefined {
  const from = Math.max(0, stored.size - tail)
  // A copy: the bytes of an archive hold until the next are read.
  const bytes = Buffer.from(stored.read(from, stored.size))
  const wanted = Buffer.from('PK\x05\x06', 'latin1')
  for (let at = bytes.lastIndexOf(wanted); at !== -1; at = at === 0 ? -1 : bytes.lastIndexOf(wanted, at - 1)) {
    if (at + endRecord.size > bytes.length) continue
    const told = toldPlace(stored, from + at, 'anywhere')
    const place = told === undefined ? undefined : placeOf(stored, told)
    if (place !== undefined) return place
  }
  return undefined
}

/** What an end record says, and where it or its longer form begins. */
interface ToldPlace {
  readonly start: number
  readonly length: number
  readonly count: number
  readonly behind: number
  /** Whether its numbers ask for the longer form, which is not there. */
  readonly isShort: boolean
}

/** Where the longer form is looked for: with something before the archive it is not where its locator says. */
type LongRecord = 'only as it says' | 'anywhere'

function toldPlace(stored: StoredBytes, at: number, where: LongRecord): ToldPlace | undefined {
  const view = viewOf(stored, at, endRecord.size)
  if (view.getUint32(0, true) !== endRecord.signature) return undefined
  const [count, length, start] = [view.getUint16(10, true), view.getUint32(12, true), view.getUint32(16, true)]
  const isLong = count === 0xffff || length === 0xffffffff || start === 0xffffffff
  const long = isLong ? longPlace(stored, at - locator.size, where) : undefined
  return long ?? { start, length, count, behind: at, isShort: isLong }
}

function longPlace(stored: StoredBytes, at: number, where: LongRecord): ToldPlace | undefined {
  if (at < 0) return undefined
  const pointer = viewOf(stored, at, locator.size)
  if (pointer.getUint32(0, true) !== locator.signature) return undefined
  const told = Number(pointer.getBigUint64(8, true))
  for (const behind of where === 'anywhere' ? [told, at - longEndRecord.size] : [told]) {
    if (behind < 0 || behind + longEndRecord.size > at) continue
    const view = viewOf(stored, behind, longEndRecord.size)
    if (view.getUint32(0, true) !== longEndRecord.signature) continue
    const [count, length, start] = [32, 40, 48].map((field) => Number(view.getBigUint64(field, true)))
    return { count: count ?? 0, length: length ?? 0, start: start ?? 0, behind, isShort: false }
  }
  return undefined
}

/** A place that has a directory: right before the end record, however much stands before the archive; or where that says. */
function placeOf(stored: StoredBytes, { start, length, count, behind }: ToldPlace): DirectoryPlace | undefined {
  for (const from of [behind - length, start]) {
    if (from < 0 || from > behind) continue
    const isEmpty = count === 0 && length === 0
    if (!isEmpty && (from + 4 > behind || viewOf(stored, from, 4).getUint32(0, true) !== recordSignature)) continue
    return { start: from, end: behind, count, before: Math.max(0, from - start) }
  }
  return undefined
}

function viewOf(stored: StoredBytes, start: number, length: number): DataView {
  const bytes = stored.read(start, start + length)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
