import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { directoryRecord, recordAt, recordLength, recordSignature } from './directory-record.ts'
import type { RawEntry } from './raw-entry.ts'

/** The directory of a ZIP archive as it lies there: a file is looked for by its name, and only its record is read. */
export interface DirectoryBytes {
  /** Files that it names. */
  readonly count: number
  names(): readonly string[]
  /** The first file of the name. */
  find(name: string): RawEntry | undefined
}

/**
 * The directory of an archive that has no comment and ends where it says. With thousands of files an object for each takes longer than the
 * one file that is wanted. Undefined for any other archive, which has to be read with care. APPNOTE.TXT 4.3.12 to 4.3.16
 */
export function directoryBytes(stored: StoredBytes): DirectoryBytes | undefined {
  const place = placeOf(stored)
  if (place === undefined) return undefined
  // A copy: the bytes of an archive hold until the next are read.
  const bytes = Buffer.from(stored.read(place.start, place.end))
  let searches = 0
  let starts: ReadonlyMap<string, number> | undefined
  return {
    count: place.count,
    names: () => allRecords(bytes).map(({ name }) => name),
    find(name) {
      searches += 1
      if (searches > worthAMap) {
        starts ??= firstOfEach(allRecords(bytes))
        const start = starts.get(name)
        return start === undefined ? undefined : directoryRecord(bytes, start)
      }
      // Of nothing there is one at every place.
      if (name === '') return undefined
      const wanted = Buffer.from(name)
      for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + 1)) {
        const start = at - recordAt.name
        if (!isRecord(bytes, start)) continue
        const record = directoryRecord(bytes, start)
        if (record.name === name) return record
      }
      return undefined
    },
  }
}

function isRecord(bytes: Buffer, start: number): boolean {
  return start >= 0 && bytes.readUInt32LE(start) === recordSignature
}

/** Searches after which it pays to have read all records. */
const worthAMap = 50

interface NamedRecord {
  readonly name: string
  readonly start: number
}

/** The records as far as they fit together. */
function allRecords(bytes: Buffer): readonly NamedRecord[] {
  const records: NamedRecord[] = []
  for (
    let start = 0;
    start + recordAt.name <= bytes.length && isRecord(bytes, start);
    start += recordLength(bytes, start)
  )
    records.push({ name: directoryRecord(bytes, start).name, start })
  return records
}

function firstOfEach(records: readonly NamedRecord[]): ReadonlyMap<string, number> {
  return new Map(records.toReversed().map(({ name, start }) => [name, start]))
}

interface Place {
  readonly start: number
  readonly end: number
  readonly count: number
}

const endRecord = { signature: 0x06054b50, size: 22 } as const
const longEndRecord = { signature: 0x06064b50, size: 56 } as const
const locator = { signature: 0x07064b50, size: 20 } as const

/** Where the directory is, by the record behind it; undefined where that is not at the very end, or does not fit to what is there. */
function placeOf(stored: StoredBytes): Place | undefined {
  const at = stored.size - endRecord.size
  if (at < 0) return undefined
  const view = viewOf(stored, at, endRecord.size)
  if (view.getUint32(0, true) !== endRecord.signature) return undefined
  const [count, size, start] = [view.getUint16(10, true), view.getUint32(12, true), view.getUint32(16, true)]
  const isLong = count === 0xffff || size === 0xffffffff || start === 0xffffffff
  const place = isLong ? longPlace(stored, at - locator.size) : { start, end: start + size, count, behind: at }
  return place !== undefined && place.end === place.behind ? place : undefined
}

function longPlace(stored: StoredBytes, at: number): (Place & { readonly behind: number }) | undefined {
  if (at < 0) return undefined
  const pointer = viewOf(stored, at, locator.size)
  const behind = Number(pointer.getBigUint64(8, true))
  const isThere = pointer.getUint32(0, true) === locator.signature && behind + longEndRecord.size <= at
  if (!isThere) return undefined
  const view = viewOf(stored, behind, longEndRecord.size)
  if (view.getUint32(0, true) !== longEndRecord.signature) return undefined
  const start = Number(view.getBigUint64(48, true))
  return { start, end: start + Number(view.getBigUint64(40, true)), count: Number(view.getBigUint64(32, true)), behind }
}

function viewOf(stored: StoredBytes, start: number, length: number): DataView {
  const bytes = stored.read(start, start + length)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
