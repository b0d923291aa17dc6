import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { AppError } from '../../errors.ts'

/** What every page of this program has near its beginning. */
const generator = '<meta name="generator" content="kubectl proxy-config report">'

/** Bytes of a file in which that stands, if it is such a page. */
const headSize = 2048

/** A page on its way to its place: written beside it, so that until the end there is what was there. */
export class HtmlFile {
  readonly #path: string
  readonly #beside: string
  readonly #file: number
  #closed = false

  /** @throws AppError when something else than a page is there, or nothing can be written */
  constructor(path: string) {
    this.#path = path
    this.#beside = `${path}.new`
    if (existsSync(path) && !isPage(path))
      throw new AppError(`${path} is no page of report, and is not overwritten`, {
        hint: 'Name another file, or move this one away.',
      })
    // Left by one that was killed.
    this.#remove()
    this.#file = this.#trying(() => openSync(this.#beside, 'wx', 0o600))
  }

  /** @throws AppError when it cannot be written */
  write(html: string): void {
    const bytes = Buffer.from(html)
    this.#trying(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at)
    })
  }

  /** Puts the page in its place. @throws AppError when that fails */
  done(): void {
    this.#close()
    this.#trying(() => renameSync(this.#beside, this.#path))
  }

  /** Takes away what was begun; of a page that is done nothing is. */
  discard(): void {
    this.#close()
    this.#remove()
  }

  #close(): void {
    if (!this.#closed) closeSync(this.#file)
    this.#closed = true
  }

  #remove(): void {
    try {
      rmSync(this.#beside, { force: true })
    } catch {
      // Where nothing can be removed nothing can be written either, which is reported then.
    }
  }

  #trying<T>(work: () => T): T {
    try {
      return work()
    } catch (cause) {
      throw new AppError(`${this.#path} cannot be written: ${cause instanceof Error ? cause.message : ''}`, {
        cause,
        code: 'unwritable',
      })
    }
  }
}

/** The bytes of a pipe may never come. @throws AppError for what is no file, or cannot be read */
function isPage(path: string): boolean {
  if (!statSync(path).isFile()) throw new AppError(`the path "${path}" is not a file`)
  const head = Buffer.alloc(headSize)
  try {
    const file = openSync(path, 'r')
    try {
      readSync(file, head, 0, head.length, 0)
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw new AppError(`${path} cannot be read: ${cause instanceof Error ? cause.message : ''}`, { cause })
  }
  return head.toString('latin1').includes(generator)
}
