import { closeSync, openSync, readSync } from 'node:fs'
import { AppError } from '../../errors.ts'

/** Bytes of a template: what is longer is another file. */
const most = 1_000_000

/** @throws AppError in kubectl's words when there is no such file, or it is no template */
export function templateFile(path: string): string {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const bytes = Buffer.alloc(most + 1)
    let read = 0
    for (let count = -1; count !== 0 && read <= most; read += count)
      count = readSync(file, bytes, read, most + 1 - read, null)
    if (read > most) throw new AppError(`error reading template ${path}: it is larger than ${most} bytes`)
    return bytes.toString('utf8', 0, read)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(`error reading template ${path}: ${reason(error)}`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

const reasons: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'no such file or directory'],
  ['EACCES', 'permission denied'],
  ['EISDIR', 'is a directory'],
])

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return reasons.get(code) ?? String(code ?? 'it cannot be read')
}
