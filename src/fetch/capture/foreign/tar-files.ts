import { nameFault, withSlashes } from '../../saved/entry-name.ts'
import { unpack } from '../../saved/gzip.ts'
import { faultOf, PassedOver } from '../../saved/passed-over.ts'
import { type Member, type OtherKind, readArchive } from '../../saved/read-archive.ts'
import type { StoredFiles } from '../format/stored-files.ts'

/**
 * The files of a tar archive, also of one that gzip has compressed; links and names that lead out of it are passed over, with a line for each kind.
 * @throws AppError when there is not a single one
 */
export async function tarFiles(archive: Uint8Array, label: string): Promise<StoredFiles> {
  const problems: string[] = []
  const note = (line: string) => void problems.push(line)
  const passedOver = new PassedOver()
  const other = (name: string, kind: OtherKind) => passedOver.add(faultOf(kind), name)
  const members = await readArchive(await unpack(archive, label, note), label, note, other)
  const files = new Map<string, Member>()
  for (const member of members) {
    // `tar -C folder .` puts a point in front of each name.
    const name = withSlashes(member.name)
      .replace(/^(?:\.\/+)+/, '')
      .replaceAll(/\/{2,}/g, '/')
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
