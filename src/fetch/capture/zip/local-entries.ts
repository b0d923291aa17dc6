import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { longNumbers } from './directory-record.ts'
import { entryFault, methods } from './entry-form.ts'
import { localHeader, type RawEntry } from './raw-entry.ts'
import { maxEntries } from './zip-file.ts'

interface Found {
  readonly entries: readonly RawEntry[]
  /** The name of the first file that is cut short; undefined where none is. */
  readonly cutWithin: string | undefined
}

/**
 * The files of a ZIP archive without its directory, which is written last: each is described by the header before its bytes, and by the
 * descriptor behind them where the header does not know their number. Behind a place that is broken the next header is looked for.
 * APPNOTE.TXT 4.3.7, 4.3.9
 */
export function readLocalEntries(stored: StoredBytes): Found {
  const entries: RawEntry[] = []
  let cutWithin: string | undefined
  // Bytes that may be looked at: whoever made the archive chose how many headers without an end it has.
  let left = maxLooks * stored.size + searched
  let at = 0
  while (entries.length < maxEntries && left > 0) {
    const header = headerAt(stored, at)
    if (header === undefined) {
      const next = isBehindFiles(stored, at) ? undefined : nextHeader(stored, at)
      if (next === undefined) break
      left -= next - at
      at = next
      continue
    }
    const found = header.sizes ?? describedSizes(stored, header.start)
    if (found === undefined || header.start + found.packedSize > stored.size) {
      cutWithin ??= header.name
      left -= (header.sizes === undefined ? stored.size : header.start) - at
      // Its own numbers may be what is broken.
      at += localHeader.size
      continue
    }
    const { name, isDeflated, fault } = header
    const { packedSize, size, crc } = found
    entries.push({ name, at, isDeflated, fault, written: unknown, size, crc, packedSize })
    left -= header.start - at
    at = header.start + packedSize + found.behind
  }
  return { entries, cutWithin }
}

/** Times that the bytes of an archive may be looked at. */
const maxLooks = 8

/** What is searched for a header at a time, in bytes. */
const searched = 2 ** 20

/** Whether the directory or its end is there. */
function isBehindFiles(stored: StoredBytes, at: number): boolean {
  return at + 4 <= stored.size && behindFiles.has(viewOf(stored, at, 4).getUint32(0, true))
}

/** Where the next header is, behind a place that has none. */
function nextHeader(stored: StoredBytes, at: number): number | undefined {
  for (let from = at + 1; from < stored.size; from += searched) {
    const part = Buffer.from(stored.read(from, Math.min(stored.size, from + searched + signature.length - 1)))
    const found = part.indexOf(signature)
    if (found !== -1) return from + found
  }
  return undefined
}

const signature = Buffer.from('PK\x03\x04', 'latin1')

interface Sizes {
  readonly packedSize: number
  readonly size: number
  readonly crc: number
  /** Bytes of the descriptor behind the file. */
  readonly behind: number
}

interface Header extends Pick<RawEntry, 'name' | 'isDeflated' | 'fault'> {
  readonly start: number
  /** Undefined where they stand behind the file. */
  readonly sizes: Sizes | undefined
}

/** Only the directory has it. */
const unknown = () => undefined

function headerAt(stored: StoredBytes, at: number): Header | undefined {
  if (at + localHeader.size > stored.size) return undefined
  const view = viewOf(stored, at, localHeader.size)
  if (view.getUint32(0, true) !== localHeader.signature) return undefined
  const [flags, method] = [view.getUint16(6, true), view.getUint16(8, true)]
  const crc = view.getUint32(14, true)
  const short = [view.getUint32(22, true), view.getUint32(18, true), 0] as const
  const nameEnd = at + localHeader.size + view.getUint16(26, true)
  const start = nameEnd + view.getUint16(28, true)
  const name = Buffer.from(stored.read(at + localHeader.size, Math.min(nameEnd, stored.size))).toString('utf8')
  const isLong = short.includes(inExtraField) && start <= stored.size
  const [size, packedSize] = isLong ? longNumbers(Buffer.from(stored.read(nameEnd, start)), short) : short
  return {
    name,
    start,
    isDeflated: method === methods.deflated,
    // Only the directory has the mode.
    fault: entryFault({ mode: 0, flags, method }),
    sizes: (flags & 8) !== 0 || packedSize === inExtraField ? undefined : { packedSize, size, crc, behind: 0 },
  }
}

/** A size that stands in an extra field instead. */
const inExtraField = 0xffffffff

const descriptor = { signature: Buffer.from([0x50, 0x4b, 0x07, 0x08]), size: 16, longSize: 24 }

/** Bytes that are searched at a time. */
const step = 1 << 20

/** A descriptor is one whose number of packed bytes is the distance to where the file begins. */
function describedSizes(stored: StoredBytes, start: number): Sizes | undefined {
  for (let from = start; from < stored.size; from += step) {
    // The overlap is one descriptor: one that begins before the border is there as a whole.
    const part = Buffer.from(stored.read(from, Math.min(stored.size, from + step + descriptor.longSize)))
    for (
      let found = part.indexOf(descriptor.signature);
      found !== -1 && found < step;
      found = part.indexOf(descriptor.signature, found + 1)
    ) {
      const sizes = sizesAt(part, found, from + found - start)
      if (sizes !== undefined) return sizes
    }
  }
  return undefined
}

/** The directory, its end and the longer form of that. APPNOTE.TXT 4.3.6 */
const behindFiles: ReadonlySet<number> = new Set([0x02014b50, 0x06054b50, 0x06064b50])

/** Sizes of 64 bits begin like those of 32: what follows tells which they are. */
function sizesAt(part: Buffer, at: number, distance: number): Sizes | undefined {
  const end = at + descriptor.size
  if (end > part.length || part.readUInt32LE(at + 8) !== distance % 2 ** 32) return undefined
  const isLong =
    at + descriptor.longSize <= part.length &&
    Number(part.readBigUInt64LE(at + 8)) === distance &&
    !isRecordAt(part, end)
  const crc = part.readUInt32LE(at + 4)
  if (isLong)
    return { packedSize: distance, size: Number(part.readBigUInt64LE(at + 16)), crc, behind: descriptor.longSize }
  const endsHere = end === part.length || part.toString('latin1', end, end + 2) === 'PK'
  return endsHere && distance < 2 ** 32
    ? { packedSize: distance, size: part.readUInt32LE(at + 12), crc, behind: descriptor.size }
    : undefined
}

/** Whether what stands behind a descriptor begins there: a file, or what is behind all of them. */
function isRecordAt(part: Buffer, at: number): boolean {
  const found = part.readUInt32LE(at)
  return found === localHeader.signature || behindFiles.has(found)
}

function viewOf(stored: StoredBytes, start: number, length: number): DataView {
  const bytes = stored.read(start, start + length)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
