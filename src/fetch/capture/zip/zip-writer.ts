import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../../errors.ts'

/** Writes a ZIP archive, file after file. */
export interface ZipWriter {
  /**
   * Adds a file; done when its bytes are no longer needed.
   * @param form `stored`: as it is, so that parts of it can be looked up
   * @throws AppError when the archive cannot be written
   */
  add(name: string, bytes: Uint8Array, written: Date, form?: 'deflated' | 'stored'): Promise<void>
  /** Writes the directory, without which the archive is cut short. @throws AppError when it cannot be written */
  end(): Promise<void>
}

/** Bytes that go to the compressor at once. */
const pieceSize = 1 << 18

/**
 * A new ZIP archive, which only its owner can read; ZIP64 where it grows beyond 4 GB.
 * @throws AppError when the file is there already, or cannot be made
 */
export async function createZip(path: string): Promise<ZipWriter> {
  const { ZipFile } = await import('yazl')
  const zip = new ZipFile()
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
  await opened(file, path)
  const done = pipeline(zip.outputStream, file).catch((cause: unknown) => {
    throw unwritable(path, cause)
  })
  // Whoever adds or ends gets the failure.
  done.catch(() => undefined)
  return {
    async add(name, bytes, written, form = 'deflated') {
      const options = { mtime: written, mode: 0o100600, size: bytes.length, compress: form === 'deflated' }
      const taken = new Promise<void>((resolve, reject) => {
        zip.addReadStreamLazy(name, options, (give) => {
          const stream = Readable.from(pieces(bytes), { objectMode: false })
          stream.once('close', resolve).once('error', reject)
          give(null, stream)
        })
      })
      // After a failure to write, nothing is taken any more.
      await Promise.race([taken, done])
    },
    async end() {
      zip.end()
      await done
    },
  }
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize)
}

function opened(file: ReturnType<typeof createWriteStream>, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    file.once('open', () => resolve())
    file.once('error', (cause) => reject(unwritable(path, cause)))
  })
}

const reasons: ReadonlyMap<unknown, string> = new Map([
  ['EEXIST', 'it exists'],
  ['ENOENT', 'no such folder'],
  ['ENOTDIR', 'no such folder'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'operation not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space left on device'],
  ['EDQUOT', 'the quota is used up'],
])

/** Why a file cannot be written, in kubectl's words. */
export function unwritable(path: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const reason = reasons.get(code) ?? (cause instanceof Error ? cause.message : String(cause))
  const hint =
    code === 'EEXIST'
      ? 'Name another file with --to, or resume this one with --resume.'
      : code === 'ENOSPC' || code === 'EDQUOT'
        ? 'What was written before that can be read. When there is space, resume with --resume.'
        : undefined
  return new AppError(`cannot write ${path}: ${reason}`, { cause, hint, code: 'unwritable' })
}
