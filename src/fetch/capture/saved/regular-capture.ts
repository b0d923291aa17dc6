import { inMemory, type StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { AppError } from '../../../errors.ts'
import { faultTexts } from '../../saved/entry-name.ts'
import { partOf } from '../../saved/search-stored.ts'
import { manifestEntry } from '../format/layout.ts'
import { type ManifestText, manifestText } from '../format/manifest-text.ts'
import type { StoredFiles } from '../format/stored-files.ts'
import { directoryBytes } from '../zip/directory-bytes.ts'
import type { RawEntry } from '../zip/raw-entry.ts'
import { readBytes } from '../zip/read-bytes.ts'
import { packedEntry, placeOfEntry, unpackEntry } from '../zip/unpack-entry.ts'
import { type CaptureFile, captureOf, tellState } from './capture-file.ts'

interface RegularOptions {
  /** Most bytes that one of its files may have, unpacked. */
  readonly maxSize: number
  note(line: string): void
}

/**
 * A capture as this program writes it, whole and with as many files as its manifest names: of its directory and of its manifest only
 * what is asked for is read, each file is held against its SHA-256. Undefined for anything else, which has to be read with care.
 */
export async function regularCapture(
  stored: StoredBytes,
  label: string,
  { maxSize, note }: RegularOptions,
): Promise<CaptureFile | undefined> {
  const directory = directoryBytes(stored)
  if (directory === undefined) return undefined
  const last = directory.last()
  if (last?.name !== manifestEntry || last.fault !== undefined) return undefined
  const text = await manifestIn(stored, last, { label, maxSize }).catch((error: unknown) => {
    if (error instanceof AppError) return undefined
    throw error
  })
  if (text === undefined || text.manifest.fileCount !== directory.count - 1) return undefined
  const { manifest, sha256 } = text
  tellState(label, manifest, note)
  const readOnce = readBytes(stored, label)
  readOnce.add(last)
  const sound = (name: string): RawEntry | undefined => {
    const entry = directory.find(name)
    const fault = entry?.fault === undefined ? undefined : faultTexts.get(entry.fault)
    if (fault !== undefined) throw new AppError(`${name} of ${label} is not read: ${fault}`)
    if (entry === undefined) return undefined
    readOnce.add(entry)
    // Its SHA-256 says more.
    return { ...entry, crc: undefined }
  }
  const files: StoredFiles = {
    label,
    get names() {
      return directory.names()
    },
    problems: [],
    has: (name) => directory.find(name) !== undefined,
    written: (name) => directory.find(name)?.written(),
    async read(name) {
      const entry = sound(name)
      return entry === undefined ? undefined : unpackEntry(stored, entry, { label: `${name} of ${label}`, maxSize })
    },
    packed(name) {
      const entry = sound(name)
      return entry === undefined ? undefined : packedEntry(stored, entry, { label: `${name} of ${label}`, maxSize })
    },
  }
  const sources = () => text.sources
  return captureOf(files, { isIstio: undefined, manifest, sources, sha256 })
}

/** The manifest, which stays where it is unless it is packed. @throws AppError when it is broken or too large */
async function manifestIn(
  stored: StoredBytes,
  entry: RawEntry,
  { label, maxSize }: { readonly label: string; readonly maxSize: number },
): Promise<ManifestText | undefined> {
  const options = { label: `${manifestEntry} of ${label}`, maxSize }
  return manifestText(
    entry.isDeflated
      ? inMemory(await unpackEntry(stored, entry, options))
      : partOf(stored, placeOfEntry(stored, entry, options)),
  )
}
