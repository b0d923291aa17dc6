import { unpack } from '../../saved/gzip.ts'
import { type Member, readArchive } from '../../saved/read-archive.ts'
import type { StoredFiles } from '../format/stored-files.ts'
import { nameFault } from '../zip/entry-name.ts'
import { PassedOver } from '../zip/passed-over.ts'

/**
 * The files of a tar archive, also of one that gzip has compressed; links and names that lead out of it are passed over, with a line for each kind.
 * @throws AppError when there is not a single one
 */
export async function tarFiles(archive: Uint8Array, label: string): Promise<StoredFiles> {
  const problems: string[] = []
  const note = (line: string) => void problems.push(line)
  const passedOver = new PassedOver()
  const link = (name: string, type: 'link' | 'symlink') => passedOver.add(type === 'link' ? 'hard-link' : 'link', name)
  const members = await readArchive(await unpack(archive, label, note), label, note, link)
  const files = new Map<string, Member>()
  for (const member of members) {
    // `tar -C folder .` puts a point in front of each name.
    const name = member.name.replace(/^(?:\.\/+)+/, '').replaceAll(/\/{2,}/g, '/')
    const fault = nameFault(name)
    if (fault === undefined) files.set(name, member)
    else passedOver.add(fault, member.name)
  }
  return {
    label,
    names: [...files.keys()],
    problems: [...problems, ...passedOver.lines(label)],
    has: (name) => files.has(name),
    written: (name) => files.get(name)?.written,
    read: async (name) => files.get(name)?.bytes,
  }
}
