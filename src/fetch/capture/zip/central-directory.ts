import type { Entry, RandomAccessReader, ZipFile } from 'yauzl'
import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { entryFault, methods } from './entry-form.ts'
import type { RawEntry } from './raw-entry.ts'
import { maxEntries } from './zip-file.ts'

interface Directory {
  readonly entries: readonly RawEntry[]
  /** Why it does not go on; undefined where it was read to its end. */
  readonly broken: string | undefined
}

/**
 * The files that the directory at the end of a ZIP archive names. Of one that is broken those before that. Names are not looked at.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function readCentralDirectory(stored: StoredBytes): Promise<Directory> {
  const entries: RawEntry[] = []
  try {
    const { fromRandomAccessReaderPromise, RandomAccessReader: Reader } = await import('yauzl')
    const reader = readerOf(stored, Reader)
    const options = { autoClose: false, decodeStrings: false, validateEntrySizes: false }
    const zip = await fromRandomAccessReaderPromise(reader, stored.size, options)
    if (zip.entryCount > maxEntries)
      return { entries, broken: `it has ${zip.entryCount} files, ${maxEntries} at most are read` }
    const broken = readAll(zip, (entry) => void entries.push(rawEntry(entry)))
    return { entries, broken }
  } catch (cause) {
    return { entries, broken: cause instanceof Error ? cause.message : String(cause) }
  }
}

/**
 * All entries, in one go: the reader answers at once, and a promise for each of tens of thousands takes longer than to read it.
 * @returns why it does not go on; undefined at the end
 */
function readAll(zip: ZipFile, found: (entry: Entry) => void): string | undefined {
  let goesOn = true
  let broken: string | undefined
  zip.on('error', (error: Error) => {
    broken = error.message
  })
  zip.on('entry', (entry: Entry) => {
    found(entry)
    goesOn = true
  })
  while (goesOn) {
    goesOn = false
    zip.readEntry()
  }
  return broken
}

function readerOf(stored: StoredBytes, Reader: typeof RandomAccessReader): RandomAccessReader {
  return new (class extends Reader {
    override read(
      buffer: Buffer,
      offset: number,
      length: number,
      position: number,
      callback: (error: Error | null) => void,
    ): void {
      if (position < 0 || position + length > stored.size) callback(new Error('unexpected end of the file'))
      else {
        buffer.set(stored.read(position, position + length), offset)
        callback(null)
      }
    }
    override _readStreamForRange(): never {
      throw new Error('files are read by their place')
    }
  })()
}

function rawEntry(entry: Entry): RawEntry {
  return {
    name: Buffer.from(entry.fileNameRaw).toString('utf8'),
    at: entry.relativeOffsetOfLocalHeader,
    packedSize: entry.compressedSize,
    size: entry.uncompressedSize,
    isDeflated: entry.compressionMethod === methods.deflated,
    written: () => entry.getLastModDate({ timezone: 'UTC' }),
    fault: entryFault({
      mode: entry.externalFileAttributes >>> 16,
      flags: entry.generalPurposeBitFlag,
      method: entry.compressionMethod,
    }),
  }
}
