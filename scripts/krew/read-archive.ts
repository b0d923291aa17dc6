import { buffer } from 'node:stream/consumers'
import { gunzipSync, inflateRawSync } from 'node:zlib'
import { extract } from 'tar-stream'

/** A member of an archive. krew knows directories and regular files. */
export interface ArchiveMember {
  readonly path: string
  readonly type: 'file' | 'directory' | 'other'
  readonly executable: boolean
  readonly content: Buffer
}

/**
 * Reads an archive; its type is told from its first bytes, as krew does.
 * @throws Error when it is neither gzip nor zip
 */
export async function readArchive(archive: Buffer): Promise<ArchiveMember[]> {
  if (archive.subarray(0, 4).equals(Buffer.from('PK\x03\x04'))) return readZip(archive)
  if (archive[0] === 0x1f && archive[1] === 0x8b) return await readTar(gunzipSync(archive))
  throw new Error('the archive is neither gzip nor zip')
}

async function readTar(tar: Buffer): Promise<ArchiveMember[]> {
  const entries = extract()
  entries.end(tar)
  const members: ArchiveMember[] = []
  for await (const entry of entries) {
    const { name, type, mode = 0 } = entry.header
    members.push({
      path: name,
      type: type === 'file' || type === 'directory' ? type : 'other',
      executable: (mode & 0o111) !== 0,
      content: await buffer(entry),
    })
  }
  return members
}

/** Bits of the Unix mode that say what a file is. */
const kindMask = 0o170000
const symbolicLink = 0o120000
const endSignature = Buffer.from('PK\x05\x06', 'latin1')

/** PKWARE APPNOTE 6.3: the central directory counts, not the local headers. */
function readZip(zip: Buffer): ArchiveMember[] {
  const end = zip.lastIndexOf(endSignature)
  if (end < 0) throw new Error('the zip has no central directory')
  const members: ArchiveMember[] = []
  let at = zip.readUInt32LE(end + 16)
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const method = zip.readUInt16LE(at + 10)
    const size = zip.readUInt32LE(at + 20)
    const nameLength = zip.readUInt16LE(at + 28)
    const mode = zip.readUInt32LE(at + 38) >>> 16
    const local = zip.readUInt32LE(at + 42)
    const path = zip.toString('utf8', at + 46, at + 46 + nameLength)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const data = zip.subarray(start, start + size)
    members.push({
      path,
      type: (mode & kindMask) === symbolicLink ? 'other' : path.endsWith('/') ? 'directory' : 'file',
      executable: (mode & 0o111) !== 0,
      content: method === 0 ? data : inflateRawSync(data),
    })
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return members
}
