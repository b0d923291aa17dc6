import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { entryFault, methods } from './entry-form.ts'
import { localHeader, type RawEntry } from './raw-entry.ts'
import { maxEntries } from './zip-file.ts'

interface Found {
  readonly entries: readonly RawEntry[]
  /** The name of the file within which the archive ends; undefined where it ends behind one. */
  readonly cutWithin: string | undefined
}

/**
 * The files of a ZIP archive without its directory, which is written last: each is described by the header before its bytes, and by the
 * descriptor behind them where the header does not know their number. APPNOTE.TXT 4.3.7, 4.3.9
 */
export function readLocalEntries(stored: StoredBytes): Found {
  const entries: RawEntry[] = []
  let at = 0
  while (entries.length < maxEntries) {
    const header = headerAt(stored, at)
    if (header === undefined) return { entries, cutWithin: undefined }
    const sizes = header.sizes ?? describedSizes(stored, header.start)
    if (sizes === undefined || header.start + sizes.packedSize > stored.size) return { entries, cutWithin: header.name }
    const { name, isDeflated, fault } = header
    entries.push({
      name,
      at,
      isDeflated,
      fault,
      written: unknown,
      size: sizes.size,
      packedSize: sizes.packedSize,
    })
    at = header.start + sizes.packedSize + sizes.behind
  }
  return { entries, cutWithin: undefined }
}

interface Sizes {
  readonly packedSize: number
  readonly size: number
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
  const [packedSize, size] = [view.getUint32(18, true), view.getUint32(22, true)]
  const nameEnd = at + localHeader.size + view.getUint16(26, true)
  const start = nameEnd + view.getUint16(28, true)
  const name = Buffer.from(stored.read(at + localHeader.size, Math.min(nameEnd, stored.size))).toString('utf8')
  return {
    name,
    start,
    isDeflated: method === methods.deflated,
    // Only the directory has the mode.
    fault: entryFault({ mode: 0, flags, method }),
    sizes: (flags & 8) !== 0 || packedSize === inExtraField ? undefined : { packedSize, size, behind: 0 },
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

/** What stands behind a descriptor: a file, the directory, its end. APPNOTE.TXT 4.3.6 */
const records: ReadonlySet<number> = new Set([localHeader.signature, 0x02014b50, 0x06054b50, 0x06064b50])

/** Sizes of 64 bits begin like those of 32: what follows tells which they are. */
function sizesAt(part: Buffer, at: number, distance: number): Sizes | undefined {
  const end = at + descriptor.size
  if (end > part.length || part.readUInt32LE(at + 8) !== distance % 2 ** 32) return undefined
  const isLong =
    at + descriptor.longSize <= part.length &&
    Number(part.readBigUInt64LE(at + 8)) === distance &&
    !records.has(part.readUInt32LE(end))
  if (isLong) return { packedSize: distance, size: Number(part.readBigUInt64LE(at + 16)), behind: descriptor.longSize }
  const endsHere = end === part.length || part.toString('latin1', end, end + 2) === 'PK'
  return endsHere && distance < 2 ** 32
    ? { packedSize: distance, size: part.readUInt32LE(at + 12), behind: descriptor.size }
    : undefined
}

function viewOf(stored: StoredBytes, start: number, length: number): DataView {
  const bytes = stored.read(start, start + length)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
