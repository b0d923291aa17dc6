import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { AppError } from '../../../errors.ts'
import { tooLarge } from '../../limits.ts'
import type { StoredFiles } from '../format/stored-files.ts'
import { type EntryFault, faultTexts, nameFault } from './entry-name.ts'
import { localHeader, type RawEntry } from './raw-entry.ts'

/** Most files of an archive: ten for each of twice as many proxies as a mesh can have pods that anybody has tested. */
export const maxEntries = 500_000

/** Faults of one kind that are named; the others are counted. */
const maxNamed = 3

interface ZipInput {
  readonly stored: StoredBytes
  readonly label: string
  readonly entries: readonly RawEntry[]
  /** What is wrong with the archive as a whole. */
  readonly problems: readonly string[]
  /** Most bytes of one file. */
  readonly maxSize: number
}

/** The archive of entries that were found in it; those that cannot be taken are passed over, with a line for each kind. */
export function zipFile({ stored, label, entries, problems, maxSize }: ZipInput): StoredFiles {
  const files = new Map<string, RawEntry>()
  const faulty = new Map<EntryFault, string[]>()
  for (const entry of entries) {
    if (entry.name.endsWith('/') && nameFault(entry.name.slice(0, -1)) === undefined) continue
    const fault = nameFault(entry.name) ?? entry.fault ?? (files.has(entry.name) ? 'duplicate' : undefined)
    if (fault === undefined) files.set(entry.name, entry)
    else faulty.set(fault, [...(faulty.get(fault) ?? []), entry.name])
  }
  return {
    label,
    names: [...files.keys()],
    problems: [...problems, ...[...faulty].map((each) => faultLine(label, each)), ...similarNames(label, files)],
    has: (name) => files.has(name),
    written: (name) => files.get(name)?.written(),
    async read(name) {
      const entry = files.get(name)
      return entry === undefined ? undefined : unpacked(stored, entry, { label: `${name} of ${label}`, maxSize })
    },
  }
}

function faultLine(label: string, [fault, names]: readonly [EntryFault, readonly string[]]): string {
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : ''
  const named = names.slice(0, maxNamed).map((name) => JSON.stringify(name))
  return `${label}: ${named.join(', ')}${more} is passed over: ${faultTexts.get(fault)}.`
}

/** Names that a file system may take for one: both are read here, and only one is left of them where the archive is unpacked. */
function similarNames(label: string, files: ReadonlyMap<string, RawEntry>): readonly string[] {
  // Names of Kubernetes have lower case only.
  if (![...files.keys()].some((name) => name !== name.toLowerCase())) return []
  const known = new Map<string, string>()
  const similar: string[] = []
  for (const name of files.keys()) {
    const plain = name.toLowerCase()
    const first = known.get(plain)
    if (first === undefined) known.set(plain, name)
    else similar.push(`${JSON.stringify(first)} and ${JSON.stringify(name)}`)
  }
  if (similar.length === 0) return []
  const more = similar.length > maxNamed ? ` and ${similar.length - maxNamed} more` : ''
  return [
    `${label}: ${similar.slice(0, maxNamed).join(', ')}${more} differ only in case: each is read by its own name.`,
  ]
}

/** Bytes that one byte of deflate stands for at most: 258 for each two bits, and a little for what is around them. RFC 1951 */
const mostRatio = 1100

/** The least that Node's zlib takes. */
const leastChunk = 64

/** No more memory is taken than the entry says it needs, and none beyond the limit. */
async function unpacked(
  stored: StoredBytes,
  { at, packedSize, size, isDeflated }: RawEntry,
  { label, maxSize }: { readonly label: string; readonly maxSize: number },
): Promise<Uint8Array> {
  if (size > maxSize) throw tooLarge(label, maxSize)
  if (isDeflated && size > packedSize * mostRatio)
    throw broken(label, `${packedSize} bytes cannot unpack to the ${size} that it says it has`)
  // Before the archive is read: the bytes of a part hold until another is read, which whoever waits must let happen.
  const { inflateRawSync } = await import('node:zlib')
  const start = at + headerSize(stored, at)
  // A start that is no number is one that was not found.
  if (!(start + packedSize <= stored.size)) throw broken(label, 'it is not where the archive says')
  const packed = stored.read(start, start + packedSize)
  if (!isDeflated) return packed.slice()
  try {
    // One piece of the size that it has: pieces would be put together once more.
    const bytes = inflateRawSync(packed, { maxOutputLength: Math.max(1, size), chunkSize: Math.max(leastChunk, size) })
    if (bytes.length === size) return bytes
    throw broken(label, `it has ${bytes.length} bytes instead of ${size}`)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (cause instanceof RangeError)
      throw broken(label, `it unpacks to more than the ${size} bytes that it says it has`)
    throw broken(label, cause instanceof Error ? cause.message : String(cause))
  }
}

/** Bytes of the local header of a file, with its name; NaN where there is none. */
function headerSize(stored: StoredBytes, at: number): number {
  if (at + localHeader.size > stored.size) return Number.NaN
  const bytes = stored.read(at, at + localHeader.size)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getUint32(0, true) !== localHeader.signature) return Number.NaN
  return localHeader.size + view.getUint16(26, true) + view.getUint16(28, true)
}

function broken(label: string, why: string): AppError {
  return new AppError(`${label} is broken: ${why}`)
}
