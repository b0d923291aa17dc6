import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { findDirectory } from './directory-place.ts'
import { directoryRecord, recordLength, recordsOf } from './directory-record.ts'
import type { RawEntry } from './raw-entry.ts'
import { maxEntries } from './zip-file.ts'

interface Directory {
  readonly entries: readonly RawEntry[]
  /** Why it does not go on; undefined where it was read to its end. */
  readonly broken: string | undefined
  /** Files that it has beside those; there may be more than are read. */
  readonly left: number
}

/** Bytes of a directory that are held: 500 for each of the files that are read. */
const maxDirectory = 2 ** 28

/**
 * The files that the directory at the end of a ZIP archive names, whatever stands before and behind the archive. Of one that is broken
 * those before that. Names are not looked at, and what it says about the number of its files is not believed.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function readCentralDirectory(stored: StoredBytes): Directory {
  const place = findDirectory(stored)
  if (place === undefined) return { entries: [], broken: 'it has no directory at its end', left: 0 }
  const bytes = Buffer.from(stored.read(place.start, Math.min(place.end, place.start + maxDirectory)))
  const starts = recordsOf(bytes)
  const entries = starts.slice(0, maxEntries).map((start) => entryAt(bytes, start, place.before))
  const last = starts.at(-1)
  const end = last === undefined ? 0 : last + recordLength(bytes, last)
  const isCut = end > bytes.length || (starts.length < maxEntries && starts.length % 2 ** 16 < place.count % 2 ** 16)
  const broken = isCut ? `its directory is broken behind ${starts.length} files` : undefined
  return { entries, broken, left: starts.length - entries.length }
}

function entryAt(bytes: Buffer, start: number, before: number): RawEntry {
  const entry = directoryRecord(bytes, start)
  return before === 0 ? entry : { ...entry, at: entry.at + before }
}
