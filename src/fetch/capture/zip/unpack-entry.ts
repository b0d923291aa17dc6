import { promisify } from 'node:util'
import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { AppError } from '../../../errors.ts'
import type { PackedPage } from '../../../mesh/packed-page.ts'
import { tooLarge } from '../../limits.ts'
import type { Range } from '../../saved/search-stored.ts'
import { localHeader, type RawEntry } from './raw-entry.ts'

/** Bytes that one byte of deflate stands for at most: 258 for each two bits, and a little for what is around them. RFC 1951 */
const maxRatio = 1100

/** Size from which another thread unpacks a file, in bytes: this one meanwhile reads what was unpacked before. */
const worthAThread = 2 ** 18

/** The least that Node's zlib takes. */
const leastChunk = 64

/**
 * The bytes of a file. No more memory is taken than the entry says it needs, and none beyond the limit.
 * @param label names it in errors
 * @throws AppError when it is broken or too large
 */
export async function unpackEntry(
  stored: StoredBytes,
  entry: RawEntry,
  options: { readonly label: string; readonly maxSize: number },
): Promise<Uint8Array> {
  underWay += 1
  try {
    return await unpacked(stored, entry, options)
  } finally {
    underWay -= 1
  }
}

/** Files that are unpacked at the moment. */
let underWay = 0

async function unpacked(
  stored: StoredBytes,
  entry: RawEntry,
  options: { readonly label: string; readonly maxSize: number },
): Promise<Uint8Array> {
  const page = packedEntry(stored, entry, options)
  if (underWay === 1 || page.size < worthAThread) return unpack(page)
  const module = await zlib()
  if (!page.isDeflated) return whole(page, page.packed, module)
  try {
    return whole(page, await promisify(module.inflateRaw)(page.packed, inflating(page)), module)
  } catch (cause) {
    throw brokenBy(page, cause)
  }
}

/** What unpacks is loaded when something has to be unpacked. */
const zlib = () => import('node:zlib')

/** A file as it lies in the archive, copied. @throws AppError when it is broken or too large */
export function packedEntry(
  stored: StoredBytes,
  entry: RawEntry,
  options: { readonly label: string; readonly maxSize: number },
): Packed {
  const { start, end } = placeOfEntry(stored, entry, options)
  const { isDeflated, size, crc, written } = entry
  // A copy, which slice of a Buffer is not: others read meanwhile, and who asked keeps what was stored as it is.
  const packed = new Uint8Array(stored.read(start, end))
  return { label: options.label, packed, isDeflated, size, crc, written: written() }
}

/** Where the bytes of a file are in the archive. @throws AppError when it is broken or too large */
export function placeOfEntry(
  stored: StoredBytes,
  { at, packedSize, size, isDeflated }: RawEntry,
  { label, maxSize }: { readonly label: string; readonly maxSize: number },
): Range {
  if (size > maxSize || packedSize > maxSize + slack) throw tooLarge(label, maxSize)
  if (!isDeflated && size !== packedSize) throw broken(label, `it has ${packedSize} bytes instead of ${size}`)
  if (isDeflated && size > packedSize * maxRatio)
    throw broken(label, `${packedSize} bytes cannot unpack to the ${size} that it says it has`)
  const start = at + headerSize(stored, at)
  // A start that is no number is one that was not found.
  if (!(start + packedSize <= stored.size)) throw broken(label, 'it is not where the archive says')
  return { start, end: start + packedSize }
}

/** Bytes by which what cannot be compressed may grow: five for each 16 KB, of 4 GB at most. RFC 1951, 3.2.4 */
const slack = 2 ** 21

type Packed = Omit<PackedPage, 'sha256'>

/** The bytes of a file. @throws AppError when it is broken */
export async function unpack(page: Packed): Promise<Uint8Array> {
  const module = await zlib()
  if (!page.isDeflated) return whole(page, page.packed, module)
  try {
    return whole(page, module.inflateRawSync(page.packed, inflating(page)), module)
  } catch (cause) {
    throw brokenBy(page, cause)
  }
}

/** One piece of the size that it has: pieces would be put together once more. One that is full is followed by another, so it has a byte more. */
function inflating({ size }: Packed) {
  return { maxOutputLength: Math.max(1, size), chunkSize: Math.max(leastChunk, size + 1) }
}

function whole({ label, size, crc }: Packed, bytes: Uint8Array, module: typeof import('node:zlib')): Uint8Array {
  if (bytes.length !== size) throw broken(label, `it has ${bytes.length} bytes instead of ${size}`)
  if (crc === undefined || module.crc32(bytes) === crc) return bytes
  throw broken(label, 'its CRC-32 is not the one that the archive has')
}

function brokenBy({ label, size }: Packed, cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  if (cause instanceof RangeError) return broken(label, `it unpacks to more than the ${size} bytes that it says it has`)
  return broken(label, cause instanceof Error ? cause.message : String(cause))
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
