import { createHash, randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'

/** What the rows of a file have in common. Undefined is what nothing tells. */
export interface Partition {
  readonly kind: string
  readonly kubeCluster: string | undefined
  /** `2026-01-31`, in UTC. */
  readonly date: string | undefined
}

/** What Hive calls a value that is not known. */
const unknownValue = '__HIVE_DEFAULT_PARTITION__'

/** Longest value of a partition in a path. */
const longest = 180

/**
 * A folder of files that engines read as one table: `kind=clusters/kubeCluster=east/date=2026-01-31/part-….parquet`. Files are added; none
 * that is there is changed. A file is named after what it holds: what is added once more, as by a job that is tried again, is there already.
 */
export class DatasetFolder {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Adds a file. @returns false where a file with these bytes was there. @throws AppError when it cannot be written */
  add(partition: Partition, bytes: Uint8Array): boolean {
    const place = partitionPath(partition)
    const name = `part-${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.parquet`
    const folder = join(this.#folder, place)
    // Engines pass over names that begin so: what is not whole is not read.
    const beside = join(folder, `_${name}.${randomBytes(4).toString('hex')}.new`)
    if (existsSync(join(folder, name))) return false
    try {
      mkdirSync(folder, { recursive: true })
      writeWhole(beside, bytes)
      renameSync(beside, join(folder, name))
    } catch (cause) {
      discard(beside)
      throw new AppError(`${folder} cannot be written: ${cause instanceof Error ? cause.message : ''}`, {
        cause,
        code: 'unwritable',
      })
    }
    return true
  }
}

/** Removes what was written, where that is possible. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // Why it cannot be written is reported.
  }
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  } finally {
    closeSync(file)
  }
}

/** Where the files of a partition are. Names come from dumps: none leads out of the folder. */
export function partitionPath({ kind, kubeCluster, date }: Partition): string {
  return [`kind=${escaped(kind)}`, `kubeCluster=${escaped(kubeCluster)}`, `date=${escaped(date)}`].join('/')
}

/** As Hive escapes values: what could mean something in a path is written in hexadecimal. */
function escaped(value: string | undefined): string {
  if (value === undefined || value === '') return unknownValue
  const safe = value.replaceAll(/[^A-Za-z0-9._-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
  if (safe.length <= longest) return safe
  return `${safe.slice(0, longest).replace(/%.?$/, '')}-${createHash('sha256').update(value).digest('hex').slice(0, 12)}`
}
