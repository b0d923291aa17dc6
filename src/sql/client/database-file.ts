import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../../errors.ts'
import { applicationId } from '../engine/schema.ts'

/** A database of this program on its way to its place: written beside it, so that until the end there is what was there. */
export interface NewDatabaseFile {
  /** Where it is written; nothing is there yet. */
  readonly beside: string
  /** Puts it in its place. @throws AppError when that fails */
  done(): void
  /** Takes it away. */
  discard(): void
}

/** @throws AppError when there is no such file */
export function requireDatabaseFile(file: string): void {
  if (!existsSync(file))
    throw new AppError(`the path "${file}" does not exist`, { hint: 'query --db FILE with a selection makes it.' })
  requireRegular(file)
}

/** @throws AppError when something else is there, or the folder is not */
export function newDatabaseFile(file: string): NewDatabaseFile {
  if (!existsSync(dirname(file))) throw new AppError(`cannot write ${file}: no such folder`)
  if (existsSync(file)) requireRegular(file)
  if (existsSync(file) && !isOurs(file))
    throw new AppError(`${file} is no database of query, and is not overwritten`, {
      hint: 'Name another file, or move this one away.',
    })
  const beside = `${file}.new`
  const discard = () => {
    try {
      rmSync(beside, { force: true })
    } catch {
      // Where nothing can be removed nothing can be written either, which is reported then.
    }
  }
  // Left by one that was killed.
  discard()
  return {
    beside,
    discard,
    done() {
      try {
        renameSync(beside, file)
      } catch (cause) {
        discard()
        throw new AppError(`${file} cannot be written: ${cause instanceof Error ? cause.message : ''}`, { cause })
      }
    },
  }
}

/** A folder has no bytes, and the bytes of a pipe may never come. @throws AppError for what is no file */
function requireRegular(file: string): void {
  if (!statSync(file).isFile()) throw new AppError(`the path "${file}" is not a file`)
}

/** Whether a file begins as SQLite's files do, with the mark of this program. https://www.sqlite.org/fileformat.html */
function isOurs(file: string): boolean {
  const head = Buffer.alloc(72)
  try {
    const opened = openSync(file, 'r')
    try {
      readSync(opened, head, 0, head.length, 0)
    } finally {
      closeSync(opened)
    }
  } catch (cause) {
    throw new AppError(`${file} cannot be read: ${cause instanceof Error ? cause.message : ''}`, { cause })
  }
  return head.toString('latin1', 0, 16) === 'SQLite format 3\0' && head.readUInt32BE(68) === applicationId
}
