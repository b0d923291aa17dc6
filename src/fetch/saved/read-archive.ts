import { extract, type Header } from 'tar-stream'
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
 * @param other called with each entry that is neither a file nor a folder; links are not followed
 * @throws AppError when there is not a single one
 */
export async function readArchive(
  archive: Uint8Array,
  label: string,
  note: (line: string) => void,
  other?: (name: string, kind: OtherKind) => void,
): Promise<readonly Member[]> {
  const reader = extract(anyFormat)
  const members: Member[] = []
  let last: { readonly name: string; readonly written: Date | undefined; readonly chunks: Buffer[] } | undefined
  reader.end(Buffer.from(archive.buffer, archive.byteOffset, archive.length))
  try {
    for await (const entry of reader) {
      // No data follows a folder, whatever size it says it has; tar-stream would wait for it.
      if (entry.header.type === 'directory') entry.header.size = 0
      const { name, mtime: written } = entry.header
      const kind = kindOf(entry.header)
      if (kind === 'file') last = { name, written, chunks: [] }
      else if (kind !== undefined) other?.(name, kind)
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

/** Before POSIX headers had no mark. */
const anyFormat: Parameters<typeof extract>[0] & { readonly allowUnknownFormat: true } = { allowUnknownFormat: true }

/** What an entry may be that is not read. */
export type OtherKind = 'link' | 'symlink' | 'special'

/** Undefined for a folder, and for what is said about other entries. */
function kindOf({ name, type, pax }: Header): 'file' | OtherKind | undefined {
  // Before POSIX only the name told a folder.
  if (type === 'file' && name.endsWith('/')) return undefined
  if (type === 'link' || type === 'symlink') return type
  if (type === 'file' || type === 'contiguous-file')
    return Object.keys(pax ?? {}).some((key) => key.startsWith('GNU.sparse.')) ? 'special' : 'file'
  return type === 'directory' ? undefined : 'special'
}

function memberOf({ chunks, ...file }: Omit<Member, 'bytes'> & { readonly chunks: readonly Buffer[] }): Member {
  return { ...file, bytes: Buffer.concat(chunks) }
}
