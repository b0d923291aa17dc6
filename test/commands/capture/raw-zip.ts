import { crc32, deflateRawSync } from 'node:zlib'

interface RawFile {
  readonly name: string
  readonly bytes: Uint8Array | string
  /** What Unix calls the mode of the file; `0o120777` is a link. */
  readonly mode?: number
  readonly method?: number
  readonly flags?: number
  /** The size that it says it has when unpacked. */
  readonly claimed?: number
  /** CRC-32 that it says it has. */
  readonly crc?: number
  /** Where it says that it lies; then it has no bytes of its own. */
  readonly at?: number
}

interface RawArchive {
  /** Bytes before it. */
  readonly before?: Uint8Array
  /** Whether places in it count from its own beginning, as where `cat` has put something before it. */
  readonly isShifted?: boolean
  readonly comment?: string
  /** The number of files that its end says. */
  readonly count?: number
}

/** A ZIP archive as no proper program would write it: whatever names, modes and sizes. */
export function rawZip(files: readonly RawFile[], archive: RawArchive = {}): Buffer {
  const { before = new Uint8Array(), isShifted = false, comment = '', count = files.length } = archive
  const parts: Uint8Array[] = [before]
  const directory: Buffer[] = []
  let end = isShifted ? 0 : before.length
  for (const { name, bytes, mode = 0o100600, method = 8, flags = 0x800, claimed, crc, at } of files) {
    const plain = Buffer.from(bytes)
    const packed = method === 8 ? deflateRawSync(plain) : plain
    const path = Buffer.from(name)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(flags, 2)
    shared.writeUInt16LE(method, 4)
    shared.writeUInt32LE(crc ?? crc32(plain), 10)
    shared.writeUInt32LE(packed.length, 14)
    shared.writeUInt32LE(claimed ?? plain.length, 18)
    shared.writeUInt16LE(path.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, path, packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(mode * 0x10000, 6)
    rest.writeUInt32LE(at ?? end, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), shared, rest, path]))
    if (at !== undefined) continue
    parts.push(local)
    end += local.length
  }
  const central = Buffer.concat(directory)
  const last = Buffer.alloc(22)
  last.write('PK\x05\x06', 'latin1')
  last.writeUInt16LE(count, 8)
  last.writeUInt16LE(count, 10)
  last.writeUInt32LE(central.length, 12)
  last.writeUInt32LE(end, 16)
  last.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...parts, central, last, Buffer.from(comment, 'latin1')])
}
