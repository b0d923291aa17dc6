import { unpack } from '../../saved/gzip.ts'
import { readArchive } from '../../saved/read-archive.ts'
import type { StoredFiles } from '../format/stored-files.ts'

/** The files of a tar archive, also of one that gzip has compressed. @throws AppError when there is not a single one */
export async function tarFiles(archive: Uint8Array, label: string): Promise<StoredFiles> {
  const problems: string[] = []
  const note = (line: string) => void problems.push(line)
  const members = await readArchive(await unpack(archive, label, note), label, note)
  const files = new Map(members.map((member) => [member.name.replace(/^(?:\.?\/)+/, ''), member]))
  return {
    label,
    names: [...files.keys()],
    problems,
    has: (name) => files.has(name),
    written: (name) => files.get(name)?.written,
    read: async (name) => files.get(name)?.bytes,
  }
}
