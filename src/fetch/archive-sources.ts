import type { Source } from '../mesh/source.ts'
import { archivePath } from './archive-path.ts'
import { fileSource, readPath } from './file.ts'
import { isGzip, unpack } from './gzip.ts'
import { isTar } from './is-tar.ts'
import { storedFile } from './stored-file.ts'

type Input = Parameters<typeof fileSource>[1]

/** Bytes that tell an archive. */
const headSize = 512

/** The proxies of a saved file: each dump of an archive that holds several, else the file as a whole. */
export async function archiveSources(
  path: string,
  input: Input,
  note: (line: string) => void,
): Promise<readonly Source[]> {
  const whole = fileSource(path, input, note)
  if (path === '-') return [whole]
  const { file, within } = archivePath(path)
  const archive = await archiveIn(file, note)
  if (archive === undefined) return [whole]
  const { dumpsIn } = await import('./archive.ts')
  const dumps = await dumpsIn(archive, { within, label: file, note })
  if (dumps.length < 2) return [whole]
  return dumps.map(({ name, bytes }) => ({ label: `${file}/${name}`, read: async () => bytes }))
}

/** The content of a tar file; undefined where it is none, or cannot be read, which is told when it is read as a whole. */
async function archiveIn(file: string, note: (line: string) => void): Promise<Uint8Array | undefined> {
  try {
    const head = storedFile(file)?.read(0, headSize)
    if (head === undefined || !(isGzip(head) || isTar(head))) return undefined
    const content = await unpack(await readPath(file), file, note)
    return isTar(content) ? content : undefined
  } catch {
    return undefined
  }
}
