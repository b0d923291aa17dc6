import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { pack } from 'tar-stream'
import type { ArchiveFile } from './archive-file.ts'

/** Byte of the gzip header that names the compressing system (RFC 1952); 255 is "unknown". */
const systemAt = 9

/** A .tar.gz whose bytes depend on nothing but the files: no times, no owners, no trace of the machine. */
export async function tarGz(files: readonly ArchiveFile[]): Promise<Buffer> {
  const tar = pack()
  for (const { name, content, executable } of files) {
    tar.entry({ name, mode: executable ? 0o755 : 0o644, mtime: new Date(0), uid: 0, gid: 0 }, content)
  }
  tar.finalize()
  const compressed = await promisify(gzip)(await buffer(tar), { level: 9 })
  compressed[systemAt] = 255
  return compressed
}
