import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { AppError } from '../../../errors.ts'
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
  const { entries, broken } = await readCentralDirectory(stored)
  if (broken === undefined) return zipFile({ stored, label, entries, problems: [], maxSize })
  const { readLocalEntries } = await import('./local-entries.ts')
  const { entries: found, cutWithin } = readLocalEntries(stored)
  const all = [...entries, ...without(entries, found)]
  if (all.length === 0) throw new AppError(`${label} is no ZIP archive, or nothing of it is left (${broken})`)
  const where = cutWithin === undefined ? '' : ` within ${JSON.stringify(cutWithin)}`
  const problem = `${label} is cut short or broken${where}: ${all.length} files of it are whole.`
  return zipFile({ stored, label, entries: all, problems: [problem], maxSize })
}

function without(known: readonly RawEntry[], found: readonly RawEntry[]): readonly RawEntry[] {
  const places = new Set(known.map(({ at }) => at))
  return found.filter(({ at }) => !places.has(at))
}
