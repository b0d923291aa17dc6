import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { plainDirectory } from './directory-place.ts'
import { directoryRecord, isRecord, recordAt, recordsOf } from './directory-record.ts'
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
  const place = plainDirectory(stored)
  if (place === undefined) return undefined
  // A copy: the bytes of an archive hold until the next are read.
  const bytes = Buffer.from(stored.read(place.start, place.end))
  let searches = 0
  let starts: ReadonlyMap<string, number> | undefined
  return {
    count: place.count,
    names: () => recordsOf(bytes).map((start) => directoryRecord(bytes, start).name),
    find(name) {
      searches += 1
      if (searches > worthAMap) {
        starts ??= firstOfEach(bytes)
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

/** Searches after which it pays to have read all records. */
const worthAMap = 50

function firstOfEach(bytes: Buffer): ReadonlyMap<string, number> {
  const all = recordsOf(bytes).toReversed()
  return new Map(all.map((start) => [directoryRecord(bytes, start).name, start]))
}
