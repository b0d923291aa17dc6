import { extract } from 'tar-stream'
import { AppError } from '../../errors.ts'

/** A file of an archive. */
export interface Member {
  readonly name: string
  readonly bytes: Uint8Array
  /** Its first bytes, where it is not held: all of it may be large. */
  readonly head?: Uint8Array
  /** When it was last written, as the archive says. */
  readonly written?: Date | undefined
}

/**
 * The files of a tar archive; of one that is cut short those before that, the last one as far as it goes, with a note.
 * @param link called with each symbolic or hard link, which is not followed
 * @throws AppError when there is not a single one
 */
export async function readArchive(
  archive: Uint8Array,
  label: string,
  note: (line: string) => void,
  link?: (name: string, type: 'link' | 'symlink') => void,
): Promise<readonly Member[]> {
  const reader = extract()
  const members: Member[] = []
  let last: { readonly name: string; readonly written: Date | undefined; readonly chunks: Buffer[] } | undefined
  reader.end(Buffer.from(archive.buffer, archive.byteOffset, archive.length))
  try {
    for await (const entry of reader) {
      // No data follows a folder, whatever size it says it has; tar-stream would wait for it.
      if (entry.header.type === 'directory') entry.header.size = 0
      const { name, type } = entry.header
      if (type === 'symlink' || type === 'link') link?.(name, type)
      if (entry.header.type === 'file') last = { name: entry.header.name, written: entry.header.mtime, chunks: [] }
      for await (const chunk of entry as AsyncIterable<Buffer>) last?.chunks.push(chunk)
      if (last !== undefined) members.push(memberOf(last))
      last = undefined
    }
  } catch (cause) {
    if (last !== undefined) members.push(memberOf(last))
    if (members.length === 0) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new AppError(`${label} is a broken tar archive (${reason})`, { cause })
    }
    note(`${label} is an archive that is cut short${last === undefined ? '' : ` within ${last.name}`}.`)
  }
  return members
}

function memberOf({ chunks, ...file }: Omit<Member, 'bytes'> & { readonly chunks: readonly Buffer[] }): Member {
  return { ...file, bytes: Buffer.concat(chunks) }
}
