import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../../errors.ts'

/** A kind of file that this program writes: only one of the same kind is overwritten. */
export interface FileKind {
  /** What it is, of which command: `page of report`. */
  readonly title: string
  /** Bytes of its beginning that `isOwn` needs. */
  readonly headSize: number
  /** Whether a file that begins so is one. A shorter file is filled up with zeros. */
  isOwn(head: Buffer): boolean
}

/** A file on its way to its place: written beside it, so that until the end there is what was there. */
export class PendingFile {
  readonly #place: string
  /** Where it is written; nothing is there yet. */
  readonly beside: string

  /** @throws AppError when something else than a file of this kind is in its place, or the folder is not there */
  constructor(place: string, { title, headSize, isOwn }: FileKind) {
    if (!existsSync(dirname(place))) throw new AppError(`cannot write ${place}: no such folder`, { code: 'unwritable' })
    if (existsSync(place) && !isOwn(headOf(place, headSize)))
      throw new AppError(`${place} is no ${title}, and is not overwritten`, {
        hint: 'Name another file, or move this one away.',
      })
    this.#place = place
    this.beside = `${place}.new`
    // Left by one that was killed.
    this.discard()
  }

  /** Puts it in its place. @throws AppError when that fails */
  done(): void {
    this.trying(() => renameSync(this.beside, this.#place))
  }

  /** Removes what was written; after `done` it does nothing. */
  discard(): void {
    try {
      rmSync(this.beside, { force: true })
    } catch {
      // Where nothing can be removed nothing can be written either, which is reported then.
    }
  }

  /** @throws AppError that names the place, when `work` fails */
  trying<T>(work: () => T): T {
    try {
      return work()
    } catch (cause) {
      throw new AppError(`${this.#place} cannot be written: ${cause instanceof Error ? cause.message : ''}`, {
        cause,
        code: 'unwritable',
      })
    }
  }
}

/** Refuses folders, and pipes, whose bytes may never come. @throws AppError for what is no file, or not there */
export function requireFile(path: string, hint?: string): void {
  if (!existsSync(path)) throw new AppError(`the path "${path}" does not exist`, { hint })
  if (!statSync(path).isFile()) throw new AppError(`the path "${path}" is not a file`)
}

/** @throws AppError for what is no file, or cannot be read */
function headOf(path: string, size: number): Buffer {
  requireFile(path)
  const head = Buffer.alloc(size)
  try {
    const file = openSync(path, 'r')
    try {
      readSync(file, head, 0, size, 0)
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw new AppError(`${path} cannot be read: ${cause instanceof Error ? cause.message : ''}`, { cause })
  }
  return head
}
