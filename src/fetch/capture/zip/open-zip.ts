import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { AppError } from '../../../errors.ts'
import { quotedName } from '../../saved/passed-over.ts'
import type { StoredFiles } from '../format/stored-files.ts'
import { readCentralDirectory } from './central-directory.ts'
import type { RawEntry } from './raw-entry.ts'
import { zipFile } from './zip-file.ts'

interface ZipOptions {
  readonly label: string
  /** Most bytes that one file may unpack to. */
  readonly maxSize: number
}

/**
 * Opens a ZIP archive. One that is cut short or whose directory is broken has the files that are whole, and a line says so.
 * @throws AppError when there is not a single one
 */
export async function openZip(stored: StoredBytes, { label, maxSize }: ZipOptions): Promise<StoredFiles> {
  const { entries, broken, left } = readCentralDirectory(stored)
  const more = left === 0 ? [] : [`${label} has ${entries.length + left} files: the first ${entries.length} are read.`]
  if (broken === undefined) return zipFile({ stored, label, entries, problems: more, maxSize })
  const { readLocalEntries } = await import('./local-entries.ts')
  const { entries: found, cutWithin } = readLocalEntries(stored)
  const all = [...entries, ...without(entries, found)]
  if (all.length === 0) throw new AppError(`${label} is no ZIP archive, or nothing of it is left (${broken})`)
  const where = cutWithin === undefined ? '' : ` within ${quotedName(cutWithin)}`
  const files = all.length === 1 ? '1 file of it is' : `${all.length} files of it are`
  const problem = `${label} is cut short or broken${where}: ${files} whole.`
  return zipFile({ stored, label, entries: all, problems: [problem, ...more], maxSize })
}

function without(known: readonly RawEntry[], found: readonly RawEntry[]): readonly RawEntry[] {
  const places = new Set(known.map(({ at }) => at))
  return found.filter(({ at }) => !places.has(at))
}
