import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'
import type { ArchiveFile } from './archive-file.ts'

/** 1980-01-01 00:00, the first moment that a zip can name. */
const firstDay = { time: 0, date: 0x21 }
const deflated = 8
/** Made by Unix, so that permissions count, with version 2.0 of the format. */
const madeBy = 0x0314
const regularFile = 0o100000

interface Packed extends ArchiveFile {
  readonly data: Buffer
  readonly offset: number
}

/** A .zip (PKWARE APPNOTE 6.3, without ZIP64) whose bytes depend on nothing but the files. */
export async function zip(files: readonly ArchiveFile[]): Promise<Buffer> {
  const pieces: Buffer[] = []
  const packed: Packed[] = []
  let offset = 0
  for (const file of files) {
    const data = await promisify(deflateRaw)(file.content, { level: 9 })
    const entry = { ...file, data, offset }
    const header = localHeader(entry)
    packed.push(entry)
    pieces.push(header, data)
    offset += header.length + data.length
  }
  const directory = Buffer.concat(packed.map(centralHeader))
  return Buffer.concat([...pieces, directory, endOfDirectory(packed.length, directory.length, offset)])
}

/** What the local and the central header have in common: version to CRC, sizes and name length. */
function shared({ name, content, data }: Packed): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(deflated, 4)
  fields.writeUInt16LE(firstDay.time, 6)
  fields.writeUInt16LE(firstDay.date, 8)
  fields.writeUInt32LE(crc32(content), 10)
  fields.writeUInt32LE(data.length, 14)
  fields.writeUInt32LE(content.length, 18)
  fields.writeUInt16LE(Buffer.byteLength(name), 22)
  return fields
}

function localHeader(entry: Packed): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04'), shared(entry), Buffer.from(entry.name)])
}

function centralHeader(entry: Packed): Buffer {
  const version = Buffer.alloc(2)
  version.writeUInt16LE(madeBy)
  const rest = Buffer.alloc(14)
  rest.writeUInt32LE(((regularFile | (entry.executable ? 0o755 : 0o644)) << 16) >>> 0, 6)
  rest.writeUInt32LE(entry.offset, 10)
  return Buffer.concat([Buffer.from('PK\x01\x02'), version, shared(entry), rest, Buffer.from(entry.name)])
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return end
}
