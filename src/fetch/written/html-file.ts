import { closeSync, openSync, writeSync } from 'node:fs'
import { type FileKind, PendingFile } from './pending-file.ts'

/** What every page of this program has near its beginning. */
const generator = '<meta name="generator" content="kubectl proxy-config report">'

const page: FileKind = {
  title: 'page of report',
  headSize: 2048,
  isOwn: (head) => head.toString('latin1').includes(generator),
}

/** A page that is written piece by piece. */
export class HtmlFile {
  readonly #pending: PendingFile
  readonly #file: number
  #closed = false

  /** @throws AppError when something else than a page is there, or nothing can be written */
  constructor(path: string) {
    const pending = new PendingFile(path, page)
    this.#pending = pending
    this.#file = pending.trying(() => openSync(pending.beside, 'wx', 0o600))
  }

  /** @throws AppError when it cannot be written */
  write(html: string): void {
    const bytes = Buffer.from(html)
    this.#pending.trying(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at)
    })
  }

  /** Puts the page in its place. @throws AppError when that fails */
  done(): void {
    this.#close()
    this.#pending.done()
  }

  /** Removes what was written; after `done` it does nothing. */
  discard(): void {
    this.#close()
    this.#pending.discard()
  }

  #close(): void {
    if (!this.#closed) closeSync(this.#file)
    this.#closed = true
  }
}
