import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { AppError } from '../../../errors.ts'
import type { RawEntry } from './raw-entry.ts'

/** Counts the bytes that were read of an archive. */
export interface ReadBytes {
  /** @throws AppError where the files that were read, each counted once, have more bytes in the archive than it has itself */
  add(entry: RawEntry): void
}

/**
 * Counts what is read of an archive. Bombs name the same bytes as hundreds of files, each of which is no larger than the limit: together they
 * would unpack to terabytes. Files that lie beside each other, as everywhere else, never come to more than the archive.
 */
export function readBytes(stored: StoredBytes, label: string): ReadBytes {
  const places = new Set<string>()
  let sum = 0
  return {
    add({ name, packedSize }) {
      // One that says it is longer than all of it is not there.
      if (places.has(name) || packedSize > stored.size) return
      if (sum + packedSize > stored.size)
        throw new AppError(
          `${name} of ${label} is not read: its bytes are also those of other files, as in an archive that is made to take all memory`,
        )
      places.add(name)
      sum += packedSize
    },
  }
}
