import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { indexIn, lastIndexIn, type Range } from '../../saved/search-stored.ts'
import { plainDirectory } from './directory-place.ts'
import { directoryRecord, isRecord, recordAt, recordLength, recordSignature, recordsOf } from './directory-record.ts'
import type { RawEntry } from './raw-entry.ts'

/** The directory of a ZIP archive as it lies there: a file is looked for by its name, and only its record is read. */
export interface DirectoryBytes {
  /** Files that it names. */
  readonly count: number
  names(): readonly string[]
  /** The first file of the name. */
  find(name: string): RawEntry | undefined
  /** The last of all its files. */
  last(): RawEntry | undefined
}

/**
 * The directory of an archive that has no comment and ends where it says. With thousands of files an object for each takes longer than the
 * one file that is wanted. Undefined for any other archive, which has to be read with care. APPNOTE.TXT 4.3.12 to 4.3.16
 */
export function directoryBytes(stored: StoredBytes): DirectoryBytes | undefined {
  const place = plainDirectory(stored)
  if (place === undefined) return undefined
  // A copy: the bytes of an archive hold until the next are read.
  const all = () => Buffer.from(stored.read(place.start, place.end))
  const found = new Map<string, RawEntry | undefined>()
  let ofName: ((name: string) => RawEntry | undefined) | undefined
  return {
    count: place.count,
    names() {
      const bytes = all()
      return recordsOf(bytes).map((start) => directoryRecord(bytes, start).name)
    },
    find(name) {
      if (found.size < worthAMap && ofName === undefined) {
        if (!found.has(name)) found.set(name, firstOf(stored, place, name))
        return found.get(name)
      }
      ofName ??= finderIn(all())
      return ofName(name)
    },
    last: () => lastOf(stored, place),
  }
}

/** Searches after which it pays to have read all records. */
const worthAMap = 50

function finderIn(bytes: Buffer): (name: string) => RawEntry | undefined {
  const all = recordsOf(bytes).toReversed()
  const starts = new Map(all.map((start) => [directoryRecord(bytes, start).name, start]))
  return (name) => {
    const start = starts.get(name)
    return start === undefined ? undefined : directoryRecord(bytes, start)
  }
}

/** The first record of a name, of which there is one at every place when it is empty. */
function firstOf(stored: StoredBytes, { start, end }: Range, name: string): RawEntry | undefined {
  const wanted = Buffer.from(name)
  if (wanted.length === 0) return undefined
  for (let from = start; ; ) {
    const at = indexIn(stored, wanted, { start: from, end })
    if (at === -1) return undefined
    const record = at - recordAt.name < start ? undefined : recordIn(stored, { start: at - recordAt.name, end })
    if (record?.name === name) return record
    from = at + 1
  }
}

/** Bytes of the end of a directory that are searched for its last record, which is that of a short name. */
const tailSize = 512

function lastOf(stored: StoredBytes, { start, end }: Range): RawEntry | undefined {
  const signature = Buffer.alloc(4)
  signature.writeUInt32LE(recordSignature)
  const at = lastIndexIn(stored, signature, { start: Math.max(start, end - tailSize), end })
  return at === -1 ? undefined : recordIn(stored, { start: at, end }, true)
}

/** The record at the start of a range. Undefined where there is none, it is cut off, or it should fill the range and does not. */
function recordIn(stored: StoredBytes, { start, end }: Range, fills = false): RawEntry | undefined {
  if (start + recordAt.name > end) return undefined
  // Copies: of a record more is read when it is asked for.
  const head = Buffer.from(stored.read(start, start + recordAt.name))
  if (!isRecord(head, 0)) return undefined
  const length = recordLength(head, 0)
  if (start + length > end || (fills && start + length !== end)) return undefined
  return directoryRecord(Buffer.from(stored.read(start, start + length)), 0)
}
